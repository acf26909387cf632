"""Reads calendar files that people send; in the sandbox nothing can be opened any more, so zones come first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar

_ZONES = tuple(ZoneInfo(name) for name in sorted(available_timezones()))
_MOST_EVENTS = 2000
# Reading one calendar with a zone makes the library look up everything that it looks up once.
Calendar.from_ical(
    b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Jakarta\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    b"TZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    b"DTSTART;TZID=Asia/Jakarta:20260101T000000\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def read_calendar(content: bytes, *, zone: str) -> dict[str, Any]:
    """Method and events of the file; hours without a zone are those of ``zone``. Raises ValueError."""
    try:
        calendar = Calendar.from_ical(content)
        if calendar.name != "VCALENDAR":
            raise ValueError("The file is no calendar.")
        events = [_read_event(event, ZoneInfo(zone)) for event in calendar.walk("VEVENT")[: _MOST_EVENTS + 1]]
    except ValueError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise ValueError(f"The calendar cannot be read: {error}") from error
    if len(events) > _MOST_EVENTS:
        raise ValueError(f"The calendar has more than {_MOST_EVENTS} entries; export a shorter time.")
    return {"method": str(calendar.get("method", "")).upper(), "events": events}


def _read_event(event: Any, zone: ZoneInfo) -> dict[str, Any]:
    start = event["dtstart"].dt
    all_day = not isinstance(start, datetime)
    named = _zone_of(start, zone)
    starts_at = _moment(start, zone)
    end = event["dtend"].dt if "dtend" in event else start + _length(event, all_day)
    return {
        "uid": str(event.get("uid", "")),
        "sequence": int(event.get("sequence", 0)),
        "stamp": _moment(event["dtstamp"].dt, zone) if "dtstamp" in event else "",
        "starts_at": starts_at,
        "ends_at": _moment(end, zone),
        "zone": named,
        "all_day": all_day,
        "title": str(event.get("summary", "")),
        "place": str(event.get("location", "")),
        "note": str(event.get("description", "")),
        "rule": event["rrule"].to_ical().decode() if "rrule" in event and not isinstance(event["rrule"], list) else "",
        "removed": [_moment(one.dt, zone) for one in _listed(event, "exdate")],
        "replaces": _moment(event["recurrence-id"].dt, zone) if "recurrence-id" in event else "",
        "is_free": str(event.get("transp", "")).upper() == "TRANSPARENT",
        "is_private": str(event.get("class", "PUBLIC")).upper() != "PUBLIC",
        "is_cancelled": str(event.get("status", "")).upper() == "CANCELLED",
        "parties": [
            {"address": str(one).lower().removeprefix("mailto:"), "reply": str(one.params.get("PARTSTAT", "")).lower()}
            for one in _as_list(event.get("attendee", []))
        ],
    }


def _length(event: Any, all_day: bool) -> timedelta:
    if "duration" in event:
        length = event["duration"].dt
        if isinstance(length, timedelta):
            return length
    return timedelta(days=1) if all_day else timedelta(hours=1)


def _moment(value: date | datetime, zone: ZoneInfo) -> str:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC).isoformat()


def _zone_of(value: date | datetime, zone: ZoneInfo) -> str:
    own = value.tzinfo if isinstance(value, datetime) else None
    return own.key if isinstance(own, ZoneInfo) and own.key != "UTC" else zone.key


def _listed(event: Any, name: str) -> list[Any]:
    return [one for line in _as_list(event.get(name, [])) for one in line.dts]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
