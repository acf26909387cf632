"""What the case engine does when others report something."""

from contextlib import suppress

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import (
    lapse_unpaid_case,
    note_refund,
    release_cases,
    resume_paid_case,
)
from gapura.kernel.cases.events import CaseDecided
from gapura.kernel.cases.tasks import FOLLOW_UP_JOB, OUTDATING_JOB, REPLACEMENT_JOB
from gapura.kernel.cases.types import CaseNotFound
from gapura.kernel.identity.events import AppointmentEnded
from gapura.kernel.identity.queries import get_post, list_holders
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.payments.events import BillExpired, BillPaid, RefundOrdered
from gapura.kernel.registers.events import RegisterChanged


@subscribe(RegisterChanged)
def replace_papers_after_correction(event: RegisterChanged) -> None:
    for person in event.concerned if event.correction else ():
        key = f"replace:{person}:{event.source}"
        enqueue_job(name=REPLACEMENT_JOB, arguments={"person_number": person}, key=key)


@subscribe(RegisterChanged)
def end_papers_that_state_the_old_owner(event: RegisterChanged) -> None:
    for person in event.concerned if event.outdated_on else ():
        arguments = {"person_number": person, "outdated_on": event.outdated_on}
        enqueue_job(name=OUTDATING_JOB, arguments=arguments, key=f"outdated:{person}:{event.source}")


@subscribe(AppointmentEnded)
def release_cases_of_an_empty_post(event: AppointmentEnded) -> None:
    today = clock.today(settings.TIME_ZONE)
    holders = list_holders(agency_code=get_post(event.post_code).agency_code, on=today)
    if not any(one.post.code == event.post_code and one.valid_from <= today for one in holders):
        release_cases(actor=system_actor("cases"), post_code=event.post_code)


@subscribe(BillPaid)
def go_on_with_a_paid_case(event: BillPaid) -> None:
    with suppress(CaseNotFound):  # a bill that comes from no case
        resume_paid_case(actor=system_actor("cases"), number=event.case_number, now=clock.now())


@subscribe(BillExpired)
def close_a_case_nobody_paid_for(event: BillExpired) -> None:
    with suppress(CaseNotFound):
        lapse_unpaid_case(actor=system_actor("cases"), number=event.case_number, now=clock.now())


@subscribe(RefundOrdered)
def tell_of_a_refund(event: RefundOrdered) -> None:
    with suppress(CaseNotFound):
        if event.case_number:
            note_refund(actor=system_actor("cases"), number=event.case_number, now=clock.now())


@subscribe(CaseDecided)
def submit_what_follows(event: CaseDecided) -> None:
    if event.approved:
        enqueue_job(name=FOLLOW_UP_JOB, arguments={"number": event.number}, key=f"follow:{event.number}")
