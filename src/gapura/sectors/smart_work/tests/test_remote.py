"""Working from elsewhere: a passkey, a device and a place, each refused alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.types import AccessDenied, Familiarity
from gapura.sectors.smart_work.actions import (
    check_in,
    close_remote_session,
    open_remote_session,
    withdraw_remote_session,
)
from gapura.sectors.smart_work.codes import make_door_code
from gapura.sectors.smart_work.models import RemoteSession
from gapura.sectors.smart_work.queries import find_remote_session, list_open_below, list_remote_sessions
from gapura.sectors.smart_work.testing import NOW, TOMORROW, make_booking, make_center, make_staff
from gapura.sectors.smart_work.types import CannotWorkElsewhere, Place, RemoteOutcome

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LONG_AGO = NOW - timedelta(days=10)
AT_HOME = Familiarity("203.0.113.0/24", "Firefox, Linux", LONG_AGO, LONG_AGO, "own-device")


@pytest.fixture
def staff():
    return make_staff()


def ask(actor, familiarity=AT_HOME, *, place="home", level=AssuranceLevel.HIGH, now=NOW):
    return open_remote_session(actor=actor, named_place=place, level=level, familiarity=familiarity, now=now)


def test_a_known_device_at_a_known_place_with_a_passkey_opens(staff):
    session = ask(staff.analyst)
    assert (session.outcome, session.place) == (RemoteOutcome.OPENED, Place.KNOWN_NETWORK)
    assert session.until == NOW + timedelta(hours=10)


@pytest.mark.parametrize(
    ("changes", "level", "outcome"),
    [
        ({}, AssuranceLevel.SUBSTANTIAL, RemoteOutcome.NO_PASSKEY),
        ({"device_since": None}, AssuranceLevel.HIGH, RemoteOutcome.UNKNOWN_DEVICE),
        ({"device_since": NOW - timedelta(hours=23)}, AssuranceLevel.HIGH, RemoteOutcome.UNKNOWN_DEVICE),
        ({"network_since": None}, AssuranceLevel.HIGH, RemoteOutcome.UNKNOWN_PLACE),
        ({"network_since": NOW - timedelta(hours=23)}, AssuranceLevel.HIGH, RemoteOutcome.UNKNOWN_PLACE),
        ({"network_since": NOW + timedelta(hours=1)}, AssuranceLevel.HIGH, RemoteOutcome.UNKNOWN_PLACE),
    ],
)
def test_each_of_the_three_is_refused_alone_and_stands_in_the_log(staff, changes, level, outcome):
    session = ask(staff.analyst, replace(AT_HOME, **changes), level=level)
    assert (session.outcome, session.until) == (outcome, None)
    assert list_remote_sessions(staff.analyst) == [session]
    assert list_remote_sessions(staff.head) == []
    assert find_remote_session(staff.analyst, session.number, AT_HOME, now=NOW) is None


def test_the_network_of_a_center_and_a_check_in_are_places(staff):
    center = make_center()
    new = replace(AT_HOME, network_since=None)
    inside = ask(staff.analyst, replace(new, network="198.51.100.0/24"))
    assert (inside.place, inside.center_code) == (Place.CENTER_NETWORK, "depok")
    assert ask(staff.analyst, replace(new, network="2001:db8::/48")).outcome == RemoteOutcome.UNKNOWN_PLACE
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    at = booking.starts_at + timedelta(minutes=5)
    assert booking.day == TOMORROW
    token = make_door_code(center.code, center.timezone, minutes=5, now=at)
    check_in(actor=staff.analyst, token=token, network=new.network, language="en", now=at)
    assert ask(staff.analyst, new, now=at).place == Place.CHECKED_IN
    assert ask(staff.colleague, new, now=at).place == Place.UNKNOWN
    assert ask(staff.analyst, new, now=booking.ends_at).place == Place.UNKNOWN


def test_the_place_is_one_that_the_law_names_and_a_center_is_not_only_said(staff):
    with pytest.raises(CannotWorkElsewhere, match="places that the law allows"):
        ask(staff.analyst, place="café")
    assert RemoteSession.objects.count() == 0
    said = ask(staff.analyst, place="center")
    assert (said.outcome, said.named_place) == (RemoteOutcome.UNKNOWN_PLACE, "center")
    make_center()
    there = ask(staff.analyst, replace(AT_HOME, network="198.51.100.0/24"), place="center")
    assert there.outcome == RemoteOutcome.OPENED


def test_who_leads_ends_it_at_once_and_none_opens_before_its_time_is_over(staff):
    session = ask(staff.analyst)
    assert list_open_below(staff.head, now=NOW) == [session]
    assert list_open_below(staff.colleague, now=NOW) == []
    for nobody in (staff.colleague, staff.analyst, staff.host):
        with pytest.raises(AccessDenied):
            withdraw_remote_session(actor=nobody, number=session.number, now=NOW)
    withdraw_remote_session(actor=staff.head, number=session.number, now=NOW + timedelta(minutes=1))
    assert find_remote_session(staff.analyst, session.number, AT_HOME, now=NOW + timedelta(minutes=1)) is None
    assert list_open_below(staff.head, now=NOW + timedelta(minutes=1)) == []
    with pytest.raises(CannotWorkElsewhere, match="over already"):
        withdraw_remote_session(actor=staff.minister, number=session.number, now=NOW + timedelta(minutes=2))
    assert ask(staff.analyst, now=NOW + timedelta(hours=9)).outcome == RemoteOutcome.WITHDRAWN
    assert ask(staff.analyst, now=NOW + timedelta(hours=10)).outcome == RemoteOutcome.OPENED
    assert ask(staff.colleague).outcome == RemoteOutcome.OPENED, "the control: a colleague is not concerned"
    said = [event.action.removeprefix("smart_work.remote_session_") for event in list_events(limit=5)]
    assert said == ["asked", "asked", "asked", "withdrawn", "asked"]


def test_a_head_does_not_withdraw_from_themselves_and_who_leads_above_may(staff):
    own = ask(staff.head)
    with pytest.raises(AccessDenied):
        withdraw_remote_session(actor=staff.head, number=own.number, now=NOW)
    withdraw_remote_session(actor=staff.minister, number=own.number, now=NOW)


def test_a_session_is_of_one_person_post_and_network_and_ends(staff):
    session = ask(staff.analyst)
    find = find_remote_session
    assert find(staff.analyst, session.number, AT_HOME, now=NOW) == session
    assert find(staff.head, session.number, AT_HOME, now=NOW) is None
    assert find(replace(staff.analyst, post_code="x"), session.number, AT_HOME, now=NOW) is None
    assert find(staff.analyst, session.number, replace(AT_HOME, network="192.0.2.0/24"), now=NOW) is None
    assert find(staff.analyst, session.number, replace(AT_HOME, device="another"), now=NOW) is None
    assert find(staff.analyst, session.number, AT_HOME, now=NOW + timedelta(hours=10)) is None
    with pytest.raises(AccessDenied):
        close_remote_session(actor=staff.head, number=session.number, now=NOW)
    close_remote_session(actor=staff.analyst, number=session.number, now=NOW)
    assert find(staff.analyst, session.number, AT_HOME, now=NOW) is None
    with pytest.raises(AccessDenied):
        close_remote_session(actor=staff.analyst, number=session.number, now=NOW)
    assert RemoteSession.objects.count() == 1
