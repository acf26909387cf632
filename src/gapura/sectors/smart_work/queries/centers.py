"""Centers, what is taken in them, and why a day cannot be had."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Center, Closure, Floor, Hold
from gapura.sectors.smart_work.permissions import can_keep_center
from gapura.sectors.smart_work.rules import Point
from gapura.sectors.smart_work.types import Half


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


def _on(day: date) -> Q:
    return Q(closed_from__lte=day, closed_until__gt=day)


def place_of(center: Center) -> Point:
    """Where the center is, in degrees."""
    return center.latitude, center.longitude
