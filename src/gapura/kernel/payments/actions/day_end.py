"""The end of a day: the bank's statement against the books, line by line. What differs becomes somebody's task."""

import hashlib
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.payments.actions.books import balance_bill, lock_bill, move_bill, post
from gapura.kernel.payments.actions.disbursements import conclude_disbursement
from gapura.kernel.payments.actions.receipts import note_difference, record_receipt, record_unmatched, reverse_payment
from gapura.kernel.payments.actions.refunds import conclude_refund
from gapura.kernel.payments.models import (
    Bill,
    DayEnd,
    Difference,
    Disbursement,
    Payment,
    PaymentIntent,
    Posting,
    Refund,
)
from gapura.kernel.payments.plugin import find_payment_provider
from gapura.kernel.payments.queries.bills import access_difference
from gapura.kernel.payments.queries.books import get_balance
from gapura.kernel.payments.rules import unexplained
from gapura.kernel.payments.types import AccountKind as A
from gapura.kernel.payments.types import (
    BadStatement,
    BankReceipt,
    BankStatement,
    BankUnavailable,
    BillStatus,
    CannotPay,
    DifferenceKind,
    DisbursementStatus,
    RefundStatus,
    StatementLine,
)

OPENER = "gapura.kernel.payments.camt:read_statement"


def compare_day(*, actor: Actor, provider_code: str, day: date, now: datetime) -> DayEnd:
    """Fetch the statement of a day that is over and book it. Safe to repeat; a line counts once.

    Call outside any transaction. Raises BankUnavailable, BadStatement. What is missing on either side is written as a
    Difference; a payment the house never heard of is recorded as if the bank had just told.
    """
    provider = find_payment_provider(provider_code)
    if provider is None:
        raise BankUnavailable(f"{provider_code} is not set up here.")
    content = provider.fetch_statement(day)
    statement = _read(content, day)
    for line in statement.lines:
        with transaction.atomic():
            _book(actor, provider_code, statement, line, now)
    with transaction.atomic():
        _note_missing(provider_code, day, now)
        _note_balance(provider_code, statement, now)
        record_event(
            actor=actor,
            action="payments.compare_day",
            object_ref=f"statement:{provider_code}:{day.isoformat()}",
            detail={"lines": len(statement.lines), "closing": statement.closing},
        )
        return DayEnd.objects.update_or_create(
            provider=provider_code,
            day=day,
            defaults={
                "statement_sha256": hashlib.sha256(content).hexdigest(),
                "closing": statement.closing,
                "lines": len(statement.lines),
                "compared_at": now,
            },
        )[0]


def _read(content: bytes, day: date) -> BankStatement:
    try:
        said = open_apart(OPENER, content).value
        lines = tuple(StatementLine(**line) for line in said.pop("lines"))
        statement = BankStatement(**said | {"day": date.fromisoformat(said["day"])}, lines=lines)
    except (FileRefused, ValueError) as error:
        raise BadStatement(f"The statement of {day} cannot be read: {error}") from error
    if statement.day != day:
        raise BadStatement(f"The bank sent the statement of {statement.day} instead of {day}.")
    return statement


def _book(actor: Actor, provider: str, statement: BankStatement, line: StatementLine, now: datetime) -> None:
    if line.amount > 0:
        _book_received(actor, provider, statement, line, now)
    elif refund := Refund.objects.filter(reference=line.reference, payment__provider=provider).first():
        _book_refund(actor, refund, statement, line, now)
    elif sent := Disbursement.objects.filter(reference=line.reference, provider=provider).first():
        _book_disbursement(actor, sent, statement, line, now)
    else:
        _book_taken_back(provider, statement, line, now)


def _book_received(actor: Actor, provider: str, statement: BankStatement, line: StatementLine, now: datetime) -> None:
    payment = Payment.objects.filter(provider=provider, transaction_id=line.transaction_id).first()
    if payment is None:
        payment = _record_late(actor, provider, statement, line, now)
    if payment.booked_on is not None:
        return
    _post_booked(provider, statement, line, payment.amount, now)
    if line.amount != payment.amount:
        amounts = {"at_bank": line.amount, "in_books": payment.amount}
        note_difference(payment, DifferenceKind.OTHER_AMOUNT, day=statement.day, **amounts, now=now)
    payment.booked_on = statement.day
    payment.save(update_fields=["booked_on"])
    Difference.objects.filter(
        provider=provider,
        transaction_id=line.transaction_id,
        kind=DifferenceKind.MISSING_AT_BANK,
        closed_at__isnull=True,
    ).update(closed_at=now, closed_by="system:treasury", note=f"On the statement of {statement.day}.")
    if payment.bill_id:
        _settle(lock_bill(payment.bill_id))


def _record_late(actor: Actor, provider: str, statement: BankStatement, line: StatementLine, now: datetime) -> Payment:
    """Every callback was lost, and the inquiries too: the statement is the last to tell."""
    noon = datetime.combine(statement.day, time(12), ZoneInfo(settings.TIME_ZONE))
    receipt = BankReceipt(line.transaction_id, line.amount, statement.currency, noon)
    intent = PaymentIntent.objects.filter(reference=line.reference, provider=provider).first()
    if intent is None:
        return record_unmatched(provider, receipt, actor=actor, now=now)
    bill = lock_bill(intent.bill_id)
    payment = record_receipt(intent, bill, receipt, actor=actor, now=now)
    balance_bill(bill, now)
    return payment


