"""Who acts for a business: its representative while they act for it, or its registered program."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.sectors.invoicing.models import Invoice

MACHINE = "machine"


def business_of(actor: Actor) -> str | None:
    """The number of the business that the actor acts for now."""
    relation = actor.mandate.partition(":")[0]
    is_person = actor.kind is ActorKind.RESIDENT and relation == Relation.COMPANY
    is_machine = actor.kind is ActorKind.SYSTEM and relation == MACHINE
    return actor.principal if is_person or is_machine else None


def is_seller(actor: Actor, invoice: Invoice) -> bool:
    return business_of(actor) == invoice.seller


def is_buyer(actor: Actor, invoice: Invoice) -> bool:
    return business_of(actor) == invoice.buyer


def acts_in_person(actor: Actor) -> bool:
    """A person for themselves: consent and one's own receipts are nobody else's."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number is not None and actor.principal is None
