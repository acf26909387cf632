"""A stopped account is closed to everybody at once, and nobody can stop somebody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.actions import stop_account
from gapura.kernel.identity.events import AccountStopped, SignedInFromNewDevice
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.queries import make_stop_link
from gapura.kernel.identity.testing import HOUSE, PASSWORD, REGISTRAR, make_official, make_resident, sign_in
from gapura.kernel.identity.tests.software_key import add_key, sign_in_with
from gapura.kernel.outbox.testing import OutboxEvent

pytestmark = pytest.mark.django_db
FORM = {"login": "citra", "password": PASSWORD}


def is_signed_in(client: Client) -> bool:
    return client.get("/test/resident/").status_code == 200


def path_of(account: Account) -> str:
    return "/stop/" + make_stop_link(account.pk).split("/stop/")[1]


def published(event: type) -> list[Any]:
    return list(OutboxEvent.objects.filter(event_class__endswith=f".{event.__name__}").order_by("pk"))


def test_the_button_ends_all_sessions_and_every_way_in() -> None:
    make_resident()
    here, there, key_browser = Client(headers={"Accept-Language": "en"}), Client(), Client()
    for browser in (here, there, key_browser):
        browser.post("/sign-in/", FORM)
    key_browser.post("/confirm/", {"password": PASSWORD})
    key = add_key(key_browser)
    assert is_signed_in(here)
    assert here.get("/security/stop/").status_code == 200
    assert is_signed_in(here), "looking stops nothing"
    assert "is stopped" in here.post("/security/stop/").content.decode()
    assert not any(is_signed_in(browser) for browser in (here, there, key_browser))
    there.post("/sign-in/", FORM)
    sign_in_with(there, key)
    assert not is_signed_in(there)
    assert "identity.account_stopped" in [event.action for event in list_events()]


def test_the_link_needs_no_other_proof_and_opening_it_stops_nothing() -> None:
    account = make_resident()
    browser, owner = Client(), Client(headers={"Accept-Language": "en"})
    browser.post("/sign-in/", FORM)
    link = path_of(account)
    assert owner.get(link).status_code == 200
    assert owner.head(link).status_code == 200
    assert is_signed_in(browser)
    assert "is stopped" in owner.post(link).content.decode()
    assert not is_signed_in(browser)


def test_the_link_works_once_even_after_the_account_is_open_again() -> None:
    account = make_resident()
    link = path_of(account)
    Client().post(link)
    assert Client().post(link).status_code == 410
    Account.objects.filter(pk=account.pk).update(is_active=True, stopped_at=None)
    assert Client().post(link).status_code == 410
    assert Account.objects.get().is_active
    assert Client().post(path_of(account)).status_code == 200, "the control: a new link does"


@pytest.mark.parametrize(("days", "status"), [(13, 200), (15, 410)])
def test_the_link_lives_14_days(days: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    link = path_of(make_resident())
    later = (clock.now() + timedelta(days=days)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert Client().post(link).status_code == status


def test_nobody_makes_a_link_for_somebody_else() -> None:
    account = make_resident()
    other = make_resident("budi", person_number="3171010101900003")
    token = path_of(other).removeprefix("/stop/").removesuffix("/")
    bent = [token[:-1] + ("A" if token[-1] != "A" else "B"), token.split(":")[0], "x", f"{account.pk}", "a:b:c"]
    for attempt in bent:
        assert Client().post(f"/stop/{attempt}/").status_code == 410
    assert Account.objects.get(pk=account.pk).is_active
    assert Account.objects.get(pk=other.pk).is_active


def test_the_button_stops_only_ones_own_account() -> None:
    make_resident()
    stranger = Client()
    sign_in(stranger, make_resident("budi", person_number="3171010101900003"))
    stranger.post("/security/stop/", {"account": "citra", "account_id": "1"})
    assert Account.objects.get(login="citra").is_active
    assert Client().post("/security/stop/").headers["Location"].startswith("/sign-in/")


def test_stopping_twice_is_one_stop() -> None:
    account = make_resident()
    now = clock.now()
    assert stop_account(actor=HOUSE, account_id=account.pk, way="page", now=now)
    assert not stop_account(actor=HOUSE, account_id=account.pk, way="page", now=now)
    assert Account.objects.get().stops == 1
    assert len(published(AccountStopped)) == 1


def test_a_post_is_left_at_once_when_its_holder_is_stopped(client: Client) -> None:
    official = make_official()
    sign_in(client, official, post_code=REGISTRAR)
    assert client.get("/test/registrar/").status_code == 200
    stop_account(actor=HOUSE, account_id=official.pk, way="link", now=clock.now())
    assert client.get("/test/registrar/").status_code == 302


def test_a_new_device_is_told_and_a_known_one_and_the_very_first_are_not() -> None:
    make_resident()
    known = Client()
    known.post("/sign-in/", FORM)
    known.post("/sign-out/")
    known.post("/sign-in/", FORM)
    assert published(SignedInFromNewDevice) == []
    Client(REMOTE_ADDR="203.0.113.7", headers={"User-Agent": "Firefox Linux"}).post("/sign-in/", FORM)
    [event] = published(SignedInFromNewDevice)
    assert event.payload["network"] == "203.0.113.0/24"
    assert event.payload["agent"] == "Firefox, Linux"
