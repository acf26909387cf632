"""What wakes a bundle: the end of one of its cases, or a register that learned something about its people."""

from gapura.bundles.queries import find_request_of_case, list_waiting_about
from gapura.bundles.tasks import ADVANCE_JOB
from gapura.kernel.cases.events import CaseDecided, CaseLapsed, CaseWithdrawn
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import RegisterChanged


@subscribe(CaseDecided)
def go_on_after_decision(event: CaseDecided) -> None:
    _wake_of_case(event.number)


@subscribe(CaseWithdrawn)
def go_on_after_withdrawal(event: CaseWithdrawn) -> None:
    _wake_of_case(event.number)


@subscribe(CaseLapsed)
def go_on_after_lapse(event: CaseLapsed) -> None:
    _wake_of_case(event.number)


@subscribe(RegisterChanged)
def look_again(event: RegisterChanged) -> None:
    for number in list_waiting_about(event.concerned):
        _wake(number)


def _wake_of_case(case_number: str) -> None:
    if number := find_request_of_case(case_number):
        _wake(number)


def _wake(number: str) -> None:
    enqueue_job(name=ADVANCE_JOB, arguments={"number": number}, key=f"{ADVANCE_JOB}:{number}")
