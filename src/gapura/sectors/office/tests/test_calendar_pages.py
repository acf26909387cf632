"""The pages of calendar, meetings, rooms and duty, and the feed that programs read."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from gapura.foundation import clock
from gapura.kernel.identity.testing import Account, Post, sign_in
from gapura.sectors.office.actions.calendar import EntryPlan, add_entry, except_occurrence
from gapura.sectors.office.actions.duty import plan_duty
from gapura.sectors.office.models import (
    CalendarEntry,
    CalendarFeed,
    DutyShift,
    DutySwap,
    FollowUp,
    Meeting,
    Room,
    RoomBooking,
)
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, STANDARDS, make_document, make_office
from gapura.sectors.office.types import ROOMS_ROLE, MeetingStatus

pytestmark = [pytest.mark.django_db, pytest.mark.database]
START = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESK = "/desk/office/"
ASKED = {
    "title": "Standards", "day": "2026-11-25", "begins": "09:00", "until": "10:00", "zone": "Asia/Jakarta",
    "task": "OT.01", "agenda": "One\nTwo", "place": "Room 4",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


def desk(actor):
    client = Client()
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    return client


def read(client, path):
    answer = client.get(DESK + path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def send(client, path, status=302, **form):
    answer = client.post(DESK + path, form)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def a_task():
    return list_unit_tasks(agency_code="kemenpan-rb")[0].code


def test_a_meeting_goes_through_its_pages_from_request_to_minutes(office):
    analyst, head, colleague, neighbor = map(desk, (office.analyst, office.head, office.colleague, office.neighbor))
    asked = ASKED | {
        "task": a_task(),
        "chair": office.head.post_code,
        "guests": [office.colleague.post_code],
        "others": f"{office.neighbor.post_code}\nRina <rina@example.com>",
    }
    assert "Everybody is free then" in send(analyst, "meetings/new/", 200, **asked, do="look").content.decode()
    assert not Meeting.objects.exists()
    send(analyst, "meetings/new/", **asked)
    meeting = Meeting.objects.get()
    page = f"meetings/{meeting.code}/"
    assert meeting.starts_at == START
    assert "Agree and call it" in read(head, page)
    assert "Agree and call it" not in read(analyst, page)
    send(head, page, do="agree")
    assert "Do you come?" in read(neighbor, page)
    for client, reply in ((colleague, "accepted"), (neighbor, "tentative")):
        send(client, page, do="reply", reply=reply, sequence="0")
    send(neighbor, page, do="propose", title="The network")
    send(head, page, do="decide", place="3", take="1")
    paper = make_document(office.analyst, reach="named")
    send(analyst, page, do="paper", document=paper.code)
    assert paper.title in read(neighbor, page)
    assert "<strong>published</strong>" in read(neighbor, f"{page}papers/{paper.code}/")
    assert desk(office.minister).get(f"{DESK}{page}papers/{paper.code}/").status_code == 404
    taken = send(analyst, "meetings/new/", 200, **asked, do="look").content.decode()
    assert "Somebody has no time then" in taken
    assert "Everybody is free: 10:00–11:00" in taken
    with clock.frozen(START + HOUR):
        analyst, head, neighbor = map(desk, (office.analyst, office.head, office.neighbor))
        send(head, page, do="outcome", place="1", outcome="Agreed.")
        came = [guest.pk for guest in meeting.guests.all()[:3]]
        send(head, page, do="attendance", came=came)
        send(head, page, do="follow-up", post=office.neighbor.post_code, text="Send it", due_on="2026-12-01")
        send(neighbor, f"follow-ups/{FollowUp.objects.get().pk}/", result="Sent")
        send(analyst, page, do="minutes")
        read(head, page)
        meeting.refresh_from_db()
        assert meeting.status == MeetingStatus.MINUTED
        assert "Sent" in read(head, page)
    assert "Standards" in read(neighbor, "meetings/")
    assert desk(office.lawyer).get(DESK + page).status_code == 404


def test_what_is_wrong_is_said_on_the_page_and_changes_nothing(office):
    analyst = desk(office.analyst)
    wrong = ASKED | {"task": a_task(), "chair": office.analyst.post_code, "others": "Rina <rina>@x"}
    assert "no e-mail address" in send(analyst, "meetings/new/", 200, **wrong).content.decode()
    late = ASKED | {"task": a_task(), "chair": office.analyst.post_code, "day": "2020-01-01"}
    assert "to come" in send(analyst, "meetings/new/", 200, **late).content.decode()
    assert not Meeting.objects.exists()
    send(analyst, "meetings/new/", **late | {"day": "2026-11-25"})
    page = f"meetings/{Meeting.objects.get().code}/"
    assert send(analyst, page, 404, do="nothing")
    assert send(analyst, page, 404, do="agree")
    send(analyst, page, do="follow-up", due_on="soon")
    send(analyst, page, do="propose", title=" ")
    file = SimpleUploadedFile("reply.ics", b"nonsense", "text/calendar")
    send(analyst, page, do="reply-file", file=file)
    shown = read(analyst, page)
    for words in ("Say until which day.", "Write what it is about.", "no calendar reply"):
        assert words in shown
    send(analyst, f"{page}change/", **ASKED | {"begins": "13:00", "until": "14:00", "place": "Hall"})
    assert "Hall" in read(analyst, page)
    send(analyst, page, do="cancel", reason="Rain")
    assert "Rain" in read(analyst, page)
    file = analyst.get(f"{DESK}{page}meeting.ics")
    assert Calendar.from_ical(file.content).walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def entry(actor, **chosen):
    values = {"title": "Dentist", "starts_at": START, "ends_at": START + HOUR, "zone": "Asia/Jakarta"}
    return add_entry(actor=actor, holder=f"post:{actor.post_code}", plan=EntryPlan(**values | chosen), now=NOW)


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda", "nonsense"])
def test_every_view_shows_what_stands_there(office, view):
    entry(office.analyst)
    shown = read(desk(office.analyst), f"calendar/?view={view}&on=2026-11-25")
    assert "Dentist" in shown
    assert "09:00–10:00" in shown


def test_colleagues_see_busy_where_it_is_private_and_words_where_it_is_not(office):
    entry(office.analyst, privacy="private")
    entry(office.analyst, title="Course", starts_at=START + HOUR, ends_at=START + 2 * HOUR)
    unit = read(desk(office.colleague), "calendar/?scope=unit&on=2026-11-25")
    assert "Busy" in unit
    assert "Course" in unit
    assert "Dentist" not in unit
    assert "Dentist" in read(desk(office.analyst), "calendar/?scope=unit&on=2026-11-25")
    for scope in ("agency", "executive", "mine"):
        assert "Course" not in read(desk(office.colleague), f"calendar/?scope={scope}&on=2026-11-25")
    entry(office.head, title="Cabinet")
    assert "Cabinet" in read(desk(office.colleague), "calendar/?scope=executive&on=2026-11-25")


def test_an_entry_is_written_changed_moved_once_and_removed(office):
    analyst = desk(office.analyst)
    form = {
        "title": "Jogging", "day": "2026-11-25", "begins": "06:00", "until": "07:00", "zone": "Asia/Makassar",
        "holder": f"post:{office.analyst.post_code}", "repeats": "FREQ=DAILY", "repeats_until": "2026-11-29",
    }  # fmt: skip
    send(analyst, "calendar/new/", **form)
    made = CalendarEntry.objects.get()
    assert (made.starts_at, made.rule) == (START - 4 * HOUR, "FREQ=DAILY;UNTIL=20261129T235959")
    assert read(analyst, "calendar/?on=2026-11-25").count("Jogging") == 5
    assert "05:00–06:00 (06:00 WITA)" in read(analyst, "calendar/?on=2026-11-25")
    page = f"calendar/entries/{made.code}/?at=20261125T220000Z"
    assert "Only this time" in read(analyst, page)
    send(analyst, page, do="move", day="2026-12-05")
    send(analyst, f"calendar/entries/{made.code}/?at=20261126T220000Z", do="skip")
    assert read(analyst, "calendar/?on=2026-11-25").count("Jogging") == 3
    assert "Jogging" in read(analyst, "calendar/?on=2026-12-05&view=day")
    send(analyst, f"calendar/entries/{made.code}/", **form | {"title": "Running", "repeats": ""})
    assert read(analyst, "calendar/?on=2026-11-25").count("Running") == 1
    assert desk(office.colleague).get(f"{DESK}calendar/entries/{made.code}/").status_code == 404
    assert "Say the hour" in send(analyst, "calendar/new/", 200, **form | {"begins": ""}).content.decode()
    send(analyst, "calendar/new/", **form | {"all_day": "on", "last_day": "2026-11-26", "repeats": "", "begins": ""})
    assert "all day" in read(analyst, "calendar/?on=2026-11-26&view=day")
    send(analyst, f"calendar/entries/{made.code}/", do="remove")
    assert "Running" not in read(analyst, "calendar/?on=2026-11-25")


def test_a_calendar_file_is_taken_in_on_its_page(office):
    analyst = desk(office.analyst)
    file = SimpleUploadedFile("x.ics", b"nonsense", "text/calendar")
    assert "no calendar" in send(analyst, "calendar/import/", 200, file=file).content.decode()
    lines = "BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20261125T020000Z", "SUMMARY:Fair", "END:VEVENT"
    text = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
    send(analyst, "calendar/import/", file=SimpleUploadedFile("x.ics", text, "text/calendar"))
    assert "Fair" in read(analyst, "calendar/?on=2026-11-25")


def open_address(client, scope="mine"):
    shown = send(client, "calendar/feeds/", 200, scope=scope).content.decode()
    return shown.split('class="secret">')[1].split("<")[0].partition("/desk/")[2]


def test_a_program_reads_the_feed_and_finds_the_same_times(office):
    """Read by another parser, with the rules of another library and the zones of the machine."""
    jog = entry(office.analyst, title="Jog", zone="Europe/Berlin", rule="FREQ=WEEKLY;COUNT=30")
    except_occurrence(actor=office.analyst, code=jog.code, original_at=START + 7 * DAY, now=NOW)
    entry(
        office.analyst,
        title="Fair",
        all_day=True,
        starts_at=START - 9 * HOUR,
        ends_at=START + 15 * HOUR,
    )
    send(desk(office.director), "meetings/new/", **ASKED | {
        "task": a_task(), "chair": office.director.post_code, "others": office.analyst.post_code, "confidential": "on",
    })  # fmt: skip
    address = open_address(desk(office.analyst))
    answer = Client().get(f"/desk/{address}")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {"Jog", "Fair", "Meeting"}
    wall = START.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    jogs = rrulestr(events["Jog"]["RRULE"].to_ical().decode(), dtstart=wall)
    assert events["Jog"]["DTSTART"].dt == START
    assert events["Jog"]["EXDATE"].dts[0].dt == START + 7 * DAY
    berlin = [one.replace(tzinfo=ZoneInfo("Europe/Berlin")).utcoffset() for one in jogs]
    assert len(berlin) == 30
    assert set(berlin) == {HOUR, 2 * HOUR}
    assert events["Fair"]["DTSTART"].dt == date(2026, 11, 25)
    assert "LOCATION" not in events["Meeting"]


def test_a_feed_that_is_the_same_is_not_sent_again(office):
    analyst = desk(office.analyst)
    entry(office.analyst)
    address = f"/desk/{open_address(analyst)}"
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with clock.frozen(NOW + HOUR):
        assert Client().get(address).headers["ETag"] == first.headers["ETag"]
    entry(office.analyst, title="Other")
    changed = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_feed_ended_or_guessed_opens_nothing(office):
    analyst = desk(office.analyst)
    address = f"/desk/{open_address(analyst)}"
    number = CalendarFeed.objects.get().pk
    assert desk(office.colleague).post(f"{DESK}calendar/feeds/{number}/end/").status_code == 404
    assert Client().get(address).status_code == 200
    send(analyst, f"calendar/feeds/{number}/end/")
    assert Client().get(address).status_code == 404
    assert Client().get(f"{DESK}feeds/guess.ics").status_code == 404


def test_a_units_feed_says_busy_of_what_is_private(office):
    entry(office.head, privacy="private")
    content = Client().get(f"/desk/{open_address(desk(office.analyst), 'unit')}").content
    assert b"SUMMARY:Busy" in content
    assert b"Dentist" not in content


def test_rooms_are_entered_found_booked_used_and_closed(office):
    Post.objects.filter(code=office.head.post_code).update(roles=["office.clerk", ROOMS_ROLE])
    head, analyst = desk(office.head), desk(office.analyst)
    room = {"title": "Room 4", "seats": "12", "equipment": ["video"], "zone": "Asia/Jakarta"}
    send(analyst, "rooms/", 404, **room)
    send(head, "rooms/", **room)
    assert "already" in send(head, "rooms/", 200, **room).content.decode()
    code = Room.objects.get().code
    time = "day=2026-11-25&begins=09:00&until=10:00"
    assert "Room 4" in read(analyst, f"rooms/?{time}&seats=12&equipment=video")
    assert "No room is free then" in read(analyst, f"rooms/?{time}&seats=13")
    booking = {"day": "2026-11-25", "begins": "09:00", "until": "10:00", "purpose": "Talk"}
    again = booking | {"repeats": "FREQ=WEEKLY"}
    assert "until which day" in send(analyst, f"rooms/{code}/", 200, **again).content.decode()
    send(analyst, f"rooms/{code}/", **again, repeats_until="2026-12-03")
    assert "No room is free then" in read(analyst, f"rooms/?{time}&seats=12")
    assert "Somebody else" in send(head, f"rooms/{code}/", 200, **booking).content.decode()
    first, second = RoomBooking.objects.order_by("starts_at")
    with clock.frozen(START):
        analyst = desk(office.analyst)
        send(analyst, f"rooms/bookings/{first.code}/", do="enter")
        assert "In use" in read(analyst, f"rooms/bookings/{first.code}/")
    analyst = desk(office.analyst)
    send(head, f"rooms/{code}/", do="close", on="2026-12-01", why="Paint")
    assert "The room was closed" in read(analyst, f"rooms/bookings/{second.code}/")
    send(analyst, f"rooms/bookings/{second.code}/", do="seen")
    assert analyst.post(f"{DESK}rooms/{code}/", {"do": "close", "on": "2026-12-01"}).status_code == 404
    with clock.frozen(START + 2 * DAY):
        assert "Room 4" in read(desk(office.analyst), "rooms/use/")
    assert desk(office.lawyer).get(f"{DESK}rooms/bookings/{first.code}/").status_code == 404
    assert desk(office.neighbor).get(f"{DESK}rooms/{code}/").status_code == 404


def test_duty_is_planned_shown_exchanged_and_handed_over(office):
    head, analyst, colleague = map(desk, (office.head, office.analyst, office.colleague))
    plan = {"unit": STANDARDS, "kind": "weekend", "first": "2026-12-24", "last": "2026-12-27"}
    send(analyst, "duty/", 404, **plan)
    send(head, "duty/", **plan)
    mine = DutyShift.objects.filter(post_code=office.analyst.post_code).first()
    their = DutyShift.objects.filter(post_code=office.colleague.post_code).first()
    assert mine.label in read(analyst, "duty/?on=2026-12-20")
    assert "Exchange it" in read(analyst, f"duty/{mine.code}/")
    send(analyst, f"duty/{mine.code}/", do="swap", other=their.code, reason="Wedding")
    page = f"duty/swaps/{DutySwap.objects.get().code}/"
    assert "Wedding" in read(colleague, page)
    send(colleague, page, do="agree")
    send(head, page, do="confirm")
    with clock.frozen(their.starts_at + HOUR):
        analyst, colleague = desk(office.analyst), desk(office.colleague)
        send(analyst, f"duty/{their.code}/", do="note", note="All quiet")
        assert "On duty now" in read(colleague, "duty/")
        assert "All quiet" in read(colleague, f"duty/{their.code}/")
    analyst = desk(office.analyst)
    send(head, f"duty/{mine.code}/", do="give", post=office.head.post_code)
    send(analyst, f"duty/{mine.code}/", 404, do="give", post=office.analyst.post_code)
    assert desk(office.lawyer).get(DESK + page).status_code == 404
    plan_duty(
        actor=office.head,
        unit_code=STANDARDS,
        kind="evening",
        first=date(2026, 11, 23),
        last=date(2026, 11, 25),
        now=NOW,
    )
    assert "Night duty" in read(head, "calendar/?scope=unit&on=2026-11-25")


def test_a_month_costs_the_same_queries_however_much_stands_in_it(office):
    analyst = desk(office.analyst)

    def count():
        with CaptureQueriesContext(connection) as queries:
            read(analyst, "calendar/?view=month&on=2026-11-25")
        return len(queries)

    entry(office.analyst)
    few = count()
    for number in range(20):
        entry(office.analyst, title=f"Entry {number}", rule="FREQ=DAILY;COUNT=20")
    assert count() <= few + 1
