"""Who may follow an order, and who hands things over."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.production.models import CardOrder


def can_follow(actor: Actor, order: CardOrder) -> bool:
    """Whose card it is, and who asked for it on their behalf."""
    return (
        actor.kind is ActorKind.RESIDENT
        and bool(actor.person_number)
        and actor.person_number in (order.holder, order.applicant)
    )


def works_at_counter_of(actor: Actor, order: CardOrder) -> bool:
    """In the role that the country names, at the order's office or the agency's centre; never for their own card."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and order.counter_role in actor.roles
        and actor.agency_code == order.agency_code
        and (actor.office_code or "") in ("", order.office_code)
        and bool(actor.person_number)
        and actor.person_number not in (order.holder, order.applicant)
    )
