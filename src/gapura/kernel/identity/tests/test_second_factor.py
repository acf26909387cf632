"""The second factor: never skipped, never used twice, and recovered from when lost."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.actions import accept_code, disable_account, make_recovery_codes, use_recovery_code
from gapura.kernel.identity.testing import (
    HOUSE,
    PASSWORD,
    SECRET,
    current_code,
    make_official,
    make_resident,
    sign_in,
)

pytestmark = pytest.mark.django_db
FORM = {"login": "citra", "password": PASSWORD}
SHOWN = re.compile(r"\b\d{4}-\d{4}-\d{4}\b")


def is_signed_in(client: Client) -> bool:
    return client.get("/test/resident/").status_code == 200


def test_password_and_code_together_sign_in(client: Client) -> None:
    make_resident(with_authenticator=True)
    response = client.post("/sign-in/?next=/test/sure/", FORM)
    assert response.headers["Location"] == "/sign-in/code/"
    response = client.post("/sign-in/code/", {"code": current_code()})
    assert response.headers["Location"] == "/test/sure/"
    assert client.get("/test/sure/").content == b"sure"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/test/resident/", {}),
        ("get", "/security/", {}),
        ("get", "/capacity/", {}),
        ("post", "/capacity/", {"post": ""}),
        ("get", "/sign-in/?next=/test/resident/", {}),
        ("get", "/sign-in/code/?next=/test/resident/", {}),
        ("post", "/sign-in/code/", {"code": ""}),
        ("post", "/sign-in/code/", {"credential": "{}"}),
        ("post", "/sign-in/code/", {"code": "000000", "trust": "1", "action": "trust"}),
        ("get", "/sign-in/step-up/", {}),
        ("get", "/confirm/", {}),
        ("post", "/confirm/", {"password": PASSWORD}),
        ("post", "/confirm/code/", {"code": "000000"}),
        ("get", "/security/second-factor/", {}),
        ("get", "/security/second-factor/remove/", {}),
        ("post", "/security/second-factor/remove/", {}),
        ("get", "/security/recovery-codes/", {}),
    ],
)
def test_after_the_password_no_way_leads_around_the_code(
    client: Client, method: str, path: str, body: dict[str, str]
) -> None:
    make_resident(with_authenticator=True)
    client.post("/sign-in/", FORM)
    client.raise_request_exception = False
    response = getattr(client, method)(path, body) if body else getattr(client, method)(path)
    assert response.status_code in (200, 302, 403, 404)
    assert not is_signed_in(client)
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    client.post("/sign-in/code/", {"code": current_code()})
    assert is_signed_in(client), "the control: the right code does let in"


def test_a_code_without_a_password_leads_to_the_password(client: Client) -> None:
    make_resident(with_authenticator=True)
    response = client.post("/sign-in/code/", {"code": current_code()})
    assert response.headers["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_a_code_is_accepted_once(client: Client) -> None:
    make_resident(with_authenticator=True)
    code, later = current_code(), current_code(1)
    for attempt, expected in ((code, True), (code, False), (later, True)):
        browser = Client()
        browser.post("/sign-in/", FORM)
        browser.post("/sign-in/code/", {"code": attempt})
        assert is_signed_in(browser) == expected


def test_the_database_refuses_a_second_use_on_any_worker() -> None:
    account = make_resident()
    now = clock.now()
    assert accept_code(account=account, code="123456", now=now)
    assert not accept_code(account=account, code="123456", now=now)
    assert accept_code(account=account, code="654321", now=now)


def test_a_recovery_code_stands_in_once(client: Client) -> None:
    account = make_resident(with_authenticator=True)
    spare = make_recovery_codes(actor=HOUSE, account=account)[3]
    for expected in (True, False):
        browser = Client()
        browser.post("/sign-in/", FORM)
        browser.post("/sign-in/code/", {"code": spare})
        assert is_signed_in(browser) == expected


def test_recovery_codes_are_kept_as_salted_digests_of_one_sort_each() -> None:
    account = make_resident(with_authenticator=True)
    codes = make_recovery_codes(actor=HOUSE, account=account)
    stored = Authenticator.objects.get(user=account, type="recovery_codes").data
    assert all(digest.startswith("argon2$argon2id$") for digest in stored["digests"])
    assert len({digest.split("$")[4] for digest in stored["digests"]}) == 10, "each has its own salt"
    assert not any(code in str(stored) for code in codes)
    assert all(use_recovery_code(account=account, typed=code) for code in codes), "the control: all of them work"
    assert not any(use_recovery_code(account=account, typed=code) for code in codes)


def test_new_recovery_codes_end_the_old_ones_and_a_wrong_one_uses_up_nothing() -> None:
    account = make_resident(with_authenticator=True)
    old, new = (make_recovery_codes(actor=HOUSE, account=account)[0] for _ in range(2))
    assert not use_recovery_code(account=account, typed=old)
    for typed in ("", "0", "0" * 11, "0" * 12, "0" * 13, new[:-1] + "x", "٠" * 12):
        assert not use_recovery_code(account=account, typed=typed)
    assert use_recovery_code(account=account, typed=f" {new[:4]}-{new[4:8]} {new[8:]} ")


def test_a_recovery_code_sets_up_no_second_factor(client: Client) -> None:
    account = make_resident(with_authenticator=True)
    code = make_recovery_codes(actor=HOUSE, account=account)[0]
    Authenticator.objects.filter(type="totp").delete()
    sign_in(client, account, second_factor=True)
    client.post("/confirm/", {"password": PASSWORD})
    client.post("/security/second-factor/", {"code": code})
    assert not Authenticator.objects.filter(type="totp").exists()


def test_without_a_second_factor_there_is_nothing_to_stand_in_for(client: Client) -> None:
    sign_in(client, make_resident())
    client.post("/confirm/", {"password": PASSWORD})
    assert client.post("/security/recovery-codes/").status_code == 404
    assert not Authenticator.objects.exists()


def test_an_account_disabled_between_password_and_code_stays_out(client: Client) -> None:
    account = make_resident(with_authenticator=True)
    client.post("/sign-in/", FORM)
    disable_account(actor=HOUSE, account_id=account.pk)
    client.post("/sign-in/code/", {"code": current_code()})
    assert not is_signed_in(client)


def test_signing_in_can_be_cancelled_before_the_code(client: Client) -> None:
    make_resident(with_authenticator=True)
    client.post("/sign-in/", FORM)
    client.post("/sign-out/")
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"


def test_a_page_that_needs_more_certainty_asks_for_the_code_and_then_opens(client: Client) -> None:
    account = make_resident(with_authenticator=True)
    sign_in(client, account)
    away = client.get("/test/sure/")
    assert away.headers["Location"] == "/sign-in/step-up/?next=%2Ftest%2Fsure%2F&level=2"
    confirm = client.get(away.headers["Location"]).headers["Location"]
    assert confirm == "/confirm/code/?next=%2Ftest%2Fsure%2F"
    key = client.session.session_key
    client.post(confirm, {"code": "000000"})
    assert client.get("/test/sure/").status_code == 302
    response = client.post(confirm, {"code": current_code()})
    assert response.headers["Location"] == "/test/sure/"
    assert client.get("/test/sure/").content == b"sure"
    assert client.session.session_key != key


def test_a_second_factor_is_set_up_with_its_first_code_and_recovery_codes_follow(client: Client) -> None:
    account = make_resident()
    sign_in(client, account)
    away = client.get("/security/second-factor/")
    assert away.headers["Location"].startswith("/confirm/")
    client.post(away.headers["Location"], {"password": PASSWORD})
    page = client.get("/security/second-factor/")
    secret = page.context_data["form"].secret
    assert secret not in Authenticator.objects.values_list("data", flat=True)
    refused = client.post("/security/second-factor/", {"code": current_code(5, secret=secret)})
    assert refused.status_code == 200
    accepted = client.post("/security/second-factor/", {"code": current_code(secret=secret)})
    assert accepted.headers["Location"] == "/security/recovery-codes/"
    assert SHOWN.findall(client.get("/security/recovery-codes/").content.decode()) == []
    codes = SHOWN.findall(client.post("/security/recovery-codes/").content.decode())
    assert len(set(codes)) == 10
    assert SHOWN.findall(client.get("/security/recovery-codes/").content.decode()) == [], "they are shown once"


def test_the_secret_is_not_readable_in_the_database() -> None:
    account = make_resident(with_authenticator=True)
    stored = Authenticator.objects.get(user=account).data["secret"]
    assert SECRET not in stored
    assert Authenticator.objects.get(user=account).wrap().validate_code(current_code())


def test_a_resident_may_remove_the_second_factor_and_an_official_may_not(client: Client) -> None:
    for account, left in ((make_resident(with_authenticator=True), 0), (make_official(), 1)):
        browser = Client()
        sign_in(browser, account, second_factor=True)
        browser.post("/confirm/", {"password": PASSWORD})
        assert browser.get("/security/second-factor/remove/").headers["Location"].startswith("/confirm/code/")
        browser.post("/confirm/code/", {"code": current_code()})
        browser.post("/security/second-factor/remove/")
        assert Authenticator.objects.filter(user=account).count() == left
