from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.types import ANALYST


def can_simulate(actor: Actor) -> bool:
    """An official in a post with the analyst's role."""
    return actor.kind is ActorKind.OFFICIAL and ANALYST in actor.roles


def can_see_run(actor: Actor, run: Run) -> bool:
    """Analysts of the agency that asked for it."""
    return can_simulate(actor) and actor.agency_code == run.agency_code
