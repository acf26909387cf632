"""What repeats: the part of RFC 5545's rules that people use, kept by the hour on the wall and not by UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

MOST_REPETITIONS = 1000
FURTHEST = datetime(2200, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_LONGEST = 200


class BadRule(ValueError):
    """The rule is none that can be kept. ``str()`` says why, in English."""


def read_rule(text: str, zone: str) -> str:
    """The rule as it is kept; UNTIL becomes an hour on the wall of ``zone``. Raises BadRule."""
    if len(text) > _LONGEST:
        raise BadRule("The rule is longer than any that a calendar writes.")
    parts = dict(part.partition("=")[::2] for part in text.upper().removeprefix("RRULE:").split(";") if part)
    if parts.get("FREQ") not in _FREQUENCIES or not parts.keys() <= _PARTS:
        raise BadRule("Repeat daily, weekly, monthly or yearly.")
    if "COUNT" in parts and ("UNTIL" in parts or not 0 < _number(parts["COUNT"]) <= MOST_REPETITIONS):
        raise BadRule(f"Repeat until a day, or at most {MOST_REPETITIONS} times.")
    if not 0 < _number(parts.get("INTERVAL", "1")) < 1000:
        raise BadRule("The interval is none.")
    if "UNTIL" in parts:
        parts["UNTIL"] = _on_the_wall(parts["UNTIL"], zone)
    kept = ";".join(f"{name}={value}" for name, value in parts.items())
    _parse(kept, EARLIEST.replace(tzinfo=None))
    return kept


def expand(starts_at: datetime, *, zone: str, rule: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """Each beginning (UTC) from ``since`` up to, not including, ``until``; an empty rule is once.

    An hour that a change of the clocks leaves out is read with the offset that held before it, and one that comes
    twice is the first of the two (RFC 5545 section 3.3.5).
    """
    if not rule:
        yield from (moment for moment in (starts_at,) if since <= moment < until)
        return
    for moment in _beginnings(starts_at, zone, rule, until):
        if since <= moment < until:
            yield moment


def last_beginning(starts_at: datetime, *, zone: str, rule: str) -> datetime | None:
    """When it begins for the last time; None when it never ends."""
    if not rule:
        return starts_at
    if "COUNT=" not in rule and "UNTIL=" not in rule:
        return None
    return max(_beginnings(starts_at, zone, rule, FURTHEST), default=starts_at)


def write_rule(rule: str, zone: str) -> str:
    """The rule as iCalendar has it: UNTIL in UTC."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if "UNTIL" in parts:
        wall = datetime.fromisoformat(parts["UNTIL"]).replace(tzinfo=ZoneInfo(zone))
        parts["UNTIL"] = f"{wall.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def day_start(day: date, zone: str) -> datetime:
    """The first moment of the day there, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _beginnings(starts_at: datetime, zone: str, rule: str, until: datetime) -> Iterator[datetime]:
    place = ZoneInfo(zone)
    first = starts_at.astimezone(place).replace(tzinfo=None)
    last = min(until, FURTHEST).astimezone(place).replace(tzinfo=None) + timedelta(days=1)
    parsed, count = _parse(rule, first)
    ends = min(parsed._until, last) if parsed._until else last
    for wall in islice(parsed.replace(until=ends), count):
        yield wall.replace(tzinfo=place).astimezone(UTC)


def _parse(rule: str, first: datetime) -> tuple[rrule, int]:
    """The rule without its count, which is taken apart: so a rule that never comes true ends with the window."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    count = _number(parts.pop("COUNT", str(10**6)))
    try:
        parsed = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise BadRule(f"The rule cannot be read: {error}") from error
    if not isinstance(parsed, rrule):
        raise BadRule("One rule, not several.")
    return parsed, count


def _on_the_wall(until: str, zone: str) -> str:
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise BadRule("The day on which it ends is none.") from error
    if "T" not in until:
        return f"{moment:%Y%m%d}T235959"
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone))
    return f"{moment:%Y%m%dT%H%M%S}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else -1
