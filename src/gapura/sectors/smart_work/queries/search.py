"""Which centers have a free seat, the nearest first: counted where the rows are."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from math import cos, radians, sin
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.models import Center
from gapura.sectors.smart_work.rules import Point, kilometers
from gapura.sectors.smart_work.types import CenterFound, SeatSearch

_EARLIEST = timezone(timedelta(hours=14))
"""The clock that is ahead of every other: what has not begun by it has begun nowhere."""
# SQL, because the object mapper took longer to write these questions than the database to answer them.
# Closeness is the cosine of the angle between two places: the greater, the fewer kilometers.
_OPEN = """
    SELECT code, title, address, latitude, longitude, %(sin)s * sin(radians(latitude))
        + %(cos)s * cos(radians(latitude)) * cos(radians(longitude) - %(east)s) AS closeness
    FROM smart_work_center AS center
    WHERE weekdays LIKE %(weekday)s {ahead} AND NOT EXISTS (
        SELECT 1 FROM smart_work_closure
        WHERE center_id = center.code AND closed_from <= %(day)s AND closed_until > %(day)s)
"""
_FREE = """
    SELECT center_id, count(*) - count(held.seat_id) AS free, count(*) AS seats
    FROM smart_work_seat AS seat LEFT JOIN (
        SELECT DISTINCT seat_id FROM smart_work_hold
        WHERE day = %(day)s AND half IN (%(first)s, %(last)s) {among}
    ) AS held ON held.seat_id = seat.id
    WHERE is_offered AND kind = %(kind)s {wishes} {among}
    GROUP BY center_id HAVING count(*) > count(held.seat_id)
"""
# Looked into first; only where too few of them have a free seat, all are.
_NEAREST = _OPEN + "ORDER BY closeness DESC, code LIMIT 25"
_FOUND = f"""
    SELECT code, title, address, free, seats, latitude, longitude
    FROM ({_OPEN}) AS open_center JOIN ({_FREE}) AS counted ON center_id = code
    ORDER BY closeness DESC, code LIMIT %(limit)s
"""  # noqa: S608 (parts of its own)


def search_centers(search: SeatSearch, *, now: datetime, limit: int = 20) -> list[CenterFound]:
    """Centers with free seats on a day to come, the nearest first. Four queries at most, at any number of centers."""
    if not search.halves or not get_working_calendar().is_working_day(search.day):
        return []
    near = get_place(search.near)
    given = _describe(search, near) | {"limit": limit}
    begun = _name("zone", _list_begun(search, now))
    wishes = _name("wish", [f"% {connection.ops.prep_for_like_query(code)} %" for code in search.equipment])
    parts = {
        "ahead": "".join(f" AND timezone <> %({name})s" for name in begun),
        "wishes": " AND is_accessible" * search.accessible
        + "".join(f" AND equipment LIKE %({name})s ESCAPE '\\'" for name in wishes),
        "among": "",
    }
    given |= begun | wishes
    nearest = _name("center", [row[0] for row in _ask(_NEAREST, parts, given)])
    if not nearest:
        return []
    among = f"AND center_id IN ({', '.join(f'%({name})s' for name in nearest)})"
    rows = _ask(_FOUND, parts | {"among": among}, given | nearest)
    if len(rows) < limit:
        rows = _ask(_FOUND, parts, given)
    return [
        CenterFound(code, json.loads(title), address, free, seats, round(kilometers(near, (y, x))) if near else None)
        for code, title, address, free, seats, y, x in rows
    ]


def _ask(statement: str, parts: Mapping[str, str], given: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**parts), given)
        return list(cursor.fetchall())


def _describe(search: SeatSearch, near: Point | None) -> dict[str, Any]:
    """What every statement asks for."""
    north, east = (radians(degrees) for degrees in near or (0.0, 0.0))
    return {
        "day": search.day.isoformat(),
        "weekday": f"%{search.day.isoweekday()}%",
        "first": search.halves[0].value,
        "last": search.halves[-1].value,
        "kind": search.kind.value,
        "sin": sin(north) if near else 0.0,
        "cos": cos(north) if near else 0.0,  # both 0: everything is as close, and goes by its code
        "east": east,
    }


def _name(kind: str, values: Sequence[str]) -> dict[str, str]:
    """Values by the names that a statement calls them by."""
    return {f"{kind}_{number}": value for number, value in enumerate(values)}


def _list_begun(search: SeatSearch, now: datetime) -> list[str]:
    """The time zones of centers where what is looked for has begun; asked only on days where it can have."""
    if _is_ahead(_EARLIEST, search, now):
        return []
    zones = Center.objects.order_by("timezone").values_list("timezone", flat=True).distinct()
    return [zone for zone in zones if not _is_ahead(ZoneInfo(zone), search, now)]


def _is_ahead(zone: tzinfo, search: SeatSearch, now: datetime) -> bool:
    begins = get_rules().halves[min(search.halves)].begins
    return datetime.combine(search.day, begins, zone) > now
