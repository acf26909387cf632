"""The ledger: postings, and the one rule that keeps every bill in balance with the money that came for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, system_actor
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.actions.sealed_receipts import end_receipt
from gapura.kernel.payments.events import BillPaid, BillReversed, RefundOrdered
from gapura.kernel.payments.models import Bill, Payment, Posting, Refund
from gapura.kernel.payments.queries.books import get_balance
from gapura.kernel.payments.rules import EARNED, target_of
from gapura.kernel.payments.types import AccountKind as A
from gapura.kernel.payments.types import BillStatus, CannotRefund, RefundGround, RefundStatus

HOUSE = system_actor("treasury")


def lock_bill(pk: int) -> Bill:
    """The bill, held until the transaction ends."""
    return Bill.objects.select_for_update().get(pk=pk)


def move_bill(bill: Bill, action: str, *, actor: Any = HOUSE, **changes: Any) -> bool:
    """Take a locked bill through the table; False when the table has no such move. Writes one audit event."""
    target = target_of(action, bill.status)
    if target is None:
        return False
    for name, value in ({"status": target.value} | changes).items():
        setattr(bill, name, value)
    bill.save(update_fields=["status", *changes])
    record_event(
        actor=actor,
        action=f"payments.bill_{action}",
        subject=bill.payer,
        object_ref=f"bill:{bill.number}",
        case_number=bill.case_number,
        detail={"status": bill.status, ROW_DIGEST: bill.logged_digest},
    )
    return True


def post(
    reference: str,
    debit: A,
    credit: A,
    amount: int,
    *,
    of: Mapping[str, Any],
    bill: Bill | None = None,
    now: datetime,
) -> None:
    """Add one posting. ``of``: currency, and where it matters provider and agency_code. Once per reference."""
    posting = Posting(reference=reference, at=now, debit=debit, credit=credit, amount=amount, bill=bill, **of)
    posting.save(force_insert=True)
    record_event(
        actor=HOUSE,
        action="payments.post",
        object_ref=f"posting:{reference}",
        case_number=bill.case_number if bill else "",
        detail={"debit": debit, "credit": credit, "amount": amount, ROW_DIGEST: posting.logged_digest},
    )


def balance_bill(bill: Bill, now: datetime) -> None:
    """After any movement on a locked bill: enough held pays it, too little unpays it, what is beyond goes back."""
    held, of = get_balance(A.HELD, bill=bill), {"currency": bill.currency, "agency_code": bill.agency_code}
    turn = Posting.objects.filter(bill=bill, debit=A.HELD, credit=A.REVENUE).count()
    if bill.status == BillStatus.OPEN and held >= bill.amount:
        post(f"earned:{bill.number}:{turn}", A.HELD, A.REVENUE, bill.amount, of=of, bill=bill, now=now)
        move_bill(bill, "pay", paid_at=now)
        publish(BillPaid(bill.number, bill.case_number))
        held -= bill.amount
    elif bill.status in EARNED and held < 0:
        post(f"unearned:{bill.number}:{turn}", A.REVENUE, A.HELD, bill.amount, of=of, bill=bill, now=now)
        days, today = get_limit("bill_payable_working_days"), local_day(now, settings.TIME_ZONE)
        move_bill(bill, "reverse", payable_until=get_working_calendar().add_working_days(today, days))
        end_receipt(actor=HOUSE, bill=bill, now=now)
        publish(BillReversed(bill.number, bill.case_number))
        held += bill.amount
    if held > 0 and bill.status != BillStatus.OPEN:
        give_back(bill, held, RefundGround.SURPLUS, source=A.HELD, now=now)


def give_back(
    bill: Bill, amount: int, ground: RefundGround, *, source: A, now: datetime, note: str = ""
) -> list[Refund]:
    """Order refunds of ``amount`` from ``source``, the newest payments of the bill first. Raises CannotRefund."""
    ordered, left = [], amount
    payments = Payment.objects.filter(bill=bill, reversed_at__isnull=True).order_by("-pk")
    for payment in payments:
        part = min(left, get_refundable(payment))
        if part > 0:
            ordered.append(order_refund(payment, part, ground, source=source, now=now, note=note))
            left -= part
    if left:
        raise CannotRefund(f"Bill {bill.number}: only {amount - left} of {amount} came from payments that stand.")
    return ordered


def order_refund(
    payment: Payment,
    amount: int,
    ground: RefundGround,
    *,
    source: A,
    now: datetime,
    note: str = "",
    agency_code: str = "",
) -> Refund:
    """Write down that a part of a payment goes back; the worker sends it. Publishes RefundOrdered."""
    bill = payment.bill
    refund = Refund.objects.create(
        reference=new_code(15),
        payment=payment,
        case_number=bill.case_number if bill else "",
        payer=payment.payer,
        agency_code=payment.agency_code or agency_code,
        amount=amount,
        ground=ground,
        note=note,
        status=RefundStatus.ORDERED,
        ordered_at=now,
        next_try_at=now,
    )
    of = {"currency": payment.currency, "provider": payment.provider, "agency_code": payment.agency_code}
    post(f"refund:{refund.reference}", source, A.REFUNDS, amount, of=of, bill=bill, now=now)
    publish(RefundOrdered(refund.reference, refund.case_number, ground))
    return refund


def get_refundable(payment: Payment) -> int:
    """What of a payment has not gone back yet, in whole units."""
    gone = Refund.objects.filter(payment=payment).exclude(status=RefundStatus.FAILED).aggregate(sum=Sum("amount"))
    return payment.amount - (gone["sum"] or 0)
