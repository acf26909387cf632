"""Opening steps, and laying each in the basket of whoever decides it now."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries.country import day_of
from gapura.kernel.approvals.queries.lines import find_step_decider, list_steps, proposal_of
from gapura.kernel.approvals.types import LineStatus, StepStatus
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.queries import find_open_work
from gapura.kernel.worklist.types import Holder

ACT, ACKNOWLEDGE, REWORK = "approvals.act", "approvals.acknowledge", "approvals.rework"


def open_next_place(line: ApprovalLine, now: datetime) -> None:
    """Open the steps of the first place where something is left to do."""
    left = [step for step in list_steps(line) if step.status in (StepStatus.WAITING, StepStatus.OPEN)]
    place = min((step.place for step in left), default=None)
    for step in left:
        status = StepStatus.OPEN if step.place == place else StepStatus.WAITING
        if step.status != status:
            step.status = status.value
            step.opened_at = now if status is StepStatus.OPEN else None
            step.save(update_fields=["status", "opened_at"])


def seat_line(line: ApprovalLine, now: datetime) -> None:
    """Bring every basket up to date with the locked line: who acts, who reworks, who acknowledges."""
    steps = list_steps(line)
    _lay(line, ACT, _seated(line, steps, now) if line.status in (LineStatus.RUNNING, LineStatus.HELD) else [], now)
    _lay(line, REWORK, [line.drafter_post] if line.status == LineStatus.RETURNED else [], now)
    owed = [step.post_code for step in steps if step.must_acknowledge and step.acknowledged_at is None]
    _lay(line, ACKNOWLEDGE, owed, now)


def _seated(line: ApprovalLine, steps: Sequence[ApprovalStep], now: datetime) -> list[str]:
    """The posts whose turn it is. Where nobody can decide, the step stays in its own post's basket."""
    today = day_of(now)
    seats = []
    for step in steps:
        if step.status != StepStatus.OPEN:
            continue
        seat = find_step_decider(step, line, steps, on=today) or ""
        if seat != step.acting_post:
            step.acting_post = seat
            step.save(update_fields=["acting_post"])
            if seat:
                get_approval_handler(line.kind).on_step_seated(request=proposal_of(line), post_code=seat, now=now)
        seats.append(seat or step.post_code)
    return seats


def _lay(line: ApprovalLine, kind: str, posts: Iterable[str], now: datetime) -> None:
    """Let exactly these posts have the line in their basket for this."""
    ref = f"line:{line.number}"
    agencies = {code: post.agency_code for code, post in list_posts_named(set(posts)).items()}
    wanted = [Holder.post(agency, code) for code, agency in sorted(agencies.items())]
    present = {item.holder: item for item in find_open_work(kind=kind, object_ref=ref)}
    for key in sorted(present.keys() - {holder.key for holder in wanted}):
        close_work(kind=kind, object_ref=ref, holder=Holder("", key), now=now)
    for holder in wanted:
        item = present.get(holder.key)
        if item is None or (item.urgent, item.due_on) != (line.urgent, line.due_on):
            open_work(
                kind=kind,
                object_ref=ref,
                holder=holder,
                title=line.title,
                path=reverse("desk:line", args=[line.number]),
                sender=line.drafter_label,
                due_on=line.due_on,
                urgent=line.urgent,
                now=now,
            )
