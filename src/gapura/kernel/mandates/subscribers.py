"""A mandate ends with the life of either of the two."""

from gapura.foundation import clock
from gapura.kernel.mandates.actions.standing import end_mandates_of_the_dead
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import PersonDied


@subscribe(PersonDied)
def end_mandates(event: PersonDied) -> None:
    end_mandates_of_the_dead(person_number=event.person_number, now=clock.now())
