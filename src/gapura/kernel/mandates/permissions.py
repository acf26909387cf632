"""Who may see, grant, accept and end a mandate. Nobody who acts for another does any of it: no chains."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.mandates.models import Mandate


def acts_in_person(actor: Actor) -> bool:
    """A proven resident, for themselves."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number is not None and actor.principal is None


def is_principal(actor: Actor, mandate: Mandate) -> bool:
    return acts_in_person(actor) and actor.person_number == mandate.principal


def is_representative(actor: Actor, mandate: Mandate) -> bool:
    return acts_in_person(actor) and actor.person_number == mandate.representative


def can_see_mandate(actor: Actor, mandate: Mandate) -> bool:
    return is_principal(actor, mandate) or is_representative(actor, mandate)
