"""Background work of the case engine."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import close_finished_cases, finish_waiting_cases, replace_documents_about
from gapura.kernel.outbox.plugin import job, register_periodic

REPLACEMENT_JOB = "cases.replace_documents"
_WORKER = system_actor("worker")


@job(REPLACEMENT_JOB)
def replace_documents(person_number: str) -> None:
    replace_documents_about(actor=_WORKER, person_number=person_number, now=clock.now())


def finish_cases() -> int:
    return finish_waiting_cases(actor=_WORKER, now=clock.now())


def close_cases() -> int:
    return close_finished_cases(actor=_WORKER, now=clock.now())


register_periodic("cases.finish", 5, finish_cases)
register_periodic("cases.close", 600, close_cases)
