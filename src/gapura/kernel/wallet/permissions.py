"""Who sees what was sent, who may stop it, and who receives it."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.wallet.models import Delivery
from gapura.kernel.wallet.types import RECEIVER_ROLE


def is_sender(actor: Actor, delivery: Delivery) -> bool:
    """The paper's holder in person, or who sent it for another and acts for them now."""
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        return False
    if actor.principal is None:
        return actor.person_number == delivery.holder
    return (actor.person_number, actor.principal) == (delivery.sent_by, delivery.subject)


def shares_for_themselves(actor: Actor) -> bool:
    """A person for themselves: facts are shared by whom they are about."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number is not None and actor.principal is None


def receives_for_agency(actor: Actor) -> bool:
    """An official known as a person, in a receiver's post."""
    return actor.kind is ActorKind.OFFICIAL and RECEIVER_ROLE in actor.roles and actor.person_number is not None


def receives_for_company(actor: Actor) -> bool:
    """A person who acts for a company now."""
    return actor.kind is ActorKind.RESIDENT and bool(actor.principal) and actor.mandate == Relation.COMPANY


def is_receiver(actor: Actor, delivery: Delivery) -> bool:
    """Whether the actor receives for the agency or the company that it was sent to."""
    if delivery.receiver_agency:
        return receives_for_agency(actor) and actor.agency_code == delivery.receiver_agency
    return (
        bool(delivery.receiver_company) and receives_for_company(actor) and actor.principal == delivery.receiver_company
    )
