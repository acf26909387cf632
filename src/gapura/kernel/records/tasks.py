"""What the worker does for records: copies asked for, and every hour whatever is due."""

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.kernel.records.actions import complete_copy, dispose_due, make_copy
from gapura.kernel.records.types import COMPLETE_JOB

COPY_JOB = "records.make_copy"
_WORKER = system_actor("records")


@job(COPY_JOB)
def copy_data(*, person_number: str, case_number: str, agency_code: str) -> None:
    make_copy(
        actor=_WORKER,
        person_number=person_number,
        case_number=case_number,
        agency_code=agency_code,
        language=settings.LANGUAGE_CODE,
        now=clock.now(),
    )


@job(COMPLETE_JOB)
def complete(*, case_number: str, agency_code: str) -> None:
    complete_copy(
        actor=_WORKER,
        case_number=case_number,
        agency_code=agency_code,
        language=settings.LANGUAGE_CODE,
        now=clock.now(),
    )


def dispose() -> int:
    return dispose_due(actor=_WORKER, now=clock.now())


register_periodic("records.dispose", 3600, dispose)
