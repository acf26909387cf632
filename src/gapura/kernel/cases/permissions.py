"""Who may see and work a case."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.models import Case


def is_applicant(actor: Actor, case: Case) -> bool:
    """The resident who applied. The subject of the case, if another person, sees the access log instead."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number == case.applicant


def has_basket(actor: Actor) -> bool:
    """An official in a post with a role for cases."""
    return actor.kind is ActorKind.OFFICIAL and bool(actor.agency_code) and bool(actor.roles & CASE_ROLES)


def can_work_cases(actor: Actor, agency_code: str, office_code: str) -> bool:
    """An official of this office, or of the agency's centre (no office), in a post with a role for its cases."""
    in_office = actor.agency_code == agency_code and actor.office_code in (None, "", office_code)
    return has_basket(actor) and in_office


def can_work_case(actor: Actor, case: Case) -> bool:
    """Never one's own: an official is not the judge of a case they filed or that is about them."""
    return can_work_cases(actor, case.agency_code, case.office_code) and actor.person_number not in (
        case.applicant,
        case.subject,
    )


def can_decide_appeals(actor: Actor, case: Case) -> bool:
    """In a supervising post, and not the person who refused it, whatever post they hold now."""
    supervises = bool(actor.roles & APPEAL_ROLES)
    return can_work_case(actor, case) and supervises and actor.person_number != case.decided_by


CASE_ROLES = frozenset({"civil.registrar", "civil.supervisor"})
APPEAL_ROLES = frozenset({"civil.supervisor"})
