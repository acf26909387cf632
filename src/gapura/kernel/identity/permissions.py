"""Who may work at a counter, and who may decide what was entered there."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.models import CounterVisit

COUNTER_ROLE = "identity.counter"


def can_work_at_counter(actor: Actor) -> bool:
    """An official with the role, known as a person: two accounts of one person are one pair of eyes."""
    return actor.kind is ActorKind.OFFICIAL and COUNTER_ROLE in actor.roles and actor.person_number is not None


def can_see_visit(actor: Actor, visit: CounterVisit) -> bool:
    """Whoever works at the counter of the same office."""
    here = (actor.agency_code or "", actor.office_code or "")
    return can_work_at_counter(actor) and here == (visit.agency_code, visit.office_code)


def can_decide_visit(actor: Actor, visit: CounterVisit) -> bool:
    """A colleague who neither entered it nor is the person it is about."""
    concerned = (visit.entered_by_person, visit.person_number)
    return can_see_visit(actor, visit) and actor.person_number not in concerned
