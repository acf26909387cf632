"""Sending money to somebody's own account: ordered with the decision, sent until the bank has done or refused it."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.actions.books import post
from gapura.kernel.payments.events import DisbursementEnded
from gapura.kernel.payments.models import Disbursement
from gapura.kernel.payments.plugin import find_payment_provider, list_payment_providers
from gapura.kernel.payments.rules import next_inquiry
from gapura.kernel.payments.types import AccountKind as A
from gapura.kernel.payments.types import (
    BankAccount,
    BankUnavailable,
    CannotDisburse,
    DisbursementOrder,
    DisbursementStatus,
    UnknownAtBank,
)

_log = logging.getLogger(__name__)


def order_disbursement(
    *,
    actor: Actor,
    object_ref: str,
    payee: str,
    agency_code: str,
    account: BankAccount,
    amount: int,
    text: str,
    now: datetime,
) -> Disbursement:
    """Write down, in the transaction of the decision, that ``amount`` goes to the payee's account; the worker sends it.

    The caller has shown that the account is the payee's own. Raises CannotDisburse where no bank is set up, or when the
    decision has sent its money already. What the bank refused may be ordered anew.
    """
    provider = next(iter(list_payment_providers()), None)
    if provider is None:
        raise CannotDisburse(_("No bank is set up that could send this money; tell the treasury."))
    disbursement = Disbursement(
        reference=new_code(15),
        object_ref=object_ref,
        provider=provider.code,
        payee=payee,
        agency_code=agency_code,
        institution=account.institution,
        account_number=account.number,
        amount=amount,
        currency=load(settings.GAPURA_JURISDICTION).currency,
        text=text,
        status=DisbursementStatus.ORDERED,
        ordered_at=now,
        next_try_at=now,
    )
    try:
        with transaction.atomic():
            disbursement.save(force_insert=True)
    except IntegrityError as error:
        raise CannotDisburse(_("This money has been sent already; nothing was ordered again.")) from error
    of = _books_of(disbursement)
    post(f"disbursement:{disbursement.reference}", A.REVENUE, A.REFUNDS, amount, of=of, now=now)
    _record(actor, disbursement, "payments.disbursement_order")
    return disbursement


def send_disbursements(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Tell the banks, each under its own key until it is done or refused. Returns how many were done.

    Call outside any transaction. Publishes DisbursementEnded.
    """
    due = Disbursement.objects.filter(status=DisbursementStatus.ORDERED, next_try_at__lte=now).order_by("next_try_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            done += _send(actor, pk, now) is DisbursementStatus.DONE
        except (BankUnavailable, UnknownAtBank) as error:
            _log.warning("Disbursement %s: the bank does not answer (%s); it is sent again later.", pk, error)
    return done


def _send(actor: Actor, pk: int, now: datetime) -> DisbursementStatus:
    one = Disbursement.objects.get(pk=pk)
    Disbursement.objects.filter(pk=pk, status=DisbursementStatus.ORDERED).update(
        next_try_at=next_inquiry(one.ordered_at, now)
    )
    provider = find_payment_provider(one.provider)
    if provider is None:
        raise BankUnavailable(f"{one.provider} is not set up here any more.")
    account = BankAccount(one.institution, one.account_number)
    status = provider.disburse(DisbursementOrder(one.reference, account, one.amount, one.currency, one.text))
    if status is not DisbursementStatus.ORDERED:
        conclude_disbursement(actor=actor, reference=one.reference, status=status, now=now)
    return status


def conclude_disbursement(*, actor: Actor, reference: str, status: DisbursementStatus, now: datetime) -> None:
    """Write down how the bank ended it, once. Refused money is the state's again; the decision's owner is told."""
    with transaction.atomic():
        one = Disbursement.objects.select_for_update().get(reference=reference)
        if one.status != DisbursementStatus.ORDERED:
            return
        is_done = status is DisbursementStatus.DONE
        one.status, one.next_try_at, one.done_at = status, None, now if is_done else None
        one.save(update_fields=["status", "next_try_at", "done_at"])
        target = A.CLEARING if is_done else A.REVENUE
        post(f"disbursed:{reference}", A.REFUNDS, target, one.amount, of=_books_of(one), now=now)
        _record(actor, one, "payments.disbursement_done" if is_done else "payments.disbursement_fail")
        publish(DisbursementEnded(reference, one.object_ref, is_done))


def _books_of(one: Disbursement) -> dict[str, str]:
    return {"currency": one.currency, "provider": one.provider, "agency_code": one.agency_code}


def _record(actor: Actor, one: Disbursement, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=one.payee,
        object_ref=f"disbursement:{one.reference}",
        detail={"amount": one.amount, "for": one.object_ref},
    )
