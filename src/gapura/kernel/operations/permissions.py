from gapura.kernel.audit.types import Actor, ActorKind

DUTY = "operations.duty"


def can_declare_outage(actor: Actor) -> bool:
    """The official on duty for operations, acting in that post."""
    return actor.kind is ActorKind.OFFICIAL and DUTY in actor.roles
