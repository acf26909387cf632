"""Who is on duty when; and the country's kinds of duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import find_holder, list_parts_of, list_posts_of_unit
from gapura.kernel.identity.types import AccessDenied, Post
from gapura.sectors.office.models import DutyShift, DutySwap
from gapura.sectors.office.queries.meetings import answers_for


@dataclass(frozen=True, slots=True)
class DutyKind:
    """``days``: working, free or every. ``until`` not later than ``begins`` is on the next day."""

    code: str
    title: Text
    days: str
    begins: time
    until: time
    ranks: frozenset[str]

    def falls_on(self, day: date, calendar: WorkingCalendar) -> bool:
        return self.days == "every" or calendar.is_working_day(day) == (self.days == "working")

    def span(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """Beginning and end in UTC of the turn that begins on the day."""
        last = day if self.until > self.begins else day + timedelta(days=1)
        place = ZoneInfo(zone)
        return (
            datetime.combine(day, self.begins, place).astimezone(UTC),
            datetime.combine(last, self.until, place).astimezone(UTC),
        )


def list_duty_kinds() -> dict[str, DutyKind]:
    """The country's kinds of duty, by code."""
    return _kinds_of(settings.GAPURA_JURISDICTION)


def access_shift(actor: Actor, code: str) -> DutyShift:
    """A turn of the official's agency: who is on duty, everybody there may know. Raises AccessDenied."""
    shift = DutyShift.objects.filter(code=code).first()
    if shift is None or actor.kind is not ActorKind.OFFICIAL or shift.agency_code != actor.agency_code:
        raise AccessDenied
    return shift


def access_swap(actor: Actor, code: str) -> DutySwap:
    """An exchange, to the two and to who leads. Raises AccessDenied."""
    swap = DutySwap.objects.select_related("shift", "other").filter(code=code).first()
    if swap is None or swap.shift.agency_code != actor.agency_code:
        raise AccessDenied
    if actor.post_code in (swap.asked_by_post, swap.asked_of_post, swap.leader_post):
        return swap
    if not answers_for(actor, swap.shift.unit_code):
        raise AccessDenied
    return swap


def list_shifts(actor: Actor, *, since: datetime, until: datetime, unit_code: str = "") -> list[DutyShift]:
    """Turns of the agency (or one unit) in the time, in order."""
    rows = DutyShift.objects.filter(agency_code=actor.agency_code or "-", starts_at__lt=until, ends_at__gt=since)
    if unit_code:
        rows = rows.filter(unit_code=unit_code)
    return list(rows.order_by("starts_at", "unit_code", "kind")[:400])


def list_shifts_of_post(post_code: str, *, since: datetime, until: datetime) -> list[DutyShift]:
    """The post's own turns in the time."""
    rows = DutyShift.objects.filter(post_code=post_code, starts_at__lt=until, ends_at__gt=since)
    return list(rows.order_by("starts_at", "pk"))


def list_exchangeable(shift: DutyShift, *, now: datetime) -> list[DutyShift]:
    """Turns to come of others in the unit that the turn could be exchanged for."""
    rows = DutyShift.objects.filter(unit_code=shift.unit_code, starts_at__gt=now).exclude(post_code=shift.post_code)
    return list(rows.order_by("starts_at", "pk")[:60])


def list_open_swaps(actor: Actor) -> list[DutySwap]:
    """Exchanges that wait for somebody and concern the official."""
    rows = DutySwap.objects.select_related("shift", "other").filter(ended_at__isnull=True)
    mine = {actor.post_code}
    return [
        swap
        for swap in rows.filter(shift__agency_code=actor.agency_code or "-").order_by("asked_at", "pk")[:200]
        if mine & {swap.asked_by_post, swap.asked_of_post, swap.leader_post}
    ]


def list_turn_takers(unit_code: str, kind: DutyKind, *, on: date) -> list[Post]:
    """Posts of the unit and its parts that take turns and that somebody holds, the higher rank first."""
    ranks = list_ranks()
    posts = [post for unit in list_parts_of([unit_code]) for post in list_posts_of_unit(unit)]
    taking = [post for post in posts if post.rank in kind.ranks and find_holder(post.code, on=on) is not None]
    return sorted(taking, key=lambda post: (ranks[post.rank].order, post.code))


def count_turns(posts: Sequence[str], kind: str) -> dict[str, int]:
    """How many turns each has had and has before them."""
    counts = dict.fromkeys(posts, 0)
    for post in DutyShift.objects.filter(post_code__in=posts, kind=kind).values_list("post_code", flat=True):
        counts[post] += 1
    return counts


@cache
def _kinds_of(country: str) -> dict[str, DutyKind]:
    declared = load(country).read("office", "duty.yaml")
    return {
        one["code"]: DutyKind(
            code=one["code"],
            title=one["title"],
            days=one["days"],
            begins=time.fromisoformat(one["from"]),
            until=time.fromisoformat(one["until"]),
            ranks=frozenset(one["ranks"]),
        )
        for one in declared
    }
