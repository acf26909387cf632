"""Calendars: what repeats keeps its hour, what is private stays so, and programs read what they may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import end_appointment
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.calendar import (
    EntryPlan,
    add_entry,
    change_entry,
    end_feed,
    except_occurrence,
    import_calendar,
    open_feed,
    remove_entry,
)
from gapura.sectors.office.models import CalendarEntry, CalendarFeed
from gapura.sectors.office.queries.calendar import find_feed, list_occurrences, shows_words
from gapura.sectors.office.recurrence import BadRule, expand, last_beginning, read_rule, write_rule
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.types import CalendarScope, CannotPlan

START = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JAKARTA, BERLIN = "Asia/Jakarta", "Europe/Berlin"


def hours(starts_at, zone, rule, days=400):
    found = expand(starts_at, zone=zone, rule=rule, since=starts_at, until=starts_at + timedelta(days=days))
    return [moment.astimezone(ZoneInfo(zone)) for moment in found]


def test_what_repeats_keeps_its_hour_when_the_clocks_change():
    """Berlin changes on 28 March 2027; nine stays nine and is another hour in UTC."""
    nine = datetime(2027, 3, 22, 8, tzinfo=UTC)
    found = hours(nine, BERLIN, "FREQ=WEEKLY;COUNT=2")
    assert [one.hour for one in found] == [9, 9]
    assert [one.utcoffset() for one in found] == [HOUR, 2 * HOUR]


def test_an_hour_that_does_not_exist_or_comes_twice_is_read_as_the_standard_says():
    """2:30 on 28 March 2027 is not there: 3:30. On 31 October 2027 it comes twice: the first of the two."""
    spring = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    assert [f"{one:%d %H:%M}" for one in hours(spring, BERLIN, "FREQ=DAILY;COUNT=3")] == [
        "27 02:30",
        "28 03:30",
        "29 02:30",
    ]
    autumn = datetime(2027, 10, 30, 0, 30, tzinfo=UTC)
    found = list(expand(autumn, zone=BERLIN, rule="FREQ=DAILY;COUNT=2", since=autumn, until=autumn + 9 * DAY))
    assert found[1] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=9",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;INTERVAL=2;COUNT=20",
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=8",
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2",
        "FREQ=WEEKLY;UNTIL=20270105T235959",
    ],
)
def test_another_reader_of_rules_finds_the_same_days(rule):
    first = START.astimezone(ZoneInfo(JAKARTA)).replace(tzinfo=None)
    theirs = [moment.replace(tzinfo=ZoneInfo(JAKARTA)) for moment in rrulestr(rule, dtstart=first)]
    assert hours(START, JAKARTA, read_rule(rule, JAKARTA), days=4000) == theirs
    assert last_beginning(START, zone=JAKARTA, rule=rule) == theirs[-1]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;" + "BYMONTH=1,2;" * 40,
        "",
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule):
    with pytest.raises(BadRule):
        read_rule(rule, JAKARTA)


def test_a_rule_that_never_comes_true_ends_with_the_window():
    never = read_rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", JAKARTA)
    assert list(expand(START, zone=JAKARTA, rule=never, since=START, until=START + 400 * DAY)) == []


def test_the_end_of_a_rule_is_the_wall_inside_and_utc_outside():
    kept = read_rule("FREQ=DAILY;UNTIL=20270101T170000Z", JAKARTA)
    assert kept.endswith("UNTIL=20270102T000000")
    assert write_rule(kept, JAKARTA) == "FREQ=DAILY;UNTIL=20270101T170000Z"


@pytest.mark.database
@pytest.mark.django_db
class TestEntries:
    @pytest.fixture(autouse=True)
    def at_work(self):
        with clock.frozen(NOW):
            yield

    @pytest.fixture
    def office(self):
        return make_office()

    def plan(self, **chosen):
        values = {"title": "Dentist", "starts_at": START, "ends_at": START + HOUR, "zone": JAKARTA}
        return EntryPlan(**values | chosen)

    def add(self, actor, **chosen):
        return add_entry(actor=actor, holder=f"post:{actor.post_code}", plan=self.plan(**chosen), now=NOW)

    def seen(self, actor, days=30):
        found = list_occurrences([f"post:{actor.post_code}"], since=START, until=START + days * DAY)
        return [one.starts_at for one in found]

    def test_a_private_entry_says_nothing_to_a_successor_in_the_post(self, office):
        private, open_one = self.add(office.analyst, privacy="private"), self.add(office.analyst)

        successor = replace(office.analyst, person_number="3171016003850099")
        assert [shows_words(office.analyst, one) for one in (private, open_one)] == [True, True]
        assert [shows_words(successor, one) for one in (private, open_one)] == [False, True]
        with pytest.raises(AccessDenied):
            change_entry(actor=successor, code=private.code, plan=self.plan(), now=NOW)

    def test_nobody_writes_into_anothers_calendar(self, office):
        with pytest.raises(AccessDenied):
            add_entry(actor=office.analyst, holder=f"post:{office.head.post_code}", plan=self.plan(), now=NOW)
        entry = self.add(office.analyst)
        for other in (office.colleague, office.neighbor):
            with pytest.raises(AccessDenied):
                remove_entry(actor=other, code=entry.code, now=NOW)
        plan = self.plan(privacy="private")
        with pytest.raises(CannotPlan):
            add_entry(actor=office.analyst, holder=f"unit:{office.analyst.unit_code}", plan=plan, now=NOW)

    def test_one_repetition_falls_out_and_one_moves(self, office):
        entry = self.add(office.analyst, rule="FREQ=DAILY;COUNT=4")
        except_occurrence(actor=office.analyst, code=entry.code, original_at=START + DAY, now=NOW)
        except_occurrence(
            actor=office.analyst, code=entry.code, original_at=START + 3 * DAY, starts_at=START + 9 * DAY, now=NOW
        )
        assert self.seen(office.analyst) == [START, START + 2 * DAY, START + 9 * DAY]
        with pytest.raises(CannotPlan):
            except_occurrence(actor=office.analyst, code=entry.code, original_at=START + HOUR, now=NOW)
        remove_entry(actor=office.analyst, code=entry.code, now=NOW)
        assert self.seen(office.analyst) == []

    @pytest.mark.parametrize(
        "chosen",
        [
            {"title": " "},
            {"ends_at": START},
            {"ends_at": START + 400 * DAY},
            {"zone": "Mars/Base"},
            {"rule": "FREQ=HOURLY"},
            {"privacy": "secret"},
            {"starts_at": datetime(1900, 1, 1, tzinfo=UTC), "ends_at": datetime(1900, 1, 2, tzinfo=UTC)},
        ],
    )
    def test_what_cannot_stand_in_a_calendar_is_refused(self, office, chosen):
        with pytest.raises(CannotPlan):
            self.add(office.analyst, **chosen)
        assert not CalendarEntry.objects.exists()

    def test_a_file_is_taken_in_once_and_an_older_one_changes_nothing(self, office):
        def file(title, sequence):
            return (
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
                "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\n"
                f"SEQUENCE:{sequence}\r\nSUMMARY:{title}\r\n"
                "DTSTART;TZID=Asia/Makassar:20261125T100000\r\nDTEND;TZID=Asia/Makassar:20261125T110000\r\n"
                "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;TZID=Asia/Makassar:20261126T100000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Free day\r\n"
                "DTSTART;VALUE=DATE:20261130\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:c\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Every second\r\n"
                "DTSTART:20261130T000000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ).encode()

        def take(title, sequence):
            counts = import_calendar(actor=office.analyst, content=file(title, sequence), zone=JAKARTA, now=NOW)
            return counts.new, counts.renewed, counts.left_out

        assert take("Course", 1) == (2, 0, 1)
        assert take("Course, moved", 2) == (0, 2, 1)
        assert take("Course", 1)[1] == 1  # only the one without a number
        course = CalendarEntry.objects.get(uid="a")
        assert (course.title, course.zone) == ("Course, moved", "Asia/Makassar")
        assert CalendarEntry.objects.get(uid="b").privacy == "private"
        assert self.seen(office.analyst)[:2] == [START, START + 2 * DAY]

    @pytest.mark.parametrize("content", [b"hello", b"BEGIN:VCALENDAR\r\n", b"x" * (3 << 20)])
    def test_a_file_that_is_no_calendar_is_refused(self, office, content):
        with pytest.raises(CannotPlan):
            import_calendar(actor=office.analyst, content=content, zone=JAKARTA, now=NOW)

    def test_a_feed_is_found_by_its_token_alone_until_it_is_ended(self, office):
        feed, token = open_feed(actor=office.analyst, scope=CalendarScope.MINE, now=NOW)
        assert token not in str(CalendarFeed.objects.values_list())
        assert find_feed(token, now=NOW) == feed
        assert find_feed(token + "x", now=NOW) is None
        with pytest.raises(AccessDenied):
            end_feed(actor=office.colleague, number=feed.pk, now=NOW)
        end_feed(actor=office.analyst, number=feed.pk, now=NOW)
        assert find_feed(token, now=NOW) is None

    def test_a_feed_ends_with_the_post(self, office):
        _feed, token = open_feed(actor=office.analyst, scope=CalendarScope.MINE, now=NOW)
        end_appointment(
            actor=system_actor("test"),
            account_id=office.analyst.account_id,
            post_code=office.analyst.post_code,
            on=NOW.date(),
        )
        assert find_feed(token, now=NOW) is None
