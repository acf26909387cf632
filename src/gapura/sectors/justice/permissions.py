from datetime import date

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.justice.models import Reading

KEEPER, SUPERVISOR = "justice.keeper", "justice.supervisor"


def can_keep(actor: Actor) -> bool:
    """Keepers of the agency that runs the registers, proven to be a person; nobody else, not even their supervisors."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and KEEPER in actor.roles
        and actor.agency_code == get_register_owner("justice")
        and bool(actor.person_number)
    )


def can_read(actor: Actor, reading: Reading, today: date) -> bool:
    """Whoever opened it, in the same post, on the same day: a ground does not last."""
    opened_on = local_day(reading.opened_at, settings.TIME_ZONE)
    return can_keep(actor) and reading.official == actor.reference and opened_on == today
