"""Who reports, and who lets others see. What was reported is read by the person it is about, in person."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.sectors.withholding.models import Delivery, Release
from gapura.sectors.withholding.terms import get_terms
from gapura.sectors.withholding.types import PAYROLL


def reports_for(actor: Actor) -> str:
    """The number of the business the actor acts for, or of the agency whose payroll is theirs; empty for all others."""
    if actor.kind is ActorKind.OFFICIAL:
        return get_terms().agency_numbers.get(actor.agency_code or "", "") if PAYROLL in actor.roles else ""
    acts_for_business = actor.kind is ActorKind.RESIDENT and actor.mandate == Relation.COMPANY
    return (actor.principal or "") if acts_for_business else ""


def can_see_delivery(actor: Actor, delivery: Delivery) -> bool:
    return reports_for(actor) == delivery.reporter_number != ""


def receives_release(actor: Actor, release: Release) -> bool:
    return reports_for(actor) == release.employer_number != ""


def acts_in_person(actor: Actor) -> bool:
    """A proven resident, for themselves."""
    return actor.kind is ActorKind.RESIDENT and actor.person_number is not None and actor.principal is None
