"""Background work of the case engine."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import check_case, close_finished_cases, replace_documents_about
from gapura.kernel.cases.actions.checks import RECOVERY_JOB
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.outbox.plugin import job, register_periodic

REPLACEMENT_JOB = "cases.replace_documents"


class CaseStillWaits(Exception):
    """A register or the seal is still out of order; the outbox tries again later."""


@job(RECOVERY_JOB)
def finish_case(number: str) -> None:
    case = check_case(actor=system_actor("worker"), number=number, now=clock.now())
    if case.status in (CaseStatus.RECEIVED, CaseStatus.APPROVED):
        raise CaseStillWaits(f"Case {number} is still {case.status}.")


@job(REPLACEMENT_JOB)
def replace_documents(person_number: str) -> None:
    replace_documents_about(actor=system_actor("worker"), person_number=person_number, now=clock.now())


def close_cases() -> int:
    return close_finished_cases(actor=system_actor("worker"), now=clock.now())


register_periodic("cases.close", 600, close_cases)
