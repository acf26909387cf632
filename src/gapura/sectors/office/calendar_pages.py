"""Calendars as pages and feeds show them: entries, meetings, duty and holidays of a scope, side by side by day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.queries import list_posts_of_unit, list_units, list_units_above
from gapura.sectors.office.actions.replies import uid_of
from gapura.sectors.office.models import CalendarEntry, DutyShift, Meeting
from gapura.sectors.office.permissions import can_change_entry, can_see_meeting
from gapura.sectors.office.queries.calendar import (
    Occurrence,
    list_away,
    list_entries_of,
    list_occurrences,
    shows_words,
)
from gapura.sectors.office.queries.duty import list_duty_kinds, list_shifts, list_shifts_of_post
from gapura.sectors.office.queries.meetings import (
    answers_for,
    find_unit_leader,
    labels_of,
    list_called_meetings,
    list_called_of_series,
)
from gapura.sectors.office.recurrence import day_start
from gapura.sectors.office.series_items import draw_series
from gapura.sectors.office.types import CalendarScope, Item, MeetingStatus
from gapura.sectors.office.zones import hour_in, zone_of_office, zone_title
from gapura.web.languages import reader_language

MOST_POSTS = 40
VIEWS = ("day", "week", "month", "agenda")


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing in a calendar. ``whose`` is empty in one's own; ``path`` where it can be opened."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    all_day: bool = False
    place: str = ""
    whose: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A thing as it stands under a day: its hours there, and the zone where it is another than the reader's."""

    shown: Shown
    hours: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the page. ``off`` names a holiday; ``away`` whether the reader was entered as absent."""

    on: date
    name: str
    number: str
    lines: tuple[Line, ...]
    off: str = ""
    away: bool = False
    is_today: bool = False
    is_other_month: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What a view covers: its days, and where the pages before and after begin."""

    first: date
    days: int
    before: date
    after: date
    title: str


def frame_of(view: str, on: date) -> Frame:
    """The days of the view around ``on``: weeks begin on Monday."""
    monday = on - timedelta(days=on.weekday())
    match view:
        case "day":
            one = timedelta(days=1)
            return Frame(on, 1, on - one, on + one, _write(on, "full"))
        case "week":
            week = timedelta(days=7)
            title = f"{_write(monday, 'long')} – {_write(monday + timedelta(days=6), 'long')}"
            return Frame(monday, 7, monday - week, monday + week, title)
        case "month":
            start = on.replace(day=1)
            first = start - timedelta(days=start.weekday())
            following = (start + timedelta(days=32)).replace(day=1)
            last = following + timedelta(days=(7 - following.weekday()) % 7)
            before = (start - timedelta(days=1)).replace(day=1)
            return Frame(first, (last - first).days, before, following, _write(start, "MMMM y"))
        case _:
            month = timedelta(days=30)
            title = f"{_write(on, 'long')} – {_write(on + timedelta(days=29), 'long')}"
            return Frame(on, 30, on - month, on + month, title)


def draw_days(actor: Actor, scope: CalendarScope, view: str, on: date, *, today: date) -> tuple[Frame, list[Day]]:
    """The days of a view with what is in them. A view as agenda leaves out empty days."""
    zone, frame = zone_of_office(actor.office_code), frame_of(view, on)
    since = day_start(frame.first, zone)
    until = day_start(frame.first + timedelta(days=frame.days), zone)
    shown = gather(actor, scope, since=since, until=until)
    last = frame.first + timedelta(days=frame.days - 1)
    away = {day for _post, day in list_away([actor.post_code or ""], since=frame.first, until=last)}
    days = [
        _day(frame.first + timedelta(days=number), shown, zone, away=away, today=today, month=on.month)
        for number in range(frame.days)
    ]
    if view != "month":
        days = [replace(day, is_other_month=False) for day in days]
    return frame, [day for day in days if day.lines or day.off or view != "agenda"]


def gather(actor: Actor, scope: CalendarScope, *, since: datetime, until: datetime) -> list[Shown]:
    """Everything of the scope in the time, in order; what the reader may not read is "Busy"."""
    posts, holders = posts_of(actor, scope), holders_of_scope(actor, scope)
    labels = labels_of(posts) if scope in (CalendarScope.UNIT, CalendarScope.EXECUTIVE) else {}
    entries = list_occurrences([*holders, *(f"post:{post}" for post in posts)], since=since, until=until)
    found = [_show_entry(actor, one, labels) for one in entries]
    for meeting in list_called_meetings(posts, since=since, until=until) if posts else ():
        found.append(_show_meeting(actor, meeting, posts, labels))
    found += [
        _show_shift(shift, labels or {shift.post_code: ""}) for shift in _shifts(actor, scope, posts, since, until)
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.title))


