"""Centers, what is free in them, and why a day cannot be had."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.models import Center, Closure, Floor, Hold, Seat
from gapura.sectors.smart_work.permissions import can_keep_center
from gapura.sectors.smart_work.rules import Point, kilometers
from gapura.sectors.smart_work.types import CenterFound, Half, SeatSearch

_NEAREST = 25
"""Centers looked into first; only where too few of them have a free seat, the others are."""


def get_center(code: str) -> Center:
    """The center with this code. Raises AccessDenied when there is none."""
    center = Center.objects.filter(pk=code).first()
    if center is None:
        raise AccessDenied
    return center


def access_kept_center(actor: Actor, code: str) -> Center:
    """The center, for its hosts. Raises AccessDenied, also when there is none."""
    center = get_center(code)
    if not can_keep_center(actor, center):
        raise AccessDenied
    return center


def list_centers() -> list[Center]:
    """All centers, by code."""
    return list(Center.objects.order_by("code"))


def list_floors(center: Center) -> list[Floor]:
    """The floors of a center with their seats, by code, in two queries."""
    return list(center.floors.order_by("code").prefetch_related("seats"))


def list_taken(center: Center, day: date, halves: Collection[Half]) -> dict[int, set[str]]:
    """The halves of ``halves`` on which each held seat (by id) is taken; free ones are absent."""
    taken: dict[int, set[str]] = {}
    rows = Hold.objects.filter(center=center, day=day, half__in=list(halves))
    for seat_id, half in rows.order_by("seat_id", "half").values_list("seat_id", "half"):
        taken.setdefault(seat_id, set()).add(half)
    return taken


def get_hours(center: Center, day: date, halves: Sequence[Half]) -> tuple[datetime, datetime]:
    """From when until when the halves last by the center's clock."""
    zone, rules = ZoneInfo(center.timezone), get_rules()
    ordered = sorted(halves)
    begins, ends = rules.halves[ordered[0]].begins, rules.halves[ordered[-1]].ends
    return datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)


def find_obstacle(center: Center, day: date, halves: Sequence[Half], *, now: datetime) -> str | None:
    """Why nobody can have a seat then, in the reader's language; None when somebody can."""
    if not halves:
        return _("Choose the morning, the afternoon, or both.")
    if get_hours(center, day, halves)[0] <= now:
        return _("This half day has begun already. Choose a later one.")
    if day > now.astimezone(ZoneInfo(center.timezone)).date() + timedelta(days=get_rules().days_ahead):
        return _("Seats can be booked at most %(days)s days ahead.") % {"days": get_rules().days_ahead}
    if str(day.isoweekday()) not in center.weekdays or not get_working_calendar().is_working_day(day):
        return _("The center is closed on this day: a weekend or a holiday.")
    if closure := Closure.objects.filter(_on(day), center=center).order_by("pk").first():
        return _("The center is closed on this day: %(reason)s") % {"reason": closure.reason}
    return None


def search_centers(search: SeatSearch, *, now: datetime, limit: int = 20) -> list[CenterFound]:
    """Centers with free seats on a day to come, the nearest first. A handful of queries at any number of centers."""
    if not search.halves or not get_working_calendar().is_working_day(search.day):
        return []
    near = get_place(search.near)
    open_then = [
        (code, kilometers(near, (latitude, longitude)) if near else None)
        for code, latitude, longitude in _list_open(search, now)
    ]
    open_then.sort(key=lambda pair: (pair[1] or 0.0, pair[0]))
    found: list[CenterFound] = []
    for part in (open_then[:_NEAREST], open_then[_NEAREST:]):
        if len(found) < limit and part:
            found += _look_into(search, dict(part))
    return found[:limit]


def _list_open(search: SeatSearch, now: datetime) -> Iterator[tuple[str, float, float]]:
    """Code and place of the centers open on the day, where it has not begun yet."""
    closed = Closure.objects.filter(_on(search.day), center=OuterRef("pk"))
    centers = Center.objects.filter(~Exists(closed), weekdays__contains=str(search.day.isoweekday()))
    ahead: dict[str, bool] = {}
    for code, latitude, longitude, zone in centers.order_by().values_list("code", "latitude", "longitude", "timezone"):
        if zone not in ahead:
            ahead[zone] = _is_ahead(zone, search, now)
        if ahead[zone]:
            yield code, latitude, longitude


def _look_into(search: SeatSearch, centers: Mapping[str, float | None]) -> list[CenterFound]:
    """Those of ``centers`` (code to distance) that have a free seat, in their order."""
    seats = Seat.objects.filter(_wanted(search, ""), center__in=list(centers)).order_by().values_list("center")
    offered = dict(seats.annotate(number=Count("pk")))
    holds = Hold.objects.filter(
        _wanted(search, "seat__"),
        center__in=list(offered),
        seat__center__in=list(offered),  # says the same of the seat, so that only these seats are joined
        day=search.day,
        half__in=list(search.halves),
    )
    held = dict(holds.order_by().values_list("center").annotate(number=Count("seat", distinct=True)))
    free = {code: number - held.get(code, 0) for code, number in offered.items() if number > held.get(code, 0)}
    shown = Center.objects.only("title", "address").in_bulk(list(free))
    return [
        CenterFound(
            code, shown[code].title, shown[code].address, free[code], offered[code], None if km is None else round(km)
        )
        for code, km in centers.items()
        if code in free
    ]


def _wanted(search: SeatSearch, path: str) -> Q:
    """The seats that will do; ``path``: how a query reaches them."""
    wanted = Q(**{f"{path}is_offered": True, f"{path}kind": search.kind})
    if search.accessible:
        wanted &= Q(**{f"{path}is_accessible": True})
    for code in search.equipment:
        wanted &= Q(**{f"{path}equipment__contains": f" {code} "})
    return wanted


def _is_ahead(timezone: str, search: SeatSearch, now: datetime) -> bool:
    begins = get_rules().halves[min(search.halves)].begins
    return datetime.combine(search.day, begins, ZoneInfo(timezone)) > now


def _on(day: date) -> Q:
    return Q(closed_from__lte=day, closed_until__gt=day)


def place_of(center: Center) -> Point:
    """Where the center is, in degrees."""
    return center.latitude, center.longitude
