from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.records.types import OFFICER


def is_officer(actor: Actor) -> bool:
    """An official who answers for what is kept and what is destroyed."""
    return actor.kind is ActorKind.OFFICIAL and OFFICER in actor.roles
