"""What smart work brought, in sums: minutes saved, seats used, and seats that nobody found. Nobody is ranked."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from gapura.foundation.isolation import as_house
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Booking, Center, Closure, Hold, Seat, UnmetSearch
from gapura.sectors.smart_work.rules import mean_and_middle
from gapura.sectors.smart_work.types import ROOMS, BookingStatus, Half, MinutesSaved, Occupancy

_SEATS = ("desk", "booth")


def get_minutes_saved(*, first: date, last: date) -> MinutesSaved:
    """What uses from ``first`` to ``last`` saved those who travelled, over all agencies and centers together."""
    with as_house("sums over every agency; whose they are is not read"):
        visits = Booking.objects.filter(
            status=BookingStatus.FINISHED, day__gte=first, day__lte=last, seat__kind__in=_SEATS
        ).order_by("pk")
        rows = list(visits.values_list("arrived_at", "left_at", "estimated_minutes", "own_minutes", "rating"))
    rules = get_rules()
    signed = [row for row in rows if row[1] is not None]
    least = timedelta(minutes=rules.least_minutes)
    uses = [row for row in signed if row[0] and row[1] and row[1] - row[0] >= least]
    minutes = [row[2] if row[3] is None else row[3] for row in uses]
    known = [one for one in minutes if one is not None]
    ratings = [row[4] for row in uses if row[4] is not None]
    shown = len(known) >= max(rules.fewest, 2)
    mean, lower, upper = mean_and_middle(known) if shown else (None, None, None)
    return MinutesSaved(
        uses=len(uses),
        mean=mean,
        lower=lower,
        upper=upper,
        own=sum(row[3] is not None for row in uses),
        unknown=len(minutes) - len(known),
        short=len(signed) - len(uses),
        unsigned=len(rows) - len(signed),
        satisfied=100 * sum(one >= 4 for one in ratings) // len(ratings) if len(ratings) >= rules.fewest else None,
        ratings=len(ratings),
    )


def list_occupancy(*, first: date, last: date) -> list[Occupancy]:
    """Each center: half days of seats offered, held and used from ``first`` to ``last``, the fullest first."""
    offered = _offered(first, last)
    sums: dict[str, tuple[int, int]] = {}
    for code, held, used in _holds(first, last).values_list("center").annotate(**_counts()):
        sums[code] = (held, used)
    found = [
        Occupancy(center.code, center.title, offered[center.code], *sums.get(center.code, (0, 0)))
        for center in Center.objects.order_by("code")
    ]
    return sorted(found, key=lambda one: (-one.percent, one.center))


def list_occupancy_by_half(*, first: date, last: date) -> list[tuple[str, int, Half, int, int]]:
    """Center, weekday (1: Monday), half, held and used half days of seats: when a center is full and when empty."""
    sums: dict[tuple[str, int, Half], tuple[int, int]] = {}
    rows = _holds(first, last).values_list("center", "day", "half").annotate(**_counts())
    for code, day, half, held, used in rows.order_by("center", "day", "half"):
        key = (code, day.isoweekday(), Half(half))
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + held, before[1] + used)
    return [(*key, *sums[key]) for key in sorted(sums)]


def list_occupancy_by_week(*, first: date, last: date) -> list[tuple[date, int, int]]:
    """Monday of each week, held and used half days of seats at all centers, weeks without any included."""
    monday = first - timedelta(days=first.weekday())
    sums = {monday + timedelta(weeks=week): (0, 0) for week in range((last - monday).days // 7 + 1)}
    for day, held, used in _holds(first, last).values_list("day").annotate(**_counts()).order_by("day"):
        week = day - timedelta(days=day.weekday())
        sums[week] = (sums[week][0] + held, sums[week][1] + used)
    return [(week, *counts) for week, counts in sums.items()]


def count_unmet(*, first: date, last: date, at_most: int = 20) -> list[tuple[str, int]]:
    """Regions near which people looked for a seat and found none, with how often; the most wanted first."""
    rows = UnmetSearch.objects.filter(day__gte=first, day__lte=last).values_list("region_code")
    counted = rows.annotate(times=Count("pk")).filter(times__gte=get_rules().fewest)
    return list(counted.order_by("-times", "region_code")[:at_most])


def _holds(first: date, last: date) -> QuerySet[Hold]:
    holds = Hold.objects.filter(day__gte=first, day__lte=last).exclude(seat__kind__in=list(ROOMS))
    return holds.order_by()


def _counts() -> dict[str, Count]:
    return {"held": Count("pk"), "used": Count("pk", filter=Q(is_used=True))}


def _offered(first: date, last: date) -> dict[str, int]:
    """Half days of seats that each center offered on the days it was open."""
    seats = Seat.objects.filter(is_offered=True, kind__in=_SEATS).order_by("center").values_list("center")
    number = dict(seats.annotate(Count("pk")))
    closed: dict[str, set[date]] = {}
    for closure in Closure.objects.filter(closed_from__lte=last, closed_until__gt=first):
        closed.setdefault(closure.center_id, set()).update(
            _days(closure.closed_from, closure.closed_until - timedelta(days=1))
        )
    working = [day for day in _days(first, last) if get_working_calendar().is_working_day(day)]
    return {
        center.code: len(Half)
        * number.get(center.code, 0)
        * sum(str(day.isoweekday()) in center.weekdays and day not in closed.get(center.code, ()) for day in working)
        for center in Center.objects.all()
    }


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))
