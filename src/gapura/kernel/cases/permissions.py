"""Who may see and work a case."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.models import Case


def is_applicant(actor: Actor, case: Case) -> bool:
    """The resident who applied. The subject of the case, if another person, sees the access log instead."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number == case.applicant


def can_work_cases(actor: Actor, agency_code: str, office_code: str) -> bool:
    """An official of this office, or of the agency's centre (no office), in a post with a role for its cases."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and actor.agency_code == agency_code
        and actor.office_code in (None, "", office_code)
        and bool(actor.roles & CASE_ROLES)
    )


def can_work_case(actor: Actor, case: Case) -> bool:
    """Never one's own: an official is not the judge of a case they filed or that is about them."""
    return can_work_cases(actor, case.agency_code, case.office_code) and actor.person_number not in (
        case.applicant,
        case.subject,
    )


def can_decide_appeals(actor: Actor, case: Case) -> bool:
    """Somebody else than who refused it, in a supervising post."""
    return (
        can_work_case(actor, case)
        and bool(actor.roles & APPEAL_ROLES)
        and actor.post_code != case.assigned_post
    )


CASE_ROLES = frozenset({"civil.registrar", "civil.supervisor"})
APPEAL_ROLES = frozenset({"civil.supervisor"})
