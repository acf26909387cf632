"""Who may see a bill, and who keeps the treasury's books."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.payments.models import Bill, Difference
from gapura.kernel.payments.types import TREASURER


def is_payer(actor: Actor, bill: Bill) -> bool:
    """Who applied, for themselves or for another: the one who is asked to pay."""
    return actor.kind is ActorKind.RESIDENT and bool(bill.payer) and actor.person_number == bill.payer


def keeps_books_of(actor: Actor, agency_code: str) -> bool:
    """A proven person in a treasurer's post of the agency; money that is nobody's yet is every treasurer's task."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and TREASURER in actor.roles
        and bool(actor.person_number)
        and agency_code in ("", actor.agency_code)
    )


def can_refund(actor: Actor, bill: Bill) -> bool:
    """A treasurer of the agency, never of money they paid themselves."""
    return keeps_books_of(actor, bill.agency_code) and actor.person_number != bill.payer


def can_close_difference(actor: Actor, difference: Difference) -> bool:
    return keeps_books_of(actor, difference.agency_code)
