"""What registers and the clock do to credentials."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.credentials import actions
from gapura.kernel.outbox.plugin import job, register_periodic

RECHECK_JOB = "credentials.recheck"
_WORKER = system_actor("credentials")
_EVERY_SECONDS = 60


@job(RECHECK_JOB)
def recheck_credentials(*, person_number: str) -> None:
    """A register that does not answer raises: the outbox tries again."""
    actions.recheck_credentials(actor=_WORKER, person_number=person_number, now=clock.now())


def clear_over() -> int:
    return actions.clear_over(actor=_WORKER, now=clock.now())


def tell_of_endings() -> int:
    return actions.tell_of_endings(actor=_WORKER, now=clock.now())


register_periodic("credentials.tell_of_endings", 3600, tell_of_endings)
register_periodic("credentials.clear", _EVERY_SECONDS, clear_over)
