"""The gate of the desk: at the office, elsewhere, and every way around it."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.testing import Account, sign_in
from gapura.sectors.smart_work.actions import withdraw_remote_session
from gapura.sectors.smart_work.middleware import OPEN_ELSEWHERE
from gapura.sectors.smart_work.models import RemoteSession
from gapura.sectors.smart_work.networks import is_at_office, parse_office_networks
from gapura.sectors.smart_work.testing import NOW, make_staff

pytestmark = pytest.mark.django_db
OFFICE, HOME = "10.1.2.3", "203.0.113.7"
DESK, REMOTE, REQUESTS = "/desk/", "/desk/smart-work/remote/", "/desk/smart-work/requests/"
FIREFOX = "Mozilla/5.0 (X11; Linux) Firefox/140.0"


@pytest.fixture(autouse=True)
def with_offices(settings) -> Iterator[None]:
    settings.GAPURA_OFFICE_NETWORKS = "kemenpan-rb=10.1.0.0/16 *=10.9.0.0/16"
    with clock.frozen(NOW):
        yield


@pytest.fixture
def staff():
    return make_staff()


def browser(actor, *, address=HOME, is_known=True):
    """Signed in with a passkey; known: this device and network were used two days ago."""
    client = Client(headers={"Accept-Language": "en", "User-Agent": FIREFOX}, REMOTE_ADDR=address)
    account = Account.objects.get(pk=actor.account_id)
    sign_in(client, account, post_code=actor.post_code)
    if is_known:
        client.cookies[settings.GAPURA_DEVICE_COOKIE_NAME] = actor.label
        account.sign_ins.create(
            at=NOW - timedelta(days=2), target="account", network="203.0.113.0/24", agent="Firefox, Linux",
            device=hashlib.sha256(actor.label.encode()).hexdigest()[:32], method="passkey", succeeded=True,
        )  # fmt: skip
    return client


def is_held(response) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith(REMOTE)


def words(response) -> str:
    return response.content.decode()


@pytest.fixture
def desk(staff):
    """An official at home with an open session."""
    client = browser(staff.analyst)
    assert client.post(f"{REMOTE}?next=/desk/", {"place": "home"}).headers["Location"] == DESK
    return client


def test_at_the_office_of_the_agency_the_gate_stands_open(staff):
    assert browser(staff.analyst, address=OFFICE).get(DESK).status_code == 200
    assert browser(staff.analyst, address="10.9.0.1").get(DESK).status_code == 200
    assert is_held(browser(staff.analyst, address="10.2.0.1").get(DESK))


def test_elsewhere_a_page_of_the_desk_leads_to_the_page_that_explains_and_the_log_says_so(staff):
    client = browser(staff.analyst)
    held = client.get("/desk/?kind=x")
    assert held.headers["Location"] == f"{REMOTE}?next=%2Fdesk%2F%3Fkind%3Dx&held=1"
    page = words(client.get(held.headers["Location"]))
    assert "does not come from an office" in page
    assert "Open a session" in page
    denied = [event for event in list_events() if event.action == "identity.access_denied"]
    assert [event.detail["path"] for event in denied] == [DESK]
    assert is_held(client.post(REQUESTS)), "what is sent is not taken either"


def test_an_open_session_opens_the_desk_and_every_page_says_so(desk):
    page = words(desk.get(DESK))
    assert "You work from elsewhere until" in page
    assert "You work from elsewhere until" in words(desk.get(REQUESTS))
    assert desk.post(REMOTE, {"do": "close"}).status_code == 302
    assert is_held(desk.get(DESK))


def test_it_ends_by_time(staff, desk):
    with clock.frozen(NOW + timedelta(minutes=20)):
        assert desk.get(DESK).status_code == 200
    RemoteSession.objects.update(until=NOW + timedelta(minutes=21))
    with clock.frozen(NOW + timedelta(minutes=21)):
        assert is_held(desk.get(DESK))
        assert "You work from elsewhere until" not in words(desk.get(REMOTE))


def test_it_ends_at_once_when_who_leads_withdraws_it(staff, desk):
    head = browser(staff.head, address=OFFICE)
    session = RemoteSession.objects.get()
    assert "Withdraw" in words(head.get(REQUESTS))
    assert head.post(f"/desk/smart-work/remote/{session.number}/withdraw/").status_code == 302
    assert is_held(desk.get(DESK))
    assert "has withdrawn it" in words(desk.get(REMOTE))
    desk.post(REMOTE, {"place": "home"})
    assert is_held(desk.get(DESK)), "none opens before the withdrawn one would have ended"


def test_another_browser_another_network_and_a_copied_cookie_are_not_the_session(staff, desk):
    assert is_held(browser(staff.analyst).get(DESK)), "another browser"
    assert is_held(desk.get(DESK, REMOTE_ADDR="198.51.100.7")), "another network"
    thief = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR=HOME)
    thief.cookies[settings.SESSION_COOKIE_NAME] = desk.cookies[settings.SESSION_COOKIE_NAME].value
    assert is_held(thief.get(DESK)), "the cookie without the device"
    assert desk.get(DESK).status_code == 200, "the control"


def test_a_session_is_not_opened_on_an_unknown_device(staff):
    client = browser(staff.analyst, is_known=False)
    client.post(REMOTE, {"place": "home"})
    assert RemoteSession.objects.get().outcome == "unknown-device"
    assert is_held(client.get(DESK))


def test_a_header_that_no_proxy_of_ours_wrote_moves_nobody_to_the_office(staff, settings):
    client = browser(staff.analyst)
    spoofed = {"X-Forwarded-For": OFFICE, "X-Real-IP": OFFICE, "Forwarded": f"for={OFFICE}"}
    assert is_held(client.get(DESK, headers=spoofed))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert is_held(client.get(DESK, headers={"X-Forwarded-For": f"{OFFICE}, {HOME}"}))
    assert client.get(DESK, headers={"X-Forwarded-For": f"{HOME}, {OFFICE}"}).status_code == 200, "the control"


def test_who_comes_back_never_leaves_the_house(staff):
    client = browser(staff.analyst)
    answer = client.post(f"{REMOTE}?next=https://evil.example/", {"place": "home"})
    assert answer.headers["Location"] == REMOTE


def test_who_holds_a_post_and_acts_privately_is_held_nowhere(staff):
    client = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=HOME)
    sign_in(client, Account.objects.get(pk=staff.analyst.account_id))
    assert client.get("/").status_code == 200
    assert not is_held(client.get(DESK))


def test_a_house_that_names_no_office_has_no_gate(staff, settings):
    settings.GAPURA_OFFICE_NETWORKS = ""
    assert browser(staff.analyst).get(DESK).status_code == 200


def test_once_one_office_is_named_an_agency_without_any_has_none(settings):
    settings.GAPURA_OFFICE_NETWORKS = "kemenpan-rb=10.1.0.0/16,2001:db8:1::/48"
    assert is_at_office("kemenpan-rb", "::ffff:10.1.0.9")
    assert is_at_office("kemenpan-rb", "2001:db8:1::7")
    assert not is_at_office("kemenpan-rb", "2001:db8:2::7")
    assert not is_at_office("dukcapil", "10.1.0.9")


@pytest.mark.parametrize("wrong", ["10.1.0.0/16", "kemenpan-rb=", "kemenpan-rb=10.1.0.1/16", "a=b"])
def test_what_is_mistyped_is_told(wrong):
    with pytest.raises(ValueError, match="AGENCY=NETWORK"):
        parse_office_networks(wrong)


def test_what_is_open_elsewhere_exists_and_shows_nobody_elses_data():
    known = set()

    def collect(resolver, prefix=""):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                collect(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
            elif one.name:
                known.add(prefix + one.name)

    collect(get_resolver())
    assert known >= OPEN_ELSEWHERE
    assert {name for name in OPEN_ELSEWHERE if name.startswith(("desk:", "office:", "cases:", "civil:"))} == set()


def test_withdrawing_is_of_who_leads(staff, desk):
    number = RemoteSession.objects.get().number
    colleague = browser(staff.colleague, address=OFFICE)
    assert colleague.post(f"/desk/smart-work/remote/{number}/withdraw/").status_code == 404
    withdraw_remote_session(actor=staff.minister, number=number, now=NOW)
    assert is_held(desk.get(DESK))
