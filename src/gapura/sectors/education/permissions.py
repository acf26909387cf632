from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.registers.queries import get_register_owner

PLACEMENT = "education.placement"


def can_place(actor: Actor) -> bool:
    """Officials of the keeper of the school registers who place pupils."""
    in_post = actor.kind is ActorKind.OFFICIAL and PLACEMENT in actor.roles
    return in_post and actor.agency_code == get_register_owner("education")
