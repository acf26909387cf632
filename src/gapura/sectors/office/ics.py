"""iCalendar (RFC 5545, 5546): what is sent to the invited, what feeds hold. Reading strangers' files: ics_opener."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from gapura.sectors.office.recurrence import write_rule
from gapura.sectors.office.types import Item, Party

MEDIA_TYPE = "text/calendar"


def write_feed(items: Sequence[Item], *, name: str) -> bytes:
    """A calendar to subscribe to. The same items give the same bytes."""
    calendar = _calendar()
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for item in sorted(items, key=lambda one: (one.starts_at, one.uid)):
        for event in _events(item):
            calendar.add_component(event)
    return _with_zones(calendar)


def write_invitation(items: Sequence[Item], *, method: str, organizer: Party, guest: Party) -> bytes:
    """What one invited person is sent: REQUEST or CANCEL. It names nobody else who is invited.

    Several items are one series: its rule, and each repetition that departs from it.
    """
    calendar = _calendar()
    calendar.add("method", method)
    for event in [event for item in items for event in _events(item)]:
        event.add("organizer", _party(organizer))
        address = _party(guest)
        address.params["CUTYPE"] = vText("INDIVIDUAL")
        address.params["ROLE"] = vText("OPT-PARTICIPANT" if guest.optional else "REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText(guest.reply.upper())
        address.params["RSVP"] = vText("TRUE")
        event.add("attendee", address, encode=False)
        calendar.add_component(event)
    return _with_zones(calendar)


def write_reply(item: Item, *, organizer: Party, guest: Party, answered_at: datetime) -> bytes:
    """What a calendar program answers. The house never sends one; tests and clerks' drills do."""
    calendar = _calendar()
    calendar.add("method", "REPLY")
    event = Event()
    event.add("uid", item.uid)
    event.add("sequence", item.sequence)
    if item.original_at:
        event.add("recurrence-id", item.original_at)
    event.add("dtstamp", answered_at)
    event.add("dtstart", item.starts_at)
    event.add("organizer", _party(organizer))
    address = _party(guest)
    address.params["PARTSTAT"] = vText(guest.reply.upper())
    event.add("attendee", address, encode=False)
    calendar.add_component(event)
    return calendar.to_ical()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Gapura//Office//EN")
    calendar.add("version", "2.0")
    return calendar


def _with_zones(calendar: Calendar) -> bytes:
    """With what a program must know of the zones, from the year before the first event on."""
    years = [event.start.year for event in calendar.events]
    calendar.add_missing_timezones(first_date=date(max(min(years, default=2026) - 1, 1970), 1, 1))
    return calendar.to_ical()


def _events(item: Item) -> list[Event]:
    """The event, and one more for each repetition that was moved."""
    event = _event(item, item.starts_at, item.ends_at)
    if item.original_at:
        _add_time(event, "recurrence-id", item.original_at, item)
    if item.rule:
        event.add("rrule", vRecur.from_ical(write_rule(item.rule, item.zone)))
    for moment in item.removed:
        _add_time(event, "exdate", moment, item)
    others = []
    for original, starts_at, ends_at in item.moved:
        other = _event(item, starts_at, ends_at)
        _add_time(other, "recurrence-id", original, item)
        others.append(other)
    return [event, *others]


def _event(item: Item, starts_at: datetime, ends_at: datetime) -> Event:
    event = Event()
    event.add("uid", item.uid)
    event.add("sequence", item.sequence)
    event.add("dtstamp", item.changed_at.astimezone(UTC).replace(microsecond=0))
    _add_time(event, "dtstart", starts_at, item)
    _add_time(event, "dtend", ends_at, item)
    event.add("summary", item.title)
    event.add("status", item.status)
    event.add("transp", "TRANSPARENT" if item.is_free else "OPAQUE")
    for name, value in (("location", item.place), ("description", item.note), ("url", item.address)):
        if value:
            event.add(name, value)
    if item.categories:
        event.add("categories", list(item.categories))
    return event


def _add_time(event: Event, name: str, moment: datetime, item: Item) -> None:
    local = moment.astimezone(ZoneInfo(item.zone))
    value: Any = local.date() if item.all_day else local
    event.add(name, value)


def _party(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["CN"] = vText(party.name)
    return address
