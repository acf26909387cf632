"""The hours of an office: which zone it stands in, and how its times are written."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_skeleton
from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import in_language
from gapura.web.languages import reader_language


def get_planning() -> dict[str, Any]:
    """What the country settled about meetings and rooms (``office/meetings.yaml``)."""
    return _planning(settings.GAPURA_JURISDICTION)


def furthest_ahead() -> timedelta:
    """How far ahead a room is booked and a series of meetings reaches."""
    return timedelta(days=get_planning()["furthest_days"])


def zone_of_office(office_code: str | None) -> str:
    """The zone that an office keeps its hours in; that of the capital where it has no region."""
    province = (office_code or "").split(".")[0]
    return next((one["zone"] for one in get_planning()["zones"] if province in one["provinces"]), settings.TIME_ZONE)


def is_zone(name: str) -> bool:
    return name in _names()


def zone_title(zone: str) -> str:
    """What people call the zone."""
    found = next((one["title"] for one in get_planning()["zones"] if one["zone"] == zone), None)
    return in_language(found, reader_language()) if found else zone


def list_zone_choices() -> list[tuple[str, str]]:
    """The country's zones, to choose from."""
    return [(one["zone"], zone_title(one["zone"])) for one in get_planning()["zones"]]


def hour_in(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return format_skeleton("Hm", time(local.hour, local.minute), locale=reader_language())


def day_in(moment: datetime, zone: str) -> str:
    """The day there, with the day of the week."""
    return format_date(moment.astimezone(ZoneInfo(zone)).date(), format="full", locale=reader_language())


def span_in(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Day, hours and zone; the second day too when it ends on another."""
    first, last = starts_at.astimezone(ZoneInfo(zone)).date(), ends_at.astimezone(ZoneInfo(zone)).date()
    until = hour_in(ends_at, zone) if first == last else f"{day_in(ends_at, zone)}, {hour_in(ends_at, zone)}"
    return f"{day_in(starts_at, zone)}, {hour_in(starts_at, zone)}–{until} {zone_title(zone).split(' (')[0]}"


def at_wall(moment: datetime, zone: str) -> datetime:
    """The naive ``moment`` as hour on the wall of ``zone``, in UTC."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@cache
def _planning(country: str) -> dict[str, Any]:
    found: dict[str, Any] = load(country).read("office", "meetings.yaml")
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
