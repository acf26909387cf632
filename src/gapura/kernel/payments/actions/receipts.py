"""Writing down what a bank says it holds: every transaction once, whoever tells of it and however often."""

from datetime import date, datetime

from django.db import transaction

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.payments.actions.books import balance_bill, lock_bill, post
from gapura.kernel.payments.models import Bill, Difference, Payment, PaymentIntent
from gapura.kernel.payments.rules import next_inquiry
from gapura.kernel.payments.types import AccountKind as A
from gapura.kernel.payments.types import BankReceipt, DifferenceKind, IntentReport, IntentStatus


def record_report(*, actor: Actor, intent_pk: int, report: IntentReport, now: datetime) -> IntentStatus:
    """Everything in the report, in one transaction under the bill's lock. May publish BillPaid or BillReversed."""
    with transaction.atomic():
        intent = PaymentIntent.objects.get(pk=intent_pk)
        bill = lock_bill(intent.bill_id)
        for receipt in report.receipts:
            record_receipt(intent, bill, receipt, actor=actor, now=now)
        balance_bill(bill, now)
        _close_intent(intent, report, now)
        return IntentStatus(intent.status)


def _close_intent(intent: PaymentIntent, report: IntentReport, now: datetime) -> None:
    if report.receipts:
        intent.status = IntentStatus.PAID
    elif report.is_over and intent.status != IntentStatus.PAID:
        intent.status = IntentStatus.ENDED
    is_live = intent.status in (IntentStatus.NEW, IntentStatus.OFFERED)
    intent.next_inquiry_at = next_inquiry(intent.created_at, now) if is_live else None
    intent.save(update_fields=["status", "next_inquiry_at"])


def record_receipt(intent: PaymentIntent, bill: Bill, receipt: BankReceipt, *, actor: Actor, now: datetime) -> Payment:
    """One transaction for a locked bill, and its reversal. Other currencies explain no bill: they go to suspense."""
    if receipt.currency != bill.currency:
        return record_unmatched(intent.provider, receipt, actor=actor, now=now)
    payment, is_new = Payment.objects.get_or_create(
        provider=intent.provider,
        transaction_id=receipt.transaction_id,
        defaults={
            "intent": intent,
            "bill": bill,
            "payer": bill.payer,
            "agency_code": bill.agency_code,
            "amount": receipt.amount,
            "currency": receipt.currency,
            "received_at": receipt.received_at,
        },
    )
    if is_new:
        _post_received(payment, A.HELD, actor, now)
    if receipt.is_reversed and payment.reversed_at is None:
        reverse_payment(payment, now)
    return payment


@as_house("money that no bill explains is nobody's yet")
def record_unmatched(provider: str, receipt: BankReceipt, *, actor: Actor, now: datetime) -> Payment:
    """Money that no bill explains lies in suspense and waits for an official."""
    payment, is_new = Payment.objects.get_or_create(
        provider=provider,
        transaction_id=receipt.transaction_id,
        defaults={"amount": receipt.amount, "currency": receipt.currency, "received_at": receipt.received_at},
    )
    if is_new:
        _post_received(payment, A.SUSPENSE, actor, now)
        note_difference(payment, DifferenceKind.UNMATCHED, day=now.date(), at_bank=receipt.amount, now=now)
    return payment


def reverse_payment(payment: Payment, now: datetime) -> None:
    """The bank took the money back: so do the books; a treasurer is told. The caller balances the bill."""
    payment.reversed_at = now
    payment.save(update_fields=["reversed_at"])
    reference = f"reversed:{payment.provider}:{payment.transaction_id}"
    source = A.HELD if payment.bill else A.SUSPENSE
    post(reference, source, A.CLEARING, payment.amount, of=_of(payment), bill=payment.bill, now=now)
    note_difference(payment, DifferenceKind.REVERSED, day=now.date(), in_books=payment.amount, now=now)


def note_difference(
    payment: Payment, kind: DifferenceKind, *, day: date, at_bank: int = 0, in_books: int = 0, now: datetime
) -> None:
    """Leave something for a treasurer, once per transaction and kind."""
    Difference.objects.get_or_create(
        provider=payment.provider,
        kind=kind,
        transaction_id=payment.transaction_id,
        defaults={
            "day": day,
            "bill_number": payment.bill.number if payment.bill else "",
            "agency_code": payment.agency_code,
            "at_bank": at_bank,
            "in_books": in_books,
            "found_at": now,
        },
    )


def _post_received(payment: Payment, account: A, actor: Actor, now: datetime) -> None:
    reference = f"received:{payment.provider}:{payment.transaction_id}"
    post(reference, A.CLEARING, account, payment.amount, of=_of(payment), bill=payment.bill, now=now)
    record_event(
        actor=actor,
        action="payments.receive",
        subject=payment.payer or None,
        object_ref=f"payment:{payment.provider}:{payment.transaction_id}",
        case_number=payment.bill.case_number if payment.bill else "",
        detail={"amount": payment.amount, "currency": payment.currency, "matched": payment.bill is not None},
    )


def _of(payment: Payment) -> dict[str, str]:
    return {"currency": payment.currency, "provider": payment.provider, "agency_code": payment.agency_code}