def posts_of(actor: Actor, scope: CalendarScope) -> list[str]:
    """Whose meetings and own entries the scope shows."""
    match scope:
        case CalendarScope.MINE:
            return [actor.post_code or ""]
        case CalendarScope.UNIT:
            return [post.code for post in list_posts_of_unit(actor.unit_code)][:MOST_POSTS] if actor.unit_code else []
        case CalendarScope.EXECUTIVE:
            return _leading_posts(actor)
        case _:
            return []


def holders_of_scope(actor: Actor, scope: CalendarScope) -> list[str]:
    """Whose shared entries the scope shows."""
    agency, unit = f"agency:{actor.agency_code}", f"unit:{actor.unit_code}"
    return {
        CalendarScope.MINE: [unit, agency],
        CalendarScope.UNIT: [unit],
        CalendarScope.EXECUTIVE: [],
        CalendarScope.AGENCY: [agency],
    }[scope]


def list_items(actor: Actor, scope: CalendarScope, *, since: datetime, until: datetime) -> list[Item]:
    """The same for a program: repeating entries keep their rule; what is private or confidential has no words."""
    posts = posts_of(actor, scope)
    holders = [*holders_of_scope(actor, scope), *(f"post:{post}" for post in posts)]
    items = [_entry_item(actor, entry) for entry in list_entries_of(holders, since=since, until=until)]
    items += _meeting_items(actor, posts, since, until) if posts else []
    items += [_shift_item(shift) for shift in _shifts(actor, scope, posts, since, until)]
    return items


def title_of_scope(scope: CalendarScope) -> str:
    return {
        CalendarScope.MINE: _("My calendar"),
        CalendarScope.UNIT: _("My unit"),
        CalendarScope.EXECUTIVE: _("Who leads"),
        CalendarScope.AGENCY: _("The agency"),
    }[scope]


def _leading_posts(actor: Actor) -> list[str]:
    """Who leads above the official, and the largest parts of the agency."""
    units = [unit.code for unit in list_units_above(actor.unit_code)] if actor.unit_code else []
    if units:
        top = units[-1]
        declared = list_units(agency_code=actor.agency_code or "", office_code=actor.office_code or "")
        units += [unit.code for unit in declared if unit.parent == top and unit.ended_on is None]
    leaders = [find_unit_leader(unit) for unit in dict.fromkeys(units[: 2 * MOST_POSTS])]
    return list(dict.fromkeys(leader.code for leader in leaders if leader))[:MOST_POSTS]


def _show_entry(actor: Actor, one: Occurrence, labels: dict[str, str]) -> Shown:
    entry = one.entry
    readable = shows_words(actor, entry)
    return Shown(
        kind="entry" if readable else "busy",
        title=entry.title if readable else _("Busy"),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=entry.zone,
        all_day=entry.all_day,
        place=entry.place if readable else "",
        whose=labels.get(entry.holder.removeprefix("post:"), ""),
        path=f"/desk/office/calendar/entries/{entry.code}/?at={one.original_at:%Y%m%dT%H%M%SZ}"
        if can_change_entry(actor, entry)
        else "",
    )


def _show_meeting(actor: Actor, meeting: Meeting, posts: Sequence[str], labels: dict[str, str]) -> Shown:
    readable = can_see_meeting(actor, meeting, leads=answers_for(actor, meeting.unit_code))
    taking = [guest.post_code for guest in meeting.guests.all() if guest.post_code in posts]
    return Shown(
        kind="meeting" if readable else "busy",
        title=meeting.title if readable else _("Busy"),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        place=meeting.place if readable else "",
        whose=", ".join(labels[post] for post in taking if labels.get(post)),
        path=f"/desk/office/meetings/{meeting.code}/" if readable else "",
    )


def _show_shift(shift: DutyShift, labels: dict[str, str]) -> Shown:
    return Shown(
        kind="duty",
        title=_kind_title(shift),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=shift.zone,
        whose=labels.get(shift.post_code, shift.label),
        path=f"/desk/office/duty/{shift.code}/",
    )


