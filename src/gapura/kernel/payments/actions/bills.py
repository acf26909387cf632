"""A bill begins with its case, and ends paid, cancelled or expired."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.actions.books import balance_bill, give_back, lock_bill, move_bill
from gapura.kernel.payments.actions.sealed_receipts import end_receipt
from gapura.kernel.payments.events import BillExpired
from gapura.kernel.payments.models import Bill, Refund
from gapura.kernel.payments.rules import EARNED, share
from gapura.kernel.payments.types import AccountKind, BillStatus, Fee, RefundGround, RefundStatus


def issue_bill(
    *,
    actor: Actor,
    case_number: str,
    service_code: str,
    service_title: Text,
    payer: str,
    agency_code: str,
    fee: Fee,
    payable_until: date,
    now: datetime,
) -> Bill:
    """The case's one bill, in the caller's transaction; the same again gives the same. Nothing left to pay: settled."""
    earlier = Bill.objects.filter(case_number=case_number).first()
    if earlier is not None:
        return earlier
    free = fee.amount == 0
    bill = Bill.objects.create(
        number=new_code(15),
        case_number=case_number,
        service_code=service_code,
        service_title=dict(service_title),
        payer=payer,
        agency_code=agency_code,
        amount=fee.amount,
        full_amount=fee.full_amount,
        currency=fee.currency,
        law=dict(fee.law),
        exemption=dict(fee.exemption),
        status=BillStatus.SETTLED if free else BillStatus.OPEN,
        issued_at=now,
        payable_until=payable_until,
        paid_at=now if free else None,
    )
    record_event(
        actor=actor,
        action="payments.bill_issue",
        subject=payer,
        object_ref=f"bill:{bill.number}",
        case_number=case_number,
        detail={"amount": fee.amount, "full_amount": fee.full_amount, ROW_DIGEST: bill.logged_digest},
    )
    return bill


def end_bill(*, actor: Actor, case_number: str, ground: RefundGround, percent: int, now: datetime) -> int:
    """The case ends without what was paid for: cancel the bill, or give ``percent`` of what was earned back.

    In the caller's transaction. Returns how much goes back of what was earned; 0 also when there is no bill.
    """
    bill = Bill.objects.select_for_update().filter(case_number=case_number).first()
    if bill is None:
        return 0
    if move_bill(bill, "cancel", actor=actor):
        balance_bill(bill, now)
        return 0
    back = share(bill.amount, percent) - get_returned(bill) if bill.status in EARNED else 0
    if back <= 0:
        return 0
    give_back(bill, back, ground, source=AccountKind.REVENUE, now=now)
    move_bill(bill, "refund", actor=actor)
    end_receipt(actor=actor, bill=bill, now=now)
    return back


def get_returned(bill: Bill) -> int:
    """What of the earned fee has gone back by a decision."""
    decided = Refund.objects.filter(payment__bill=bill).exclude(ground=RefundGround.SURPLUS)
    return int(decided.exclude(status=RefundStatus.FAILED).aggregate(sum=Sum("amount", default=0))["sum"])


def expire_bills(*, actor: Actor, today: date, now: datetime, limit: int = 500) -> int:
    """End the bills nobody paid by their last day; what was paid in part goes back. Returns how many ended."""
    due = Bill.objects.filter(status=BillStatus.OPEN, payable_until__lt=today).order_by("pk")
    ended = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            bill = lock_bill(pk)
            if bill.payable_until < today and move_bill(bill, "expire", actor=actor):
                publish(BillExpired(bill.number, bill.case_number))
                balance_bill(bill, now)
                ended += 1
    return ended
