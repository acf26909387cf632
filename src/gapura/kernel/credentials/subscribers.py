"""What happens to credentials when a register changes."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.credentials.actions import end_credentials_of
from gapura.kernel.credentials.queries import list_standing_credentials
from gapura.kernel.credentials.tasks import RECHECK_JOB
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import PersonDied, RegisterChanged

_HOUSE = system_actor("credentials")


@subscribe(RegisterChanged)
def recheck_what_wallets_say(event: RegisterChanged) -> None:
    now = clock.now()
    for person in sorted({event.subject, *event.concerned}):
        if list_standing_credentials(person, now=now):
            key = f"credentials:{person}:{event.source}"
            enqueue_job(name=RECHECK_JOB, arguments={"person_number": person}, key=key)


@subscribe(PersonDied)
def end_what_the_dead_held(event: PersonDied) -> None:
    end_credentials_of(actor=_HOUSE, person_number=event.person_number, now=clock.now())