def _settle(bill: Bill) -> None:
    """Settled is a bill whose every payment stands on a statement."""
    waiting = Payment.objects.filter(bill=bill, booked_on__isnull=True, reversed_at__isnull=True)
    if bill.status == BillStatus.PAID and not waiting.exists():
        move_bill(bill, "settle")


def _book_refund(actor: Actor, refund: Refund, statement: BankStatement, line: StatementLine, now: datetime) -> None:
    conclude_refund(actor=actor, reference=refund.reference, status=RefundStatus.DONE, now=now)
    if Refund.objects.filter(pk=refund.pk, booked_on__isnull=True).update(booked_on=statement.day):
        _post_booked(refund.payment.provider, statement, line, -refund.amount, now)


def _book_disbursement(
    actor: Actor, sent: Disbursement, statement: BankStatement, line: StatementLine, now: datetime
) -> None:
    conclude_disbursement(actor=actor, reference=sent.reference, status=DisbursementStatus.DONE, now=now)
    if Disbursement.objects.filter(pk=sent.pk, booked_on__isnull=True).update(booked_on=statement.day):
        _post_booked(sent.provider, statement, line, -sent.amount, now)


def _book_taken_back(provider: str, statement: BankStatement, line: StatementLine, now: datetime) -> None:
    """A reversal names the payment it takes back; anything else that went is unexplained."""
    if _is_booked(provider, line):
        return
    payment = Payment.objects.filter(provider=provider, transaction_id=line.reference).first()
    if payment is None or payment.amount != -line.amount:
        _note(provider, DifferenceKind.UNMATCHED, statement.day, line.transaction_id, line.amount, 0, now)
        _post_booked(provider, statement, line, 0, now)
        return
    if payment.reversed_at is None:
        bill = lock_bill(payment.bill_id) if payment.bill_id else None
        reverse_payment(payment, now)
        if bill:
            balance_bill(bill, now)
    _post_booked(provider, statement, line, line.amount, now)


def _post_booked(provider: str, statement: BankStatement, line: StatementLine, known: int, now: datetime) -> None:
    """Move what the books knew from clearing to the bank's account, and what they did not know to suspense."""
    of = {"currency": statement.currency, "provider": provider}
    name = f"booked:{provider}:{line.transaction_id}"
    for reference, other, amount in ((name, A.CLEARING, known), (f"{name}:rest", A.SUSPENSE, line.amount - known)):
        debit, credit = (A.BANK, other) if amount > 0 else (other, A.BANK)
        if amount:
            post(reference, debit, credit, abs(amount), of=of, now=now)


def _is_booked(provider: str, line: StatementLine) -> bool:
    name = f"booked:{provider}:{line.transaction_id}"
    return Posting.objects.filter(reference__in=[name, f"{name}:rest"]).exists()


def _note_missing(provider: str, day: date, now: datetime) -> None:
    """What the bank reported that day and does not show on its statement."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begin, end = (datetime.combine(day, moment, zone) for moment in (time.min, time.max))
    waiting = Payment.objects.filter(provider=provider, received_at__range=(begin, end), booked_on__isnull=True)
    for payment in waiting.select_related("bill").order_by("pk"):
        note_difference(payment, DifferenceKind.MISSING_AT_BANK, day=day, in_books=payment.amount, now=now)
    refunds = Refund.objects.filter(payment__provider=provider, done_at__range=(begin, end), booked_on__isnull=True)
    for refund in refunds.order_by("pk"):
        _note(provider, DifferenceKind.MISSING_AT_BANK, day, refund.reference, 0, -refund.amount, now)
    sent = Disbursement.objects.filter(provider=provider, done_at__range=(begin, end), booked_on__isnull=True)
    for one in sent.order_by("pk"):
        _note(provider, DifferenceKind.MISSING_AT_BANK, day, one.reference, 0, -one.amount, now)


def _note_balance(provider: str, statement: BankStatement, now: datetime) -> None:
    """The statement must add up, and the end of the newest one must be the books' bank account."""
    booked = get_balance(A.BANK, provider=provider)
    is_newest = not DayEnd.objects.filter(provider=provider, day__gt=statement.day).exists()
    if unexplained(statement) or (is_newest and statement.closing != booked):
        name = f"balance:{statement.day}"
        _note(provider, DifferenceKind.BALANCE, statement.day, name, statement.closing, booked, now)


def _note(provider: str, kind: DifferenceKind, day: date, name: str, bank: int, books: int, now: datetime) -> None:
    Difference.objects.get_or_create(
        provider=provider,
        kind=kind,
        transaction_id=name,
        defaults={"day": day, "at_bank": bank, "in_books": books, "found_at": now},
    )


def close_difference(*, actor: Actor, pk: int, note: str, now: datetime) -> Difference:
    """Say how it was cleared up. Raises BillNotFound; CannotPay for an empty note or one closed before."""
    difference = access_difference(actor, pk)
    if not note.strip():
        raise CannotPay(_("Write how it was cleared up; an auditor will read it."))
    with transaction.atomic():
        closed = Difference.objects.filter(pk=pk, closed_at__isnull=True).update(
            closed_at=now, closed_by=actor.reference[:120], note=note.strip()[:300]
        )
        if not closed:
            raise CannotPay(_("Somebody was faster: this is cleared up already."))
        record_event(
            actor=actor,
            action="payments.difference_close",
            object_ref=f"difference:{difference.provider}:{difference.transaction_id}",
            detail={"kind": difference.kind, "note": note.strip()[:300]},
        )
    difference.refresh_from_db()
    return difference
