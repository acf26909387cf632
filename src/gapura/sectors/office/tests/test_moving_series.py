"""A series of meetings moves at once: the room for all or nothing, everybody asked once, every program up to date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.testing import Account
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.worklist.queries import count_open_work
from gapura.sectors.office import ics
from gapura.sectors.office.actions.meetings import cancel_meeting
from gapura.sectors.office.actions.moving import move_series
from gapura.sectors.office.actions.replies import reply_to_meeting, take_reply_file, uid_of
from gapura.sectors.office.actions.rooms import book_room, open_room
from gapura.sectors.office.actions.series import cancel_series
from gapura.sectors.office.meeting_pages import draw_file
from gapura.sectors.office.models import Meeting, RoomBooking
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.tests.test_series import (
    FOUR,
    HOUR,
    START,
    WEEK,
    ask,
    called,
    desk,
    feed,
    move,
    replies,
    sent_to,
    when,
)
from gapura.sectors.office.types import ROOMS_ROLE, CannotBookRoom, CannotMeet, Item, Party, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def room(office):
    keeper = replace(office.head, roles=office.head.roles | {ROOMS_ROLE})
    return open_room(actor=keeper, title="Big room", seats=10, equipment=[], zone="Asia/Jakarta", now=NOW)


def move_all(office, meeting, by=DAY, by_the_end=None, actor=None, **chosen):
    given = {"place": "", "room": "", "from_this_on": False, "now": NOW} | chosen
    return move_series(
        actor=actor or office.analyst, code=meeting.code, starts_at=meeting.starts_at + by,
        ends_at=meeting.ends_at + (by if by_the_end is None else by_the_end), **given,
    )  # fmt: skip


def beginnings():
    return list(Meeting.objects.order_by("original_at").values_list("starts_at", flat=True))


def weekly(since=START, times=4):
    return [since + number * WEEK for number in range(times)]


def test_all_that_are_to_come_move_by_the_same_days_and_hours(office):
    meetings = called(office)
    moved = move_all(office, meetings[2], DAY + HOUR)
    assert len(moved) == 4
    assert beginnings() == weekly(START + DAY + HOUR)
    assert [one.original_at for one in Meeting.objects.order_by("original_at")] == weekly()
    event = next(one for one in list_events() if one.action == "office.series_moved")
    assert event.detail["times"] == 4


def test_from_one_on_the_earlier_ones_stay(office):
    meetings = called(office)
    move_all(office, meetings[2], from_this_on=True)
    assert beginnings() == [*weekly()[:2], *weekly(START + DAY)[2:]]


def test_what_was_held_or_fell_out_stays_where_it_was(office):
    meetings = called(office)
    cancel_meeting(actor=office.head, code=meetings[3].code, reason="", now=NOW)
    with pytest.raises(CannotMeet):
        move_all(office, meetings[0], 3 * WEEK, now=START + HOUR)
    move_all(office, meetings[1], now=START + HOUR)
    assert beginnings() == [START, START + WEEK + DAY, START + 2 * WEEK + DAY, START + 3 * WEEK]


def test_one_that_was_moved_by_itself_keeps_its_distance(office):
    meetings = called(office)
    move(office, meetings[1], by=DAY)
    move_all(office, meetings[0], HOUR)
    assert beginnings() == [START + HOUR, START + WEEK + DAY + HOUR, *weekly(START + HOUR)[2:]]


def test_longer_meetings_are_longer_each(office):
    meetings = called(office)
    move_all(office, meetings[0], timedelta(0), HOUR)
    lengths = {one.ends_at - one.starts_at for one in Meeting.objects.order_by("pk")}
    assert (lengths, beginnings()) == ({2 * HOUR}, weekly())


def test_nine_stays_nine_when_the_clocks_change_between_two(office):
    """The series is meant in Amsterdam, where summer time began on 28 March 2027."""
    start = datetime(2027, 3, 24, 8, tzinfo=UTC)
    meetings = ask(
        office, starts_at=start, ends_at=start + HOUR, zone="Europe/Amsterdam", rule="FREQ=WEEKLY;UNTIL=20270331"
    )
    assert [one.starts_at.hour for one in meetings] == [8, 7]
    move_all(office, meetings[0], DAY)
    assert beginnings() == [start + DAY, start + WEEK + DAY - HOUR]


def test_the_room_moves_with_all_of_them(office, room):
    meetings = called(office, room=room.code, place="Big room")
    move_all(office, meetings[0], HOUR, room=room.code, place="Big room")
    booked = RoomBooking.objects.filter(state="booked").order_by("starts_at")
    assert [one.starts_at for one in booked] == weekly(START + HOUR)
    book_room(actor=office.lawyer, code=room.code, starts_at=START, ends_at=START + HOUR, purpose="x", now=NOW)
    assert RoomBooking.objects.filter(meeting=None).exists(), "the old hour is free"


def test_half_an_hour_later_collides_with_nothing_of_ones_own(office, room):
    meetings = called(office, room=room.code)
    move_all(office, meetings[0], HOUR / 2, room=room.code)
    assert beginnings() == weekly(START + HOUR / 2)


def test_when_the_room_is_taken_on_one_day_nothing_moves_and_the_day_is_named(office, room):
    meetings = called(office, room=room.code, place="Big room")
    before = count_open_work(office.colleague)
    taken = START + 2 * WEEK + DAY
    book_room(actor=office.lawyer, code=room.code, starts_at=taken, ends_at=taken + HOUR, purpose="x", now=NOW)
    with pytest.raises(CannotBookRoom) as refusal:
        move_all(office, meetings[0], room=room.code, place="Big room")
    assert "1 of 4" in str(refusal.value)
    assert "10" in str(refusal.value), "10 December"
    assert beginnings() == weekly()
    booked = RoomBooking.objects.filter(state="booked", meeting__isnull=False).order_by("starts_at")
    assert [one.starts_at for one in booked] == weekly()
    assert set(Meeting.objects.values_list("sequence", flat=True)) == {0}
    assert count_open_work(office.colleague) == before
    assert len(move_all(office, meetings[0], room="", place="Elsewhere")) == 4


def test_who_does_not_run_it_moves_nothing_and_a_single_meeting_is_no_series(office):
    meetings = called(office)
    with pytest.raises(AccessDenied):
        move_all(office, meetings[0], actor=office.colleague)
    Meeting.objects.filter(pk=meetings[0].pk).update(series=None, original_at=None)
    with pytest.raises(CannotMeet):
        move_all(office, meetings[0])
    with pytest.raises(CannotMeet, match="to come"):
        move_all(office, meetings[1], -5 * WEEK)
    assert beginnings().count(START + WEEK) == 1


def test_what_is_the_same_asks_nobody(office):
    meetings = called(office)
    reply_to_meeting(
        actor=office.colleague, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=0, whole_series=True, now=NOW
    )
    move_all(office, meetings[0], timedelta(0))
    assert replies(meetings, office.colleague) == ["accepted"] * 4
    move_all(office, meetings[0])
    assert replies(meetings, office.colleague) == ["needs-action"] * 4


def test_the_invited_are_asked_once_and_answer_all_at_once(office):
    deliver_pending()
    Account.objects.filter(pk=office.colleague.account_id).update(email="colleague@example.org")
    meetings = called(office)
    deliver_pending()
    reply_to_meeting(
        actor=office.colleague, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=0, whole_series=True, now=NOW
    )
    mail.outbox.clear()
    move_all(office, meetings[0])
    deliver_pending()
    (message,) = sent_to("colleague@example.org")
    assert when(message.to_ical()) == weekly(START + DAY)
    assert {int(one["SEQUENCE"]) for one in message.walk("VEVENT")} == {1}
    assert count_open_work(office.colleague) == {"office.meeting-reply": 1}
    with pytest.raises(CannotMeet, match="was changed while"):
        reply_to_meeting(actor=office.colleague, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=0, now=NOW)
    reply_to_meeting(
        actor=office.colleague, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=1, whole_series=True, now=NOW
    )
    assert replies(meetings, office.colleague) == ["accepted"] * 4
    assert count_open_work(office.colleague) == {}


def test_one_changed_by_itself_after_the_move_is_asked_for_on_its_own(office):
    meetings = called(office)
    move_all(office, meetings[0])
    move(office, Meeting.objects.get(pk=meetings[3].pk))
    reply_to_meeting(
        actor=office.colleague, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=1, whole_series=True, now=NOW
    )
    assert replies(meetings, office.colleague) == ["accepted"] * 3 + ["needs-action"]


def test_feeds_and_files_show_the_new_times_under_a_higher_sequence(office):
    meetings = called(office)
    before = feed(office.colleague)
    move_all(office, meetings[2], from_this_on=True)
    expected = [*weekly()[:2], *weekly(START + DAY)[2:]]
    assert when(before) == weekly()
    assert when(feed(office.colleague)) == expected
    assert when(ics.write_feed(draw_file(office.colleague, meetings[0]), name="x")) == expected
    move_all(office, Meeting.objects.get(pk=meetings[0].pk), HOUR)
    assert when(feed(office.colleague)) == [one + HOUR for one in expected]
    assert set(Meeting.objects.values_list("sequence", flat=True)) == {2}


def test_a_reply_file_to_the_series_as_it_was_is_ignored_and_to_the_new_one_taken(office):
    meetings = called(office, outside=[("Rina", "rina@example.com")])
    move_all(office, meetings[0])

    def take(sequence, minutes):
        at = NOW + timedelta(minutes=minutes)
        item = Item(uid_of(meetings[0]), sequence, NOW, START, START + HOUR, "Asia/Jakarta", "x")
        file = ics.write_reply(
            item, organizer=Party("a@example.org", "A"), guest=Party("rina@example.com", "R", Reply.ACCEPTED),
            answered_at=at,
        )  # fmt: skip
        return len(take_reply_file(actor=office.analyst, code=meetings[0].code, content=file, now=NOW))

    assert take(0, 10) == 0
    assert take(1, 20) == 4


def test_a_series_that_was_moved_falls_out_under_a_still_higher_sequence(office):
    deliver_pending()
    Account.objects.filter(pk=office.colleague.account_id).update(email="colleague@example.org")
    meetings = called(office)
    move_all(office, meetings[0])
    deliver_pending()
    mail.outbox.clear()
    cancel_series(actor=office.head, code=meetings[0].code, reason="No more.", now=NOW)
    deliver_pending()
    (message,) = sent_to("colleague@example.org")
    assert {(str(one["STATUS"]), int(one["SEQUENCE"])) for one in message.walk("VEVENT")} == {("CANCELLED", 2)}


def test_a_series_that_nobody_agreed_to_yet_moves_and_tells_nobody(office):
    meetings = ask(office, rule=FOUR)
    move_all(office, meetings[0])
    assert beginnings() == weekly(START + DAY)
    assert count_open_work(office.head) == {"office.meeting-approve": 1}
    assert count_open_work(office.colleague) == {}


def test_which_meetings_move_is_chosen_on_the_page(office):
    meetings = called(office)
    analyst, change = desk(office.analyst), f"/desk/office/meetings/{meetings[1].code}/change/"
    page = analyst.get(change).content.decode()
    assert "All of the series that are still to come" in page
    form = {"day": "2026-12-03", "begins": "09:00", "until": "10:00", "zone": "Asia/Jakarta", "place": "", "room": ""}
    assert "3 meetings are changed" in analyst.post(change, form | {"which": "following"}, follow=True).content.decode()
    assert beginnings() == [START, *weekly(START + DAY)[1:]]
    assert analyst.post(change, form | {"which": "one", "begins": "08:00"}).status_code == 302
    assert beginnings() == [START, START + WEEK + DAY - HOUR, *weekly(START + DAY)[2:]]
    Meeting.objects.filter(pk=meetings[0].pk).update(series=None, original_at=None)
    assert "Which meetings" not in analyst.get(f"/desk/office/meetings/{meetings[0].code}/change/").content.decode()
