from gapura.kernel.approvals.models import ApprovalRequest
from gapura.kernel.approvals.types import ApprovalStatus
from gapura.kernel.audit.types import Actor, ActorKind


def can_see_approval(actor: Actor, request: ApprovalRequest) -> bool:
    """Deciders of the office, and whoever asked, from the same post."""
    return _is_of_office(actor, request) and (request.role in actor.roles or request.requested_by == actor.reference)


def can_decide_approval(actor: Actor, request: ApprovalRequest) -> bool:
    """A person of the office with the role, never the one who asked, whatever post or account they use."""
    return (
        request.status == ApprovalStatus.OPEN
        and _is_of_office(actor, request)
        and request.role in actor.roles
        and bool(actor.person_number)
        and actor.person_number != request.requested_by_person
    )


def _is_of_office(actor: Actor, request: ApprovalRequest) -> bool:
    return (
        actor.kind is ActorKind.OFFICIAL
        and actor.agency_code == request.agency_code
        and actor.office_code == request.office_code
    )
