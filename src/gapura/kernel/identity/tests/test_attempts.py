"""Guessing is stopped, and nobody can lock somebody else out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.models import SignInRecord
from gapura.kernel.identity.testing import PASSWORD, current_code, make_resident

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FORM = {"login": "citra", "password": PASSWORD}


def guess(login: str, times: int, *, address: str = "203.0.113.7") -> Client:
    client = Client(REMOTE_ADDR=address)
    for _turn in range(times):
        client.post("/sign-in/", {"login": login, "password": "wrong"})
    return client


def enter(client: Client, login: str = "citra") -> bool:
    client.post("/sign-in/", {"login": login, "password": PASSWORD})
    return client.get("/test/resident/").status_code == 200


@pytest.mark.parametrize(("guesses", "let_in"), [(19, True), (20, False)])
def test_twenty_wrong_passwords_from_strangers_close_an_account_to_strangers(guesses: int, let_in: bool) -> None:
    make_resident()
    guess("citra", guesses)
    assert enter(Client()) == let_in


def test_the_right_password_is_not_even_looked_at_afterwards() -> None:
    make_resident()
    client = guess("citra", 20)
    page = client.post("/sign-in/", FORM, headers={"Accept-Language": "en"}).content.decode()
    assert "too many failed attempts" in page
    assert SignInRecord.objects.count() == 20


def test_a_browser_that_signed_in_before_is_not_locked_out_by_strangers() -> None:
    make_resident()
    own = Client()
    assert enter(own)
    own.post("/sign-out/")
    guess("citra", 25)
    assert enter(own)
    assert not enter(Client()), "the control: any other browser has to wait"


def test_a_browser_that_signed_in_before_has_few_guesses_of_its_own() -> None:
    make_resident()
    stolen = Client()
    assert enter(stolen)
    stolen.post("/sign-out/")
    for _turn in range(10):
        stolen.post("/sign-in/", {"login": "citra", "password": "wrong"})
    assert not enter(stolen)


def test_a_device_token_counts_for_its_own_account_only() -> None:
    make_resident()
    make_resident("budi", person_number="3171010101900003")
    attacker = Client()
    assert enter(attacker, "budi")
    attacker.post("/sign-out/")
    guess("citra", 20)
    assert not enter(attacker)


def test_one_network_gets_thirty_guesses_over_all_accounts() -> None:
    make_resident()
    for turn in range(30):
        guess(f"somebody{turn}", 1, address=f"203.0.113.{turn}")
    assert not enter(Client(REMOTE_ADDR="203.0.113.250"))
    assert enter(Client(REMOTE_ADDR="198.51.100.1")), "the control: another network is not concerned"


def test_a_made_up_forwarding_header_does_not_change_the_network() -> None:
    make_resident()
    for turn in range(30):
        client = Client(REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": f"198.51.100.{turn}"})
        client.post("/sign-in/", {"login": f"somebody{turn}", "password": "wrong"})
    assert not enter(Client(REMOTE_ADDR="203.0.113.7"))


def test_a_name_that_nobody_has_is_closed_in_the_same_way() -> None:
    pages = [guess("nobody", 20).post("/sign-in/", FORM | {"login": "nobody"}, headers={"Accept-Language": "en"})]
    assert "too many failed attempts" in pages[0].content.decode()


def test_waiting_opens_the_account_again() -> None:
    make_resident()
    with clock.frozen(START):
        guess("citra", 20)
        assert not enter(Client())
    with clock.frozen(START + timedelta(hours=1, minutes=1)):
        assert enter(Client())


def test_codes_are_counted_like_passwords() -> None:
    make_resident(with_authenticator=True)
    for wrong, let_in in ((19, True), (20, False)):
        SignInRecord.objects.all().delete()
        client = Client()
        client.post("/sign-in/", FORM)
        for _turn in range(wrong):
            client.post("/sign-in/code/", {"code": "000000"})
        client.post("/sign-in/code/", {"code": current_code(1 if let_in else 0)})
        assert (client.get("/test/resident/").status_code == 200) == let_in


def test_what_was_typed_as_a_name_is_not_kept_readable() -> None:
    guess("my secret password", 1)
    record = SignInRecord.objects.get()
    assert "secret" not in record.target
    assert record.network == "203.0.113.0/24"


def test_success_and_failure_are_in_the_audit_log() -> None:
    make_resident()
    guess("citra", 1)
    enter(Client())
    actions = [event.action for event in list_events()]
    assert actions.count("identity.sign_in_failed") == 1
    assert actions.count("identity.signed_in") == 1
