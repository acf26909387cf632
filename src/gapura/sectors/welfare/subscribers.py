"""Assistance ends with the life of its recipient, and goes on where the death was none."""

from datetime import date

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import DeathAnnulled, PersonDied
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.welfare.actions import end_assistance_of_the_dead, restore_assistance

_HOUSE = system_actor("welfare")


@subscribe(PersonDied)
def end_assistance(event: PersonDied) -> None:
    source, died_on = Source(SourceKind.CASE, event.source), date.fromisoformat(event.died_on)
    end_assistance_of_the_dead(
        actor=_HOUSE, person=event.person_number, died_on=died_on, source=source, now=clock.now()
    )


@subscribe(DeathAnnulled)
def assist_again(event: DeathAnnulled) -> None:
    source, person = Source(SourceKind.CASE, event.source), event.person_number
    restore_assistance(actor=_HOUSE, person=person, ended_by=event.death_source, source=source, now=clock.now())
