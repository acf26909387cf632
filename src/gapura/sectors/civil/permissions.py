from datetime import date

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.civil.models import LookUp, LookUpFinding

REGISTRAR, SUPERVISOR = "civil.registrar", "civil.supervisor"
NEIGHBORHOOD_HEAD = "civil.neighborhood-head"  # of the village that is the office of the post


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


def can_answer_finding(actor: Actor, finding: LookUpFinding) -> bool:
    """The person who opened the register, in whatever post they hold now in the agency."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and bool(actor.person_number)
        and actor.person_number == finding.official_person
        and actor.agency_code == finding.agency_code
    )


def can_supervise_finding(actor: Actor, finding: LookUpFinding) -> bool:
    """A supervisor of the office, or of the agency's centre, and never of their own look-up."""
    return (
        is_supervisor(actor)
        and actor.agency_code == finding.agency_code
        and actor.office_code in ("", finding.office_code)
        and actor.person_number != finding.official_person
    )


def is_supervisor(actor: Actor) -> bool:
    return actor.kind is ActorKind.OFFICIAL and SUPERVISOR in actor.roles and bool(actor.person_number)
