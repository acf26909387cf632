"""Meetings that repeat: asked for once, each of its own, and one series in every calendar program."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from django.core import mail
from django.test import Client
from icalendar import Calendar

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.identity.testing import Account, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.worklist.queries import count_open_work
from gapura.sectors.office import ics
from gapura.sectors.office.actions.meetings import (
    agree_to_meeting,
    cancel_meeting,
    change_meeting,
    refuse_meeting,
    withdraw_invitation,
)
from gapura.sectors.office.actions.minutes import draft_minutes, record_attendance
from gapura.sectors.office.actions.replies import reply_to_meeting, take_reply_file, uid_of
from gapura.sectors.office.actions.rooms import book_room, open_room
from gapura.sectors.office.actions.series import cancel_series, request_series
from gapura.sectors.office.calendar_pages import list_items
from gapura.sectors.office.meeting_pages import draw_file
from gapura.sectors.office.models import Meeting, MeetingSeries, RoomBooking
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.types import (
    ROOMS_ROLE,
    CalendarScope,
    CannotBookRoom,
    CannotMeet,
    Item,
    MeetingStatus,
    Party,
    Reply,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
START = datetime(2026, 11, 25, 2, tzinfo=UTC)  # 9 o'clock in Jakarta, a Wednesday
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
FOUR = "FREQ=WEEKLY;UNTIL=20261216"


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


def plan(office, **chosen):
    values = {
        "title": "Weekly round",
        "task_code": "OT.01",
        "starts_at": START,
        "ends_at": START + HOUR,
        "zone": "Asia/Jakarta",
        "chair": office.head.post_code,
        "guests": [office.colleague.post_code, office.neighbor.post_code],
        "agenda": ["What is new"],
        "rule": FOUR,
    }
    return MeetingPlan(**values | chosen)


def ask(office, by="analyst", **chosen):
    return request_series(actor=getattr(office, by), plan=plan(office, **chosen), now=NOW)


def called(office, **chosen):
    meetings = ask(office, **chosen)
    agree_to_meeting(actor=office.head, code=meetings[0].code, now=NOW)
    return list(Meeting.objects.order_by("original_at"))


def move(office, meeting, by=HOUR, room=""):
    return change_meeting(
        actor=office.analyst, code=meeting.code, starts_at=meeting.starts_at + by, ends_at=meeting.ends_at + by,
        place=meeting.place, room=room, now=NOW,
    )  # fmt: skip


def when(content):
    """The beginnings that a program shows, reckoned with the library from rule, exceptions and moved ones."""
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    (whole,) = [event for event in events if "RECURRENCE-ID" not in event]
    first = whole["DTSTART"].dt
    rules = rrulestr("\n".join(["RRULE:" + whole["RRULE"].to_ical().decode()]), dtstart=first)
    listed = whole.get("EXDATE", [])
    out = {one.dt for line in (listed if isinstance(listed, list) else [listed]) for one in line.dts}
    moved = {event["RECURRENCE-ID"].dt: event for event in events if "RECURRENCE-ID" in event}
    assert len({event["UID"] for event in events}) == 1
    assert not out & moved.keys()
    shown = [moved[one]["DTSTART"].dt if one in moved else one for one in rules if one not in out]
    return sorted(one.astimezone(UTC) for one in shown)


def feed(actor, scope=CalendarScope.MINE):
    return ics.write_feed(list_items(actor, scope, since=START - WEEK, until=START + 2 * WEEK), name="x")


def test_a_series_is_asked_for_once_agreed_to_once_and_each_is_a_meeting_of_its_own(office):
    meetings = ask(office)
    assert [one.starts_at for one in meetings] == [START + number * WEEK for number in range(4)]
    assert count_open_work(office.head) == {"office.meeting-approve": 1}
    agree_to_meeting(actor=office.head, code=meetings[0].code, now=NOW)
    assert set(Meeting.objects.values_list("status", flat=True)) == {MeetingStatus.CALLED}
    assert count_open_work(office.colleague) == count_open_work(office.neighbor) == {"office.meeting-reply": 1}
    second = meetings[1]
    came = [second.guests.get(post_code=office.head.post_code).pk]
    record_attendance(actor=office.head, code=second.code, came=came, now=second.ends_at)
    minutes = draft_minutes(actor=office.analyst, code=second.code, now=second.ends_at)
    assert list(Meeting.objects.filter(minutes=minutes)) == [second]
    assert Meeting.objects.get(pk=meetings[2].pk).status == MeetingStatus.CALLED


def test_a_refused_series_is_refused_whole_and_a_stranger_decides_nothing(office):
    meetings = ask(office)
    with pytest.raises(AccessDenied):
        agree_to_meeting(actor=office.colleague, code=meetings[1].code, now=NOW)
    refuse_meeting(actor=office.head, code=meetings[0].code, reason="Too often.", now=NOW)
    assert set(Meeting.objects.values_list("status", flat=True)) == {MeetingStatus.REFUSED}
    assert count_open_work(office.head) == {}
    assert count_open_work(office.analyst) == {"office.meeting-changed": 1}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=WEEKLY", "Say until which day"),
        ("FREQ=DAILY;COUNT=61", "60"),
        ("FREQ=WEEKLY;UNTIL=20261126", "two meetings"),
        ("FREQ=WEEKLY;UNTIL=21001126", "within a year"),
        ("FREQ=YEARLY;COUNT=3", "within a year"),
        ("FREQ=SECONDLY", "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_whole(office, rule, says):
    with pytest.raises(CannotMeet, match=says):
        ask(office, rule=rule)
    assert not Meeting.objects.exists()
    assert not MeetingSeries.objects.exists()


def test_a_rule_that_does_not_begin_on_its_day_begins_on_the_first_that_it_names(office):
    meetings = ask(office, rule="FREQ=WEEKLY;BYDAY=MO;COUNT=3")
    assert [f"{one.starts_at:%a}" for one in meetings] == ["Mon"] * 3
    assert meetings[0].series.starts_at == meetings[0].starts_at


def test_a_room_is_booked_for_each_or_said_where_not(office):
    keeper = replace(office.head, roles=office.head.roles | {ROOMS_ROLE})
    room = open_room(actor=keeper, title="Big room", seats=10, equipment=[], zone="Asia/Jakarta", now=NOW)
    book_room(
        actor=office.lawyer, code=room.code, starts_at=START + WEEK, ends_at=START + WEEK + HOUR, purpose="x", now=NOW
    )
    meetings = ask(office, room=room.code, place="Big room")
    booked = set(RoomBooking.objects.exclude(meeting=None).values_list("meeting", flat=True))
    assert booked == {meetings[number].pk for number in (0, 2, 3)}
    assert [one.place for one in Meeting.objects.order_by("starts_at")] == ["Big room", "", "Big room", "Big room"]
    shown = desk(office.analyst).get(f"/desk/office/meetings/{meetings[0].code}/").content.decode()
    assert shown.count("Without a room") == 1
    with pytest.raises(CannotBookRoom):
        ask(office, room=room.code, title="Another")
    assert not Meeting.objects.filter(title="Another").exists()


def test_the_feed_has_one_series_with_what_was_moved_and_what_fell_out(office):
    meetings = called(office)
    assert when(feed(office.colleague)) == [START + number * WEEK for number in range(4)]
    move(office, meetings[1])
    cancel_meeting(actor=office.head, code=meetings[2].code, reason="Holiday", now=NOW)
    expected = [START, START + WEEK + HOUR, START + 3 * WEEK]
    assert when(feed(office.colleague)) == expected
    assert when(ics.write_feed(draw_file(office.colleague, meetings[0]), name="x")) == expected
    assert feed(office.colleague) == feed(office.colleague)
    guest = meetings[3].guests.get(post_code=office.colleague.post_code)
    withdraw_invitation(actor=office.head, code=meetings[3].code, guest=guest.pk, now=NOW)
    assert when(feed(office.colleague)) == expected[:2]
    assert when(feed(office.head)) == expected


def sent_to(address):
    found = [one for one in mail.outbox if one.to == [address]]
    return [Calendar.from_ical(one.attachments[0][1]) for one in found]


def test_the_invited_are_mailed_one_series_and_then_each_exception(office):
    deliver_pending()
    Account.objects.filter(pk=office.colleague.account_id).update(email="colleague@example.org")
    meetings = ask(office)
    move(office, meetings[1])
    agree_to_meeting(actor=office.head, code=meetings[0].code, now=NOW)
    deliver_pending()
    (invitation,) = sent_to("colleague@example.org")
    assert invitation["METHOD"] == "REQUEST"
    assert when(invitation.to_ical()) == [START, START + WEEK + HOUR, START + 2 * WEEK, START + 3 * WEEK]
    cancel_meeting(actor=office.head, code=meetings[2].code, reason="", now=NOW)
    deliver_pending()
    (event,) = sent_to("colleague@example.org")[1].walk("VEVENT")
    assert event["RECURRENCE-ID"].dt == START + 2 * WEEK
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (uid_of(meetings[0]), "CANCELLED", 1)
    cancel_series(actor=office.head, code=meetings[1].code, reason="No more.", now=NOW)
    deliver_pending()
    whole = sent_to("colleague@example.org")[2]
    assert len(sent_to("colleague@example.org")) == 3
    assert {str(one["STATUS"]) for one in whole.walk("VEVENT")} == {"CANCELLED"}
    assert any("RECURRENCE-ID" not in one for one in whole.walk("VEVENT"))


def test_letting_the_rest_fall_out_keeps_what_was_held(office):
    meetings = called(office)
    record_attendance(actor=office.head, code=meetings[0].code, came=[], now=START + HOUR)
    with pytest.raises(CannotMeet):
        cancel_series(actor=office.head, code=meetings[0].code, reason="", now=START + HOUR)
    with pytest.raises(AccessDenied):
        cancel_series(actor=office.colleague, code=meetings[1].code, reason="", now=START + HOUR)
    cancel_series(actor=office.head, code=meetings[1].code, reason="", now=START + HOUR)
    statuses = list(Meeting.objects.order_by("original_at").values_list("status", flat=True))
    assert statuses == ["held", "cancelled", "cancelled", "cancelled"]
    assert "office.meeting-changed" in count_open_work(office.neighbor)


def replies(meetings, actor):
    rows = Meeting.objects.filter(pk__in=[one.pk for one in meetings]).order_by("original_at")
    return [one.guests.get(post_code=actor.post_code).reply for one in rows]


def test_a_reply_to_all_leaves_out_what_was_changed_and_one_may_be_answered_alone(office):
    meetings = called(office)
    move(office, meetings[3])
    with scoped(Scope(agency="komdigi")):
        reply_to_meeting(
            actor=office.neighbor, code=meetings[0].code, reply=Reply.ACCEPTED, sequence=0, whole_series=True, now=NOW
        )
    assert replies(meetings, office.neighbor) == ["accepted"] * 3 + ["needs-action"]
    assert count_open_work(office.neighbor) == {"office.meeting-reply": 1}
    reply_to_meeting(actor=office.neighbor, code=meetings[1].code, reply=Reply.DECLINED, sequence=0, now=NOW)
    assert replies(meetings, office.neighbor) == ["accepted", "declined", "accepted", "needs-action"]
    assert replies(meetings, office.colleague) == ["needs-action"] * 4


def test_who_has_not_replied_finds_the_invitation_at_the_next_when_the_first_falls_out(office):
    meetings = ask(office)
    cancel_meeting(actor=office.analyst, code=meetings[0].code, reason="", now=NOW)
    assert count_open_work(office.head) == {"office.meeting-approve": 1}
    agree_to_meeting(actor=office.head, code=meetings[1].code, now=NOW)
    assert count_open_work(office.head) == {}
    cancel_meeting(actor=office.analyst, code=meetings[1].code, reason="", now=NOW)
    assert count_open_work(office.colleague) == {"office.meeting-reply": 1, "office.meeting-changed": 1}


def test_a_reply_by_file_answers_the_series_or_the_one_that_it_names(office):
    meetings = called(office, outside=[("Rina", "rina@example.com")])

    def take(reply, minutes, original_at=None, address="rina@example.com"):
        item = Item(uid_of(meetings[0]), 0, NOW, START, START + HOUR, "Asia/Jakarta", "x", original_at=original_at)
        at = NOW + timedelta(minutes=minutes)
        organizer, guest = Party("a@example.org", "A"), Party(address, "G", reply)
        file = ics.write_reply(item, organizer=organizer, guest=guest, answered_at=at)
        taken = take_reply_file(actor=office.analyst, code=meetings[0].code, content=file, now=NOW)
        rows = Meeting.objects.order_by("original_at")
        return len(taken), [one.guests.get(address="rina@example.com").reply for one in rows]

    assert take(Reply.ACCEPTED, 10) == (4, ["accepted"] * 4)
    assert take(Reply.DECLINED, 20, START + 2 * WEEK) == (1, ["accepted", "accepted", "declined", "accepted"])
    assert take(Reply.TENTATIVE, 15) == (3, ["tentative", "tentative", "declined", "tentative"])
    for stranger in ({"address": "eve@example.com"}, {"original_at": START + HOUR}):
        with pytest.raises(CannotMeet):
            take(Reply.ACCEPTED, 30, **stranger)


def desk(actor):
    client = Client()
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    return client


def test_a_series_goes_through_its_pages(office):
    analyst, head, colleague = map(desk, (office.analyst, office.head, office.colleague))
    form = {
        "title": "Round", "day": "2026-11-25", "begins": "09:00", "until": "10:00", "zone": "Asia/Jakarta",
        "task": list_unit_tasks(agency_code="kemenpan-rb")[0].code, "chair": office.head.post_code,
        "guests": [office.colleague.post_code], "repeats": "FREQ=WEEKLY",
    }  # fmt: skip
    new = "/desk/office/meetings/new/"
    assert "Say until which day." in analyst.post(new, form).content.decode()
    assert not Meeting.objects.exists()
    answer = analyst.post(new, form | {"repeats_until": "2026-12-09"})
    assert answer.status_code == 302
    first = Meeting.objects.order_by("starts_at").first()
    page = f"/desk/office/meetings/{first.code}/"
    assert "3 meetings are asked for" in analyst.get(page).content.decode()
    assert "You decide on all meetings" in head.get(page).content.decode()
    head.post(page, {"do": "agree"})
    assert "For all meetings of the series" in colleague.get(page).content.decode()
    colleague.post(page, {"do": "reply", "reply": "accepted", "sequence": "0", "whole": "1"})
    assert replies(list(Meeting.objects.all()), office.colleague) == ["accepted"] * 3
    assert colleague.post(page, {"do": "cancel-series", "reason": "x"}).status_code == 404
    assert len(when(colleague.get(f"{page}meeting.ics").content)) == 3
    head.post(page, {"do": "cancel-series", "reason": "No more"})
    assert set(Meeting.objects.values_list("status", flat=True)) == {"cancelled"}
