from collections.abc import Collection, Iterable

from gapura.kernel.approvals.models import ApprovalLine, ApprovalRequest, ApprovalStep
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


def can_see_line(actor: Actor, line: ApprovalLine, steps: Iterable[ApprovalStep]) -> bool:
    """The post that drafted it, and every post that has a step, stands in for one, or acted."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code:
        return False
    posts = {line.drafter_post}
    for step in steps:
        posts |= {step.post_code, step.acting_post, step.acted_by_post}
    return actor.post_code in posts


def can_enter_absence(actor: Actor, post_code: str, leaders: Collection[str]) -> bool:
    """Of one's own post, and of posts that one leads."""
    return actor.kind is ActorKind.OFFICIAL and (actor.post_code == post_code or actor.post_code in leaders)


def _is_of_office(actor: Actor, request: ApprovalRequest) -> bool:
    return (
        actor.kind is ActorKind.OFFICIAL
        and actor.agency_code == request.agency_code
        and actor.office_code == request.office_code
    )
