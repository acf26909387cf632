"""Who has credentials issued, and who may ask to be shown one."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.credentials.types import VERIFIER_ROLE


def can_hold(actor: Actor) -> bool:
    """A person for themselves. A credential is bound to one telephone, so nobody has one made for another."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number is not None and actor.principal is None


def can_ask_to_show(actor: Actor) -> bool:
    """An official with the role for it."""
    return actor.kind is ActorKind.OFFICIAL and VERIFIER_ROLE in actor.roles
