"""Following what changes around a line: who is away, who holds a post, holds that end, posts handed over."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.actions.acts import run_again
from gapura.kernel.approvals.actions.lines import lock_line
from gapura.kernel.approvals.actions.paths import add_entry
from gapura.kernel.approvals.actions.seats import seat_line
from gapura.kernel.approvals.models import Absence, ApprovalLine, ApprovalStep
from gapura.kernel.approvals.queries.country import day_of
from gapura.kernel.approvals.queries.lines import excluded_persons, list_steps
from gapura.kernel.approvals.types import OPEN_LINES, LineStatus, PathAct, StepStatus
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_holder, list_posts_named

ELSEWHERE = ~Q(acting_post=F("post_code"))
"""Steps that somebody else decides, or nobody."""


@as_house("a step goes to whoever decides it now, whatever agency's it is")
def reseat_posts(post_codes: Collection[str], *, now: datetime) -> int:
    """Lay open steps of the posts in the right baskets, and every one of their agencies that lies with somebody else:
    it may have come there by way of these posts. How many lines that were.
    """
    agencies = {post.agency_code for post in list_posts_named(post_codes).values()}
    return _reseat(Q(post_code__in=post_codes) | ELSEWHERE & Q(agency_code__in=agencies), now)


@as_house("a new day begins for every agency")
def follow_day(*, now: datetime) -> int:
    """Reseat whoever went away or came back, however long the house was off; how many lines. Safe to repeat."""
    today = day_of(now)
    away = Absence.objects.filter(valid_from__lte=today, valid_until__gt=today, ended_at__isnull=True)
    return _reseat(Q(post_code__in=away.values("post_code")) | ELSEWHERE, now)


def _reseat(which: Q, now: datetime) -> int:
    open_steps = ApprovalStep.objects.filter(which, status=StepStatus.OPEN).order_by("line_id")
    numbers = list(open_steps.values_list("line__number", flat=True).distinct())
    for number in numbers:
        with transaction.atomic():
            seat_line(lock_line(number), now)
    return len(numbers)


@as_house("a hold ends by the clock, whatever agency's the line is")
def resume_held_lines(*, actor: Actor, now: datetime) -> int:
    """Let lines run whose hold has ended. Safe to repeat. How many that were."""
    today = day_of(now)
    held = ApprovalLine.objects.filter(status=LineStatus.HELD, held_until__lte=today).order_by("pk")
    resumed = 0
    for number in held.values_list("number", flat=True):
        with transaction.atomic():
            line = lock_line(number)
            if line.status != LineStatus.HELD or line.held_until is None or line.held_until > today:
                continue
            add_entry(actor, line, PathAct.RESUMED, now=now)
            run_again(line, today)
            line.revision += 1
            line.save()
            seat_line(line, now)
            resumed += 1
    return resumed


@as_house("a post's open work goes to another, on whatever line it is")
def hand_over_steps(*, actor: Actor, source_post: str, target_post: str, now: datetime) -> int:
    """Everything of one post that is not done yet, and the lines it drafted, goes to another post.

    A step stays where the other post stands on the line already or may not decide it; who leads the unit decides it
    then, once the post is vacant. How many lines changed.
    """
    own_steps = Q(steps__post_code=source_post, steps__status__in=[StepStatus.WAITING, StepStatus.OPEN])
    owed = Q(steps__post_code=source_post, steps__must_acknowledge=True, steps__acknowledged_at__isnull=True)
    drafted = Q(drafter_post=source_post, status__in=OPEN_LINES)
    rows = ApprovalLine.objects.filter(own_steps | owed | drafted).order_by("number")
    numbers = list(rows.values_list("number", flat=True).distinct())
    return sum(_handed_over(actor, number, source_post, target_post, now) for number in numbers)


def _handed_over(actor: Actor, number: str, source: str, target: str, now: datetime) -> bool:
    with transaction.atomic():
        line = lock_line(number)
        steps = list_steps(line)
        moved = line.status in OPEN_LINES and _move_parts(line, steps, source, target, now)
        owed = [s for s in steps if s.post_code == source and s.must_acknowledge and s.acknowledged_at is None]
        if not moved and not (owed and _is_free(line, steps, target)):
            return False
        if not moved:
            for step in owed:
                step.post_code = target
                step.save(update_fields=["post_code"])
        add_entry(actor, line, PathAct.REROUTED, detail={"from": source, "to": target}, now=now)
        line.revision += 1
        line.save()
        seat_line(line, now)
    return True


def _move_parts(line: ApprovalLine, steps: list[ApprovalStep], source: str, target: str, now: datetime) -> bool:
    """Whether the post had a part in the running line that the other one can take."""
    if not _is_free(line, steps, target) or _is_excluded(line, steps, target, now):
        return False
    if line.drafter_post == source:
        line.drafter_post = target
        return True
    post = list_posts_named([target])[target]
    left = [s for s in steps if s.post_code == source and s.status in (StepStatus.WAITING, StepStatus.OPEN)]
    for step in left:
        step.post_code, step.agency_code, step.office_code = post.code, post.agency_code, post.office_code
        step.read_at = None
        step.save(update_fields=["post_code", "agency_code", "office_code", "read_at"])
    return bool(left)


def _is_free(line: ApprovalLine, steps: list[ApprovalStep], target: str) -> bool:
    live = [step for step in steps if step.status != StepStatus.REMOVED]
    return target != line.drafter_post and all(step.post_code != target for step in live)


def _is_excluded(line: ApprovalLine, steps: list[ApprovalStep], target: str, now: datetime) -> bool:
    holder = find_holder(target, on=day_of(now))
    return holder is not None and holder.person_number in excluded_persons(line, steps)
