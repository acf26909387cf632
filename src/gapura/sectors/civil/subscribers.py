"""What the population register tells the house."""

from gapura.kernel.outbox.actions import publish
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import PersonDied, RegisterChanged
from gapura.sectors.civil.models import DeathEntry


@subscribe(RegisterChanged)
def tell_of_death(event: RegisterChanged) -> None:
    """However a death came into the register; told again, nothing more happens."""
    if event.register != DeathEntry._meta.label_lower:
        return
    death = DeathEntry.objects.filter(certificate_number=event.subject).known_at(None).order_by("pk").last()
    if death is not None:
        publish(PersonDied(death.number, death.valid_from.isoformat(), event.source))
