"""Signing in by the pages: who gets in, where to, and what gives nothing away."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.actions import disable_account
from gapura.kernel.identity.testing import HOUSE, NUMBER, PASSWORD, make_resident, sign_in

pytestmark = pytest.mark.django_db
FORM = {"login": "citra", "password": PASSWORD}


def is_signed_in(client: Client) -> bool:
    return client.get("/test/resident/").status_code == 200


@pytest.mark.parametrize("login", ["citra", "CITRA ", NUMBER])
def test_a_person_signs_in_by_name_or_person_number(client: Client, login: str) -> None:
    make_resident()
    response = client.post("/sign-in/", FORM | {"login": login})
    assert response.headers["Location"] == "/"
    assert client.get("/test/resident/").content.decode() == NUMBER


def test_a_page_that_needs_a_person_is_reached_after_signing_in(client: Client) -> None:
    make_resident()
    away = client.get("/test/resident/?page=2")
    assert away.headers["Location"] == "/sign-in/?next=%2Ftest%2Fresident%2F%3Fpage%3D2"
    back = client.post(away.headers["Location"], FORM)
    assert back.headers["Location"] == "/test/resident/?page=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil",
        "\t//evil",
    ],
)
def test_nobody_is_sent_to_another_house_after_signing_in(client: Client, target: str) -> None:
    make_resident()
    response = client.post("/sign-in/", FORM | {"next": target})
    assert response.headers["Location"] == "/"
    response = client.post("/language/", {"language": "ko", "next": target})
    assert response.headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Client) -> None:
    make_resident()
    disabled = make_resident("budi", person_number=None)
    disable_account(actor=HOUSE, account_id=disabled.pk)
    english = {"accept-language": "en"}
    tries = (("citra", "wrong"), ("nobody", "wrong"), ("budi", "wrong"), ("budi", PASSWORD))
    answers = [
        (login, client.post("/sign-in/", {"login": login, "password": password}, headers=english))
        for login, password in tries
    ]
    pages = {_without_secrets(answer.content, login) for login, answer in answers}
    assert len(pages) == 1
    assert "is wrong" in pages.pop()
    assert not is_signed_in(client)


def _without_secrets(page: bytes, login: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.decode())
    return text.replace(f'value="{login}"', "")


@pytest.mark.parametrize("login", ["citra", "nobody", "budi"])
def test_an_unknown_or_disabled_name_costs_as_much_time_as_a_known_one(
    client: Client, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    make_resident()
    disable_account(actor=HOUSE, account_id=make_resident("budi", person_number=None).pk)
    computed = []
    for name in ("encode", "verify"):
        compute = getattr(Argon2PasswordHasher, name)
        monkeypatch.setattr(
            Argon2PasswordHasher,
            name,
            lambda self, *args, _compute=compute: computed.append(1) or _compute(self, *args),
        )
    client.post("/sign-in/", {"login": login, "password": "wrong"})
    assert len(computed) == 1


def test_the_session_gets_a_new_key_at_signing_in_and_none_survives_signing_out(client: Client) -> None:
    make_resident()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post("/sign-in/", FORM)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != planted
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_signed_in(attacker)
    assert is_signed_in(client)

    client.post("/sign-out/")
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_signed_in(client)


def test_asking_to_sign_out_does_not_sign_out(client: Client) -> None:
    sign_in(client, make_resident())
    assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("steps", "minutes", "alive"), [(1, 29, True), (1, 30, False), (24, 29, True), (25, 29, False)]
)
def test_a_session_ends_after_30_idle_minutes_and_after_12_hours(
    client: Client, steps: int, minutes: int, alive: bool
) -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with clock.frozen(start):
        sign_in(client, make_resident())
    for step in range(1, steps):
        with clock.frozen(start + step * timedelta(minutes=minutes)):
            assert is_signed_in(client)
    with clock.frozen(start + steps * timedelta(minutes=minutes)):
        assert is_signed_in(client) == alive


def test_a_form_sent_after_the_session_ended_leads_back_to_the_form_and_says_so(client: Client) -> None:
    referrer = "http://testserver/test/resident/?step=2"
    away = client.post("/test/resident/", {"answer": "long"}, headers={"Referer": referrer})
    assert away.headers["Location"] == "/sign-in/?next=%2Ftest%2Fresident%2F%3Fstep%3D2&lost=1"
    assert "was not sent" in client.get(away.headers["Location"], headers={"Accept-Language": "en"}).content.decode()
    plain = client.get("/sign-in/", headers={"Accept-Language": "en"}).content.decode()
    assert "was not sent" not in plain


def test_a_disabled_account_is_out_at_once_and_stays_out(client: Client) -> None:
    account = make_resident()
    client.post("/sign-in/", FORM)
    assert is_signed_in(client)
    disable_account(actor=HOUSE, account_id=account.pk)
    assert not is_signed_in(client)
    client.post("/sign-in/", FORM)
    assert not is_signed_in(client)


def test_resuming_a_session_costs_the_session_and_the_account_only(
    client: Client, django_assert_num_queries: object
) -> None:
    make_resident()
    client.post("/sign-in/", FORM)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert is_signed_in(client)


def test_pages_speak_the_language_of_the_account_until_the_browser_is_told_another(client: Client) -> None:
    account = make_resident(language="ko")
    sign_in(client, account)
    english = {"Accept-Language": "en"}
    assert client.get("/security/", headers=english).headers["Content-Language"] == "ko"
    response = client.post("/language/", {"language": "id", "next": "/security/"})
    assert response.headers["Location"] == "/security/"
    assert client.get("/security/", headers=english).headers["Content-Language"] == "id"
    account.refresh_from_db()
    assert account.language == "id"


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    account = make_resident()
    sign_in(client, account)
    client.post("/language/", {"language": "xx"})
    account.refresh_from_db()
    assert account.language == "en"
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
