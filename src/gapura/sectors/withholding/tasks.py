"""What the worker does for reporters: it checks what they sent, and tells those whom it is about."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job
from gapura.sectors.withholding.actions import check_deliveries, tell_people
from gapura.sectors.withholding.types import CHECK_JOB, TELL_JOB

_WORKER = system_actor("withholding")


@job(CHECK_JOB)
def check(*, statement_id: int) -> None:
    check_deliveries(actor=_WORKER, statement_id=statement_id, now=clock.now())


@job(TELL_JOB)
def tell(*, number: str) -> None:
    tell_people(actor=_WORKER, number=number, now=clock.now())
