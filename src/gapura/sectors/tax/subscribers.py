"""What taxpayers' accounts do when the treasury or an approver reports something."""

from gapura.foundation import clock
from gapura.kernel.approvals.events import ApprovalDenied
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.payments.events import BillExpired, BillPaid, BillReversed, DisbursementEnded
from gapura.kernel.registers.events import RegisterChanged
from gapura.sectors.tax.actions.audits import drop_audit
from gapura.sectors.tax.actions.payments import end_tax_bill, take_back_bill, take_paid_bill
from gapura.sectors.tax.actions.refunds import end_refund
from gapura.sectors.tax.return_kinds import list_watched_registers
from gapura.sectors.tax.tasks import COMPARE_JOB
from gapura.sectors.tax.types import AUDIT_APPROVAL

_HOUSE = system_actor("tax")


@subscribe(BillPaid)
def share_out_a_paid_bill(event: BillPaid) -> None:
    take_paid_bill(actor=_HOUSE, number=event.case_number, now=clock.now())


@subscribe(BillReversed)
def take_back_what_a_bill_settled(event: BillReversed) -> None:
    take_back_bill(actor=_HOUSE, number=event.case_number, now=clock.now())


@subscribe(BillExpired)
def end_a_bill_nobody_paid(event: BillExpired) -> None:
    end_tax_bill(number=event.case_number, now=clock.now())


@subscribe(DisbursementEnded)
def note_how_a_refund_ended(event: DisbursementEnded) -> None:
    end_refund(actor=_HOUSE, object_ref=event.object_ref, is_done=event.is_done, now=clock.now())


@subscribe(ApprovalDenied)
def drop_an_audit_that_was_refused(event: ApprovalDenied) -> None:
    if event.kind == AUDIT_APPROVAL:
        drop_audit(actor=_HOUSE, number=event.object_ref.partition(":")[2])


@subscribe(RegisterChanged)
def compare_what_was_filed(event: RegisterChanged) -> None:
    for person in event.concerned if event.register in list_watched_registers() else ():
        arguments = {"taxpayer": person, "register": event.register}
        enqueue_job(name=COMPARE_JOB, arguments=arguments, key=f"returns:{person}:{event.register}")
