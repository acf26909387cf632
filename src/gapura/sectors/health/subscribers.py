"""A death ends the insurance; a death that was none leaves no trace of itself."""

from datetime import date

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import DeathAnnulled, PersonDied
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.health.actions import withdraw_death
from gapura.sectors.health.actions.memberships import end_membership_of_the_dead, restore_membership

_HOUSE = system_actor("health")


@subscribe(PersonDied)
def end_insurance_of_the_dead(event: PersonDied) -> None:
    source, died_on = Source(SourceKind.CASE, event.source), date.fromisoformat(event.died_on)
    end_membership_of_the_dead(
        actor=_HOUSE, person=event.person_number, died_on=died_on, source=source, now=clock.now()
    )


@subscribe(DeathAnnulled)
def insure_again(event: DeathAnnulled) -> None:
    source, person, now = Source(SourceKind.CASE, event.source), event.person_number, clock.now()
    withdraw_death(actor=_HOUSE, person_number=person, source=source, now=now)
    restore_membership(actor=_HOUSE, person=person, ended_by=event.death_source, source=source, now=now)
