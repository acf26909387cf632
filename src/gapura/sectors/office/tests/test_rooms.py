"""Rooms: had by one at a time, whoever asks at once, and not kept by who does not come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from gapura.foundation import clock
from gapura.foundation.testing import at_once
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import count_open_work
from gapura.sectors.office.actions.meetings import cancel_meeting, change_meeting, request_meeting
from gapura.sectors.office.actions.rooms import (
    book_room,
    close_room,
    enter_room,
    note_lost_room,
    open_room,
    release_booking,
    release_unused,
)
from gapura.sectors.office.models import Room, RoomBooking, RoomSlot
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries.rooms import list_free_rooms, list_rooms, measure_use
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.types import ROOMS_ROLE, CannotBookRoom

START = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUR, DAY, QUARTER = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


def keeper_of(office):
    return replace(office.head, roles=office.head.roles | {ROOMS_ROLE})


def make_room(office, **chosen):
    values = {"title": "Room 4", "seats": 12, "equipment": ["projector"], "zone": "Asia/Jakarta"}
    return open_room(actor=keeper_of(office), now=NOW, **values | chosen)


def book(actor, room, starts_at=START, ends_at=START + HOUR, **chosen):
    values = {"purpose": "Talk", "now": NOW}
    return book_room(actor=actor, code=room.code, starts_at=starts_at, ends_at=ends_at, **values | chosen)


@pytest.mark.database
@pytest.mark.django_db
class TestRooms:
    @pytest.fixture
    def office(self):
        return make_office()

    def test_only_who_keeps_rooms_opens_and_closes_them(self, office):
        room = make_room(office)
        for act in (
            lambda: open_room(actor=office.analyst, title="X", seats=1, equipment=[], zone="Asia/Jakarta", now=NOW),
            lambda: close_room(actor=office.analyst, code=room.code, on=date(2026, 12, 1), why="Paint", now=NOW),
            lambda: book(office.neighbor, room),
        ):
            with pytest.raises(AccessDenied):
                act()
        with pytest.raises(CannotBookRoom, match="already"):
            make_room(office)
        with pytest.raises(CannotBookRoom):
            make_room(office, title="Other", equipment=["sauna"])

    def test_a_room_is_had_once_and_beside_each_other(self, office):
        room = make_room(office)
        book(office.analyst, room)
        book(office.colleague, room, START + HOUR, START + 2 * HOUR)
        for starts_at, ends_at in ((START + 3 * QUARTER, START + HOUR), (START - HOUR, START + QUARTER)):
            with pytest.raises(CannotBookRoom, match="Somebody else"):
                book(office.lawyer, room, starts_at, ends_at)
        assert RoomSlot.objects.count() == 8

    def test_a_double_click_books_once(self, office):
        room = make_room(office)
        assert book(office.analyst, room) == book(office.analyst, room)
        assert RoomBooking.objects.count() == 1

    @pytest.mark.parametrize(
        ("starts_at", "ends_at", "says"),
        [
            (START + timedelta(minutes=5), START + HOUR, "quarter"),
            (START, START, "after it begins"),
            (START, START + 13 * HOUR, "12 hours"),
            (NOW - HOUR, NOW - QUARTER, "to come"),
            (START + 500 * DAY, START + 500 * DAY + HOUR, "within a year"),
        ],
    )
    def test_a_time_that_cannot_be_booked_is_refused(self, office, starts_at, ends_at, says):
        with pytest.raises(CannotBookRoom, match=says):
            book(office.analyst, make_room(office), starts_at, ends_at)

    def test_a_series_is_booked_whole_or_without_what_is_taken(self, office):
        room = make_room(office)
        book(office.colleague, room, START + 7 * DAY, START + 7 * DAY + HOUR)
        weekly = "FREQ=WEEKLY;COUNT=3"
        with pytest.raises(CannotBookRoom, match=r"2 December|December 2"):
            book(office.analyst, room, rule=weekly)
        assert RoomBooking.objects.count() == 1
        made = book(office.analyst, room, rule=weekly, skip_taken=True)
        assert [one.starts_at for one in made] == [START, START + 14 * DAY]
        assert release_booking(actor=office.analyst, code=made[0].code, whole_series=True, now=NOW) == 2
        assert release_booking(actor=office.analyst, code=made[0].code, whole_series=True, now=NOW) == 0
        with pytest.raises(CannotBookRoom, match="60 times"):
            book(office.analyst, room, rule="FREQ=DAILY;COUNT=61")
        with pytest.raises(AccessDenied):
            release_booking(actor=office.lawyer, code=made[0].code, now=NOW)

    def test_what_is_given_back_is_free_and_the_rest_of_an_hour_too(self, office):
        room = make_room(office)
        (booking,) = book(office.analyst, room)
        enter_room(actor=office.analyst, code=booking.code, now=START)
        release_booking(actor=office.analyst, code=booking.code, now=START + 2 * QUARTER)
        assert book(office.lawyer, room, START + 2 * QUARTER, START + HOUR)

    def test_who_does_not_come_loses_the_room_and_who_came_does_not(self, office):
        room = make_room(office)
        (absent,) = book(office.analyst, room)
        (there,) = book(office.colleague, room, START + HOUR, START + 2 * HOUR)
        with pytest.raises(CannotBookRoom):
            enter_room(actor=office.colleague, code=there.code, now=START)
        enter_room(actor=office.colleague, code=there.code, now=START + HOUR)
        house = system_actor("test")
        assert release_unused(actor=house, now=START + timedelta(minutes=14)) == 0
        assert release_unused(actor=house, now=START + 2 * HOUR) == 1
        assert release_unused(actor=house, now=START + 2 * HOUR) == 0
        absent.refresh_from_db()
        assert absent.state == "no-show"
        (use,) = measure_use(office.analyst, since=START, until=START + DAY, working_days=1)
        assert (use.bookings, use.booked, use.used, use.no_shows, use.percent) == (2, 120, 60, 1, 12)

    def test_a_room_closed_after_booking_tells_who_had_it(self, office):
        room = make_room(office)
        (booking,) = book(office.analyst, room)
        assert close_room(actor=keeper_of(office), code=room.code, on=START.date(), why="Paint", now=NOW) == 1
        assert count_open_work(office.analyst) == {"office.room-lost": 1}
        with pytest.raises(CannotBookRoom, match="Paint"):
            book(office.colleague, room)
        assert list_free_rooms(office.analyst, starts_at=START, ends_at=START + HOUR) == []
        assert list_rooms(office.analyst, now=NOW) == [room]  # until the day
        note_lost_room(actor=office.analyst, code=booking.code, now=NOW)
        assert count_open_work(office.analyst) == {}

    def test_free_rooms_have_the_seats_and_everything_asked_for_the_smallest_first(self, office):
        small, large = make_room(office), make_room(office, title="Hall", seats=90, equipment=["projector", "video"])
        asked = {"starts_at": START, "ends_at": START + HOUR}
        assert list_free_rooms(office.analyst, **asked) == [small, large]
        assert list_free_rooms(office.analyst, seats=13, **asked) == [large]
        assert list_free_rooms(office.analyst, equipment=["video"], **asked) == [large]
        book(office.colleague, small, START - HOUR, START + QUARTER)
        assert list_free_rooms(office.analyst, **asked) == [large]
        assert list_free_rooms(office.neighbor, **asked) == []

    def test_a_meetings_room_follows_it(self, office):
        room = make_room(office)
        plan = MeetingPlan(
            title="Talk", task_code="OT.01", starts_at=START, ends_at=START + HOUR, zone="Asia/Jakarta",
            chair=office.head.post_code, room=room.code,
        )  # fmt: skip
        meeting = request_meeting(actor=office.analyst, plan=plan, now=NOW)
        with pytest.raises(CannotBookRoom):
            book(office.colleague, room)
        later = START + 3 * HOUR
        change_meeting(
            actor=office.analyst, code=meeting.code, starts_at=later, ends_at=later + HOUR, place="", room=room.code,
            now=NOW,
        )  # fmt: skip
        book(office.colleague, room)
        cancel_meeting(actor=office.analyst, code=meeting.code, reason="", now=NOW)
        book(office.colleague, room, later, later + HOUR)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_and_one_has_the_room():
    office = make_office()
    room = make_room(office)
    guests = [replace(office.analyst, post_code=f"kemenpan-rb//guest-{number}") for number in range(50)]
    outcomes = at_once(*[partial(book, guest, room) for guest in guests])
    assert all(isinstance(one, CannotBookRoom | None) for one in outcomes), outcomes
    won = outcomes.count(None)
    assert (won, RoomBooking.objects.count(), RoomSlot.objects.count()) == (1, 1, 4)
    assert Room.objects.count() == 1
