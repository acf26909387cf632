"""Who may see and work a case."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.models import Case, CaseConsent
from gapura.kernel.cases.rules import OPEN_STATUSES
from gapura.kernel.catalogue.queries import list_deciding_roles
from gapura.kernel.catalogue.types import Relation


def is_applicant(actor: Actor, case: Case) -> bool:
    """The resident who applied, not busy with somebody else's affairs; under a mandate only while acting under one."""
    if actor.kind is not ActorKind.RESIDENT or actor.person_number != case.applicant:
        return False
    return actor.principal == case.subject or (actor.principal is None and not case.is_granted)


def is_subject(actor: Actor, case: Case) -> bool:
    """The resident for whom somebody else applied, in person."""
    in_person = actor.kind is ActorKind.RESIDENT and actor.principal is None
    return in_person and actor.person_number == case.subject != case.applicant


def can_move_as_subject(actor: Actor, case: Case) -> bool:
    """Whom a guardian represents sees the case; who gave a mandate, or has come of age, also takes its steps."""
    return is_subject(actor, case) and case.relation != Relation.WARD


def has_basket(actor: Actor) -> bool:
    """An official in a post with a role for cases."""
    in_post = actor.kind is ActorKind.OFFICIAL and bool(actor.agency_code)
    return in_post and bool(actor.roles & (APPEAL_ROLES | list_deciding_roles()))


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


def can_see_statistics(actor: Actor) -> bool:
    """In a supervising post; of which cases is the query's part."""
    return has_basket(actor) and bool(actor.roles & APPEAL_ROLES)


def is_asked(actor: Actor, consent: CaseConsent) -> bool:
    """The person whose consent is asked, in person: nobody agrees in another's name."""
    return actor.kind is ActorKind.RESIDENT and actor.principal is None and actor.person_number == consent.person


def can_rate(actor: Actor, case: Case) -> bool:
    """The applicant, once the case is decided. An opinion is one's own: nobody has it in another's name."""
    has_ended = case.decided_at is not None and case.status not in OPEN_STATUSES
    return has_ended and is_applicant(actor, case) and actor.principal is None


APPEAL_ROLES = frozenset({"civil.supervisor", "cases.supervisor"})
