"""What the worker does for bundles: it takes them further."""

from gapura.bundles.actions import advance_request, advance_waiting
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic

ADVANCE_JOB = "bundles.advance"
_WORKER = system_actor("bundles")


@job(ADVANCE_JOB)
def advance(number: str) -> None:
    advance_request(actor=_WORKER, number=number, now=clock.now())


def advance_due() -> int:
    return advance_waiting(actor=_WORKER, now=clock.now())


register_periodic("bundles.advance", 5, advance_due)
