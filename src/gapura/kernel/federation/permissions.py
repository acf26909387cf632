from gapura.kernel.audit.types import Actor, ActorKind

REGISTRAR = "federation.registrar"


def can_register_clients(actor: Actor) -> bool:
    """Registrars of sites, for their own agency."""
    return actor.kind is ActorKind.OFFICIAL and REGISTRAR in actor.roles


def can_use_own_identity(actor: Actor) -> bool:
    """A proven person acting for themselves: nobody signs in elsewhere as an official or as somebody else."""
    return actor.kind is ActorKind.RESIDENT and bool(actor.person_number) and actor.principal is None
