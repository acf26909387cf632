from gapura.kernel.agreements.types import ROLES, Parties, Side
from gapura.kernel.audit.types import Actor, ActorKind


def can_act_for(actor: Actor, side: Side, parties: Parties) -> bool:
    """A proven person in a post of that side's agency with its role."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and bool(actor.person_number)
        and ROLES[side] in actor.roles
        and actor.agency_code == parties.of(side)
    )


def list_sides(actor: Actor, parties: Parties) -> list[Side]:
    """The sides the actor's post speaks for; usually one."""
    return [side for side in Side if can_act_for(actor, side, parties)]
