from datetime import date

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.civil.models import LookUp

REGISTRAR, SUPERVISOR = "civil.registrar", "civil.supervisor"


def can_look_up(actor: Actor) -> bool:
    """Registrars search the register; nobody else does, not even their supervisors."""
    return actor.kind is ActorKind.OFFICIAL and REGISTRAR in actor.roles


def can_read_look_up(actor: Actor, look_up: LookUp, today: date) -> bool:
    """Whoever opened it, in the same post, on the same day: a ground does not last."""
    return (
        can_look_up(actor)
        and look_up.official == actor.reference
        and look_up.person_number != ""
        and local_day(look_up.opened_at, settings.TIME_ZONE) == today
    )


def can_propose_correction(actor: Actor, agency_code: str, office_code: str | None) -> bool:
    """Registrars of the office where the person lives, in the agency that keeps the register."""
    return can_look_up(actor) and (actor.agency_code, actor.office_code) == (agency_code, office_code)
