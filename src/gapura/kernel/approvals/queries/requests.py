"""Reading approval requests, never beyond one's own office."""

from django.db.models import QuerySet

from gapura.kernel.approvals.models import ApprovalRequest
from gapura.kernel.approvals.permissions import can_decide_approval, can_see_approval
from gapura.kernel.approvals.types import ApprovalStatus
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied


def access_approval(actor: Actor, request_id: int) -> ApprovalRequest:
    """The request, if ``actor`` may see it. Raises AccessDenied, also when there is none."""
    request = ApprovalRequest.objects.filter(pk=request_id).first()
    if request is None or not can_see_approval(actor, request):
        raise AccessDenied
    return request


def is_decidable(actor: Actor, request: ApprovalRequest) -> bool:
    """Whether ``actor`` may decide it now (open, right role and office, another person)."""
    return can_decide_approval(actor, request)


def list_open_approvals(actor: Actor, *, after: int = 0, limit: int = 50) -> list[ApprovalRequest]:
    """What awaits one of the actor's roles in their office, oldest first, after id ``after``."""
    return list(_open_for(actor).filter(pk__gt=after).order_by("pk")[:limit])


def count_open_approvals(actor: Actor, *, at_most: int = 100) -> int:
    """How many await the actor's roles; counting stops at ``at_most``."""
    return int(_open_for(actor)[:at_most].count())


def _open_for(actor: Actor) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(
        status=ApprovalStatus.OPEN,
        agency_code=actor.agency_code,
        office_code=actor.office_code,
        role__in=sorted(actor.roles),
    )
