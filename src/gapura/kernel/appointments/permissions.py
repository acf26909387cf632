from gapura.kernel.appointments.models import EmergencyAccess
from gapura.kernel.appointments.types import APPROVER, EMERGENCY, OFFICER, PERSONNEL_CHANNEL
from gapura.kernel.audit.types import Actor, ActorKind


def can_see_people(actor: Actor) -> bool:
    """Personnel officers and those who decide powers, each for their own agency."""
    return actor.kind is ActorKind.OFFICIAL and not actor.roles.isdisjoint({OFFICER, APPROVER})


def can_order(actor: Actor, agency_code: str, office_code: str) -> bool:
    """The agency's personnel system, or a personnel officer for their office (from the head office: for all)."""
    if actor.agency_code != agency_code or not actor.person_number:
        return False
    if actor.kind is ActorKind.SYSTEM:
        return actor.channel == PERSONNEL_CHANNEL
    return actor.kind is ActorKind.OFFICIAL and OFFICER in actor.roles and actor.office_code in ("", office_code)


def can_take_power(actor: Actor) -> bool:
    """Whoever has the right to emergency access and is proven to be a person."""
    return actor.kind is ActorKind.OFFICIAL and EMERGENCY in actor.roles and bool(actor.person_number)


def can_review(actor: Actor, access: EmergencyAccess) -> bool:
    """Somebody else of the agency who decides powers."""
    return can_see_review(actor, access) and actor.person_number not in (None, "", access.person_number)


def can_see_review(actor: Actor, access: EmergencyAccess) -> bool:
    """Whoever decides powers in the agency; the one who took the power sees theirs."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and actor.agency_code == access.agency_code
        and (APPROVER in actor.roles or actor.person_number == access.person_number)
    )