def _shifts(
    actor: Actor, scope: CalendarScope, posts: Sequence[str], since: datetime, until: datetime
) -> list[DutyShift]:
    if scope == CalendarScope.MINE:
        return list_shifts_of_post(actor.post_code or "-", since=since, until=until)
    if scope == CalendarScope.UNIT:
        return list_shifts(actor, since=since, until=until, unit_code=actor.unit_code) if actor.unit_code else []
    return []


def _day(on: date, shown: Sequence[Shown], zone: str, *, away: Collection[date], today: date, month: int) -> Day:
    begins, ends = day_start(on, zone), day_start(on + timedelta(days=1), zone)
    here = [one for one in shown if one.starts_at < ends and one.ends_at > begins]
    holiday = get_working_calendar().holidays.get(on)
    return Day(
        on=on,
        name=_write(on, "EEEE, d MMMM"),
        number=str(on.day),
        lines=tuple(Line(one, hours_of(one, begins, ends, zone)) for one in here),
        off=in_language(holiday, reader_language()) if holiday else "",
        away=on in away,
        is_today=on == today,
        is_other_month=on.month != month,
    )


def hours_of(one: Shown, begins: datetime, ends: datetime, zone: str) -> str:
    """From when to when within the day, in the reader's zone; the hour it is meant in where that is another."""
    if one.all_day or (one.starts_at <= begins and one.ends_at >= ends):
        return _("all day")
    first = hour_in(one.starts_at, zone) if one.starts_at >= begins else "…"
    last = hour_in(one.ends_at, zone) if one.ends_at <= ends else "…"
    own = one.starts_at.astimezone(ZoneInfo(one.zone)).utcoffset()
    if own == one.starts_at.astimezone(ZoneInfo(zone)).utcoffset():
        return f"{first}–{last}"
    return f"{first}–{last} ({hour_in(one.starts_at, one.zone)} {zone_title(one.zone).split(' (')[0]})"


def _entry_item(actor: Actor, entry: CalendarEntry) -> Item:
    words = shows_words(actor, entry)
    changed = list(entry.exceptions.all())
    return Item(
        uid=entry.uid,
        sequence=entry.sequence,
        changed_at=entry.changed_at,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=entry.zone,
        title=entry.title if words else _("Busy"),
        place=entry.place if words else "",
        note=entry.note if words else "",
        all_day=entry.all_day,
        is_free=entry.is_free,
        rule=entry.rule,
        removed=[one.original_at for one in changed if one.starts_at is None],
        moved=[(one.original_at, one.starts_at, one.ends_at) for one in changed if one.starts_at and one.ends_at],
    )


def _meeting_items(actor: Actor, posts: Sequence[str], since: datetime, until: datetime) -> list[Item]:
    """Each meeting of the time, and of what repeats the whole series with its rule."""
    found = list_called_meetings(posts, since=since, until=until)
    items = [_meeting_item(actor, one) for one in found if one.series is None]
    known = {one.series.pk: one.series for one in found if one.series is not None}
    repeating = list_called_of_series(posts, list(known)) if known else []
    for number, series in known.items():
        items += draw_series(series, [_meeting_item(actor, one) for one in repeating if one.series_id == number])
    return items


def _meeting_item(actor: Actor, meeting: Meeting) -> Item:
    readable = can_see_meeting(actor, meeting, leads=answers_for(actor, meeting.unit_code))
    words = readable and not meeting.confidential
    return Item(
        uid=uid_of(meeting),
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=meeting.title if words else _("Meeting") if readable else _("Busy"),
        place=meeting.place if words else "",
        status="CANCELLED" if meeting.status == MeetingStatus.CANCELLED else "CONFIRMED",
        address=f"{settings.GAPURA_PUBLIC_ADDRESS}/desk/office/meetings/{meeting.code}/" if readable else "",
        original_at=meeting.original_at,
    )


def _shift_item(shift: DutyShift) -> Item:
    return Item(
        uid=f"{shift.code.lower()}@gapura",
        sequence=0,
        changed_at=shift.changed_at,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=shift.zone,
        title=f"{_kind_title(shift)}: {shift.label}",
        is_free=True,
    )


def _kind_title(shift: DutyShift) -> str:
    kind = list_duty_kinds().get(shift.kind)
    return in_language(kind.title, reader_language()) if kind else shift.kind


@cache
def _write_in(on: date, form: str, code: str) -> str:
    return format_date(on, format=form, locale=code)


def _write(on: date, form: str) -> str:
    return _write_in(on, form, reader_language())


def today_of(actor: Actor, now: datetime) -> date:
    """The day it is where the official's office stands."""
    return local_day(now, zone_of_office(actor.office_code))
