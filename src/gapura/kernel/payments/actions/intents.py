"""Trying to pay, and finding out what became of it. The key is committed before the bank is called."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.payments.actions.books import lock_bill
from gapura.kernel.payments.actions.receipts import record_report
from gapura.kernel.payments.models import Bill, Callback, PaymentIntent
from gapura.kernel.payments.plugin import PaymentProvider, find_payment_provider
from gapura.kernel.payments.queries.bills import access_bill, find_live_intent
from gapura.kernel.payments.queries.books import get_balance
from gapura.kernel.payments.rules import FIRST_PATIENCE, LOST_AFTER, next_inquiry
from gapura.kernel.payments.types import (
    AccountKind,
    BankUnavailable,
    BillStatus,
    CannotPay,
    ForgedCallback,
    IntentOrder,
    IntentStatus,
    UnknownAtBank,
)

INQUIRY_JOB = "payments.inquire"
_log = logging.getLogger(__name__)


def begin_payment(
    *, actor: Actor, number: str, provider_code: str, return_address: str, now: datetime
) -> PaymentIntent:
    """A try that the bank knows, with the address where the person pays. The try that lives already, if one does.

    Call outside any transaction. Raises BillNotFound, CannotPay; after CannotPay the same call continues the same try.
    """
    provider = find_payment_provider(provider_code)
    if provider is None:
        raise CannotPay(_("This bank cannot be used today. Choose another one, or try again later."))
    intent = _living_intent(actor, access_bill(actor, number).pk, provider_code, now)
    if intent.status == IntentStatus.OFFERED:
        return intent
    order = IntentOrder(
        reference=intent.reference,
        amount=intent.amount,
        currency=intent.bill.currency,
        text=intent.bill.number,
        return_address=return_address,
    )
    try:
        address = provider.open_intent(order)
    except BankUnavailable as error:
        raise CannotPay(_("The bank does not answer. No money has moved. Try again in a minute.")) from error
    changes = {"status": IntentStatus.OFFERED, "pay_address": address}
    PaymentIntent.objects.filter(pk=intent.pk, status=IntentStatus.NEW).update(**changes)
    intent.refresh_from_db()
    return intent


def _living_intent(actor: Actor, bill_pk: int, provider_code: str, now: datetime) -> PaymentIntent:
    """Written and committed before anything is sent under its reference."""
    with transaction.atomic():
        bill = lock_bill(bill_pk)
        _require_payable(bill, now)
        living = find_live_intent(bill)
        if living is not None:
            if living.provider != provider_code:
                raise CannotPay(_("A payment at another bank has begun. Finish it there, or wait until it ends."))
            return living
        intent = PaymentIntent.objects.create(
            reference=new_code(15),
            bill=bill,
            provider=provider_code,
            amount=bill.amount - get_balance(AccountKind.HELD, bill=bill),
            status=IntentStatus.NEW,
            created_at=now,
            next_inquiry_at=now + FIRST_PATIENCE,
        )
        record_event(
            actor=actor,
            action="payments.begin",
            subject=bill.payer,
            object_ref=f"bill:{bill.number}",
            case_number=bill.case_number,
            detail={"intent": intent.reference, "provider": provider_code, "amount": intent.amount},
        )
        return intent


def _require_payable(bill: Bill, now: datetime) -> None:
    if bill.status != BillStatus.OPEN:
        raise CannotPay(_("This bill cannot be paid any more: it is paid, or its case has ended."))
    if bill.payable_until < local_day(now, settings.TIME_ZONE):
        raise CannotPay(_("The last day to pay this bill has passed. Apply again to receive a new one."))


def inquire_intent(*, actor: Actor, reference: str, now: datetime) -> IntentStatus:
    """Ask the bank what became of a try and write down everything it holds. Safe to repeat at any time.

    Call outside any transaction. Raises BankUnavailable; the next inquiry is put off before the bank is asked.
    """
    intent = PaymentIntent.objects.get(reference=reference)
    provider = _provider_of(intent)
    if intent.next_inquiry_at is not None:
        PaymentIntent.objects.filter(pk=intent.pk, next_inquiry_at__isnull=False).update(
            next_inquiry_at=next_inquiry(intent.created_at, now)
        )
    try:
        report = provider.inquire(reference)
    except UnknownAtBank:
        if now - intent.created_at > LOST_AFTER:
            lost = PaymentIntent.objects.filter(pk=intent.pk, status__in=[IntentStatus.NEW, IntentStatus.OFFERED])
            lost.update(status=IntentStatus.ENDED, next_inquiry_at=None)
        intent.refresh_from_db()
        return IntentStatus(intent.status)
    return record_report(actor=actor, intent_pk=intent.pk, report=report, now=now)


def _provider_of(intent: PaymentIntent) -> PaymentProvider:
    provider = find_payment_provider(intent.provider)
    if provider is None:
        raise BankUnavailable(f"{intent.provider} is not set up here any more.")
    return provider


def inquire_due(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Ask about every try whose time has come; one that fails does not hold up the others. How many were answered."""
    due = PaymentIntent.objects.filter(next_inquiry_at__lte=now).order_by("next_inquiry_at")
    answered = 0
    for reference in list(due.values_list("reference", flat=True)[:limit]):
        try:
            inquire_intent(actor=actor, reference=reference, now=now)
            answered += 1
        except BankUnavailable as error:
            _log.warning("Payment %s: the bank does not answer (%s); it is asked again later.", reference, error)
    return answered


def take_callback(*, actor: Actor, provider_code: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """A bank says that something happened: let the worker ask it what. Raises ForgedCallback.

    False for an event that was taken before. Nothing in the callback is believed but which try it is about.
    """
    provider = find_payment_provider(provider_code)
    if provider is None:
        raise ForgedCallback("There is no such bank.")
    knock = provider.read_callback(headers, body, now)
    with transaction.atomic():
        _callback, is_new = Callback.objects.get_or_create(
            provider=provider_code, event_id=knock.event_id, defaults={"received_at": now}
        )
        if is_new:
            arguments = {"reference": knock.reference}
            enqueue_job(name=INQUIRY_JOB, arguments=arguments, key=f"{INQUIRY_JOB}:{knock.reference}:{knock.event_id}")
            record_event(
                actor=actor,
                action="payments.callback",
                object_ref=f"intent:{knock.reference}",
                detail={"provider": provider_code, "event": knock.event_id},
            )
    return is_new
