"""Signing in at a terminal with one's own phone: once, soon, there and nowhere else, and never as an official."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.actions import ask_phone, confirm_phone, forget_old_traces, take_phone
from gapura.kernel.identity.models import Account, PhoneSignIn, SignInRecord
from gapura.kernel.identity.queries import get_actor
from gapura.kernel.identity.sessions import switch_capacity
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.identity.types import AccessDenied, Origin, PhoneSignInRefused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"
ORIGIN = Origin("203.0.113.0/24", "Chrome, Linux", "")
AT_TERMINAL = "/sign-in/phone/"


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def a_terminal() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.get("/kiosk/")
    return client


def phone_of(person: str = ANI, **strength: bool) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_resident(f"person-{person[-4:]}", person_number=person), **strength)
    return client


def show_code(terminal: Client, following: str = "/cases/") -> str:
    """The address in the picture at the terminal."""
    assert terminal.post(AT_TERMINAL, {"next": following}).status_code == 200
    return f"{AT_TERMINAL}{secret_at(terminal)}/"


def secret_at(terminal: Client) -> str:
    return str(terminal.session["phone_sign_in"]["secret"])


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_confirms_on_the_phone_and_the_terminal_goes_on_by_itself() -> None:
    terminal, phone = a_terminal(), phone_of()
    assert "Sign in with your phone" in terminal.get("/sign-in/?next=/cases/").content.decode()
    code = show_code(terminal)
    shown = terminal.get(AT_TERMINAL)
    assert shown.headers["Refresh"] == f"3; url={AT_TERMINAL}"
    digits = PhoneSignIn.objects.get().digits
    assert digits in shown.content.decode()
    asked = phone.get(code).content.decode()
    assert digits in asked
    assert "127.0.0.0/24" in asked
    assert not is_signed_in(terminal)
    assert "Confirmed" in phone.post(code).content.decode()
    assert terminal.get(AT_TERMINAL).headers["Location"] == "/cases/"
    assert terminal.get("/cases/").status_code == 200
    assert SignInRecord.objects.filter(method="phone", succeeded=True).count() == 1
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"identity.phone_asked", "identity.phone_confirmed", "identity.phone_taken"} <= actions


def test_the_phone_asks_to_sign_in_first() -> None:
    code = show_code(a_terminal())
    assert Client().get(code).headers["Location"].startswith("/sign-in/?next=")


def test_only_the_terminal_that_showed_the_code_is_signed_in() -> None:
    terminal, second, phone = a_terminal(), a_terminal(), phone_of()
    code = show_code(terminal)
    show_code(second)
    phone.post(code)
    assert second.get(AT_TERMINAL).status_code == 200
    assert not is_signed_in(second)
    stranger = a_terminal()
    assert "Show the code" in stranger.get(AT_TERMINAL).content.decode()
    assert not is_signed_in(stranger)
    assert terminal.get(AT_TERMINAL).status_code == 302
    assert is_signed_in(terminal)


def test_a_second_person_cannot_confirm_what_another_confirmed() -> None:
    terminal, ani, budi = a_terminal(), phone_of(ANI), phone_of(BUDI)
    code = show_code(terminal)
    ani.post(code)
    assert budi.get(code).status_code == 410
    assert budi.post(code).status_code == 410
    terminal.get(AT_TERMINAL)
    assert PhoneSignIn.objects.get().account == Account.objects.get(login=f"person-{ANI[-4:]}")


def test_a_code_works_once() -> None:
    terminal, phone = a_terminal(), phone_of()
    code = show_code(terminal)
    kept = dict(terminal.session["phone_sign_in"])
    phone.post(code)
    terminal.get(AT_TERMINAL)
    assert phone.post(code).status_code == 410
    replay = a_terminal()
    show_code(replay)
    session = SessionStore(replay.session.session_key)
    session["phone_sign_in"] = kept  # even with the secret of the one that was used
    session.save()
    assert "has been used" in replay.get(AT_TERMINAL).content.decode()
    assert not is_signed_in(replay)


def test_after_two_minutes_it_is_over_on_the_phone_and_at_the_terminal() -> None:
    terminal, phone = a_terminal(), phone_of()
    code = show_code(terminal)
    with clock.frozen(later(119)):
        assert phone.get(code).status_code == 200
    with clock.frozen(later(120)):
        assert phone.get(code).status_code == 410
        assert phone.post(code).status_code == 410
        over = terminal.get(AT_TERMINAL)
        assert "has been used" in over.content.decode()
        assert not over.headers.get("Refresh", "").startswith("3;")


def test_what_was_confirmed_in_time_is_not_taken_too_late() -> None:
    terminal, phone = a_terminal(), phone_of()
    phone.post(show_code(terminal))
    with clock.frozen(later(121)):
        terminal.get(AT_TERMINAL)
    assert not is_signed_in(terminal)


@pytest.mark.parametrize("wrong", ["x", "A" * 32, "../../etc", "%00"])
def test_a_made_up_code_is_over_like_any_other(wrong: str) -> None:
    assert phone_of().get(f"{AT_TERMINAL}{wrong}/").status_code in (404, 410)


def test_the_session_there_is_another_and_ends_after_a_quarter_of_an_hour() -> None:
    terminal, phone = a_terminal(), phone_of()
    code = show_code(terminal)
    before = terminal.session.session_key
    phone.post(code)
    terminal.get(AT_TERMINAL)
    assert terminal.session.session_key != before
    assert Session.objects.filter(session_key=before).count() == 0
    terminal.cookies.pop("kiosk")  # as if somebody made it an ordinary browser
    for minutes in range(1, 15):
        with clock.frozen(later(minutes * 60)):
            assert terminal.get("/cases/").status_code == 200
    with clock.frozen(later(15 * 60)):
        assert terminal.get("/cases/").status_code == 302


@pytest.mark.parametrize(
    ("strength", "level"),
    [({}, AssuranceLevel.LOW), ({"second_factor": True}, AssuranceLevel.SUBSTANTIAL), ({"passkey": True}, 2)],
)
def test_it_is_as_strong_as_the_phone_but_never_as_a_passkey(strength: dict[str, bool], level: int) -> None:
    terminal, phone = a_terminal(), phone_of(**strength)
    phone.post(show_code(terminal))
    answer = terminal.get(AT_TERMINAL)
    assert get_actor(answer.wsgi_request).assurance == level


def test_nobody_acts_in_a_post_there(settings: object) -> None:
    settings.GAPURA_OFFICIALS_NEED_PASSKEY = False  # type: ignore[attr-defined]  # where a code is enough elsewhere
    terminal, phone = a_terminal(), Client(headers={"Accept-Language": "en"})
    sign_in(phone, make_official("dewi"), second_factor=True)
    phone.post(show_code(terminal))
    terminal.get(AT_TERMINAL)
    assert is_signed_in(terminal)
    terminal.cookies.pop("kiosk")
    assert terminal.post("/capacity/", {"post": "dukcapil/31.71/registrar"}).headers["Location"] == "/kiosk/services/"
    request = terminal.get("/cases/").wsgi_request
    with pytest.raises(AccessDenied):
        switch_capacity(request, "dukcapil/31.71/registrar", now=NOW)
    assert phone.post("/capacity/", {"post": "dukcapil/31.71/registrar"}).status_code == 302


@pytest.mark.parametrize("path", ["/my-data/", "/messages/", "/security/", "/mandates/"])
def test_it_opens_papers_and_nothing_else_even_where_the_browser_is_no_terminal(path: str) -> None:
    terminal, phone = a_terminal(), phone_of()
    phone.post(show_code(terminal))
    terminal.get(AT_TERMINAL)
    terminal.cookies.pop("kiosk")
    assert terminal.get(path).headers["Location"] == "/kiosk/services/"
    assert phone.get(path).status_code == 200


def test_a_closed_account_is_not_let_in() -> None:
    terminal, phone = a_terminal(), phone_of()
    phone.post(show_code(terminal))
    Account.objects.update(is_active=False)
    terminal.get(AT_TERMINAL)
    assert not is_signed_in(terminal)


def test_it_leads_into_the_house_only() -> None:
    terminal, phone = a_terminal(), phone_of()
    phone.post(show_code(terminal, following="https://evil.example/"))
    assert terminal.get(AT_TERMINAL).headers["Location"].startswith("/")


def test_old_codes_are_forgotten() -> None:
    ask_phone(origin=ORIGIN, now=NOW)
    forget_old_traces(now=NOW + timedelta(hours=1))
    assert PhoneSignIn.objects.exists()
    forget_old_traces(now=NOW + timedelta(days=2))
    assert not PhoneSignIn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_looks_at_once_one_takes_it() -> None:
    account = make_resident(person_number=ANI)
    secret = ask_phone(origin=ORIGIN, now=NOW).secret
    actor = phone_of(BUDI).get("/cases/").wsgi_request.actor
    confirm_phone(actor=actor, account=account, secret=secret, level=AssuranceLevel.LOW, now=NOW)

    def take(_n: int) -> bool:
        try:
            return take_phone(secret=secret, now=NOW) is not None
        except PhoneSignInRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(4))) == 1
