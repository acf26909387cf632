"""Lines that an official may read, newest first, a page at a time."""

from django.db.models import Q, QuerySet

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep
from gapura.kernel.approvals.queries.lines import WHOEVER_IS_ON_IT
from gapura.kernel.approvals.types import LineFilters, LinePage, LineScope, StepStatus
from gapura.kernel.audit.types import Actor


@as_house(WHOEVER_IS_ON_IT)
def list_lines(actor: Actor, *, filters: LineFilters, after: str | None = None, limit: int = 50) -> LinePage:
    """One page, in one query however many there are. ``after`` is the ``next`` of the page before; a mark that is none
    begins anew.
    """
    rows = _of_scope(actor, filters.scope)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if after and after.isdecimal():
        rows = rows.filter(pk__lt=min(int(after), 2**63 - 1))
    found = list(rows.order_by("-pk").defer("payload", "seal")[: limit + 1])
    lines = tuple(found[:limit])
    return LinePage(lines, str(lines[-1].pk) if len(found) > limit else None)


def _of_scope(actor: Actor, scope: LineScope) -> QuerySet[ApprovalLine]:
    post, lines = actor.post_code or "nobody", ApprovalLine.objects.all()
    started, steps = Q(drafter_post=post), ApprovalStep.objects.exclude(status=StepStatus.REMOVED)
    seats = Q(acting_post=post, status=StepStatus.OPEN)
    on_it = Q(pk__in=steps.filter(Q(post_code=post) | Q(acted_by_post=post) | seats).values("line"))
    if scope is LineScope.STARTED:
        return lines.filter(started)
    if scope is LineScope.UNIT:
        return lines.filter(on_it | started, agency_code=actor.agency_code, unit_code=actor.unit_code or "none")
    if scope is LineScope.ACKNOWLEDGE:
        owed = steps.filter(post_code=post, must_acknowledge=True, acknowledged_at__isnull=True)
        return lines.filter(pk__in=owed.values("line"))
    return lines.filter(on_it)
