"""Giving money back: proposed by one official, decided by another, sent until the bank has done it."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.actions.books import (
    get_refundable,
    lock_bill,
    move_bill,
    order_refund,
    post,
)
from gapura.kernel.payments.actions.receipts import note_difference
from gapura.kernel.payments.actions.sealed_receipts import end_receipt
from gapura.kernel.payments.events import RefundDone
from gapura.kernel.payments.models import Payment, Refund
from gapura.kernel.payments.permissions import can_refund, keeps_books_of
from gapura.kernel.payments.plugin import find_payment_provider
from gapura.kernel.payments.queries.bills import find_payment
from gapura.kernel.payments.rules import EARNED, next_inquiry
from gapura.kernel.payments.types import (
    APPROVAL_KIND,
    APPROVER,
    BankUnavailable,
    BillNotFound,
    CannotRefund,
    DifferenceKind,
    RefundGround,
    RefundOrder,
    RefundStatus,
)
from gapura.kernel.payments.types import AccountKind as A

_log = logging.getLogger(__name__)


def propose_refund(
    *, actor: Actor, provider: str, transaction_id: str, ground: RefundGround, reason: str, now: datetime
) -> int:
    """Ask a second official to give one payment back whole; the request's id. Raises BillNotFound, CannotRefund."""
    payment = _refundable_payment(actor, provider, transaction_id)
    if not reason.strip():
        raise CannotRefund(_("Write why the money goes back; the one who decides will read it."))
    payload = {
        "provider": provider,
        "transaction_id": transaction_id,
        "amount": get_refundable(payment),
        "ground": ground,
        "reason": reason.strip(),
    }
    try:
        request = request_approval(
            actor=actor,
            kind=APPROVAL_KIND,
            object_ref=f"payment:{provider}:{transaction_id}",
            summary=payment.bill.number if payment.bill else transaction_id,
            payload=payload,
            role=APPROVER,
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            case_number=payment.bill.case_number if payment.bill else "",
            now=now,
        )
    except CannotRequestApproval as refusal:
        raise CannotRefund(str(refusal)) from refusal
    return request.pk


def _refundable_payment(actor: Actor, provider: str, transaction_id: str) -> Payment:
    payment = find_payment(provider, transaction_id)
    if payment is None or not _may_refund(actor, payment):
        raise BillNotFound(transaction_id)
    if payment.reversed_at or get_refundable(payment) <= 0:
        raise CannotRefund(_("This money has gone back already, or the bank took it back itself."))
    if payment.bill and payment.bill.status not in EARNED:
        raise CannotRefund(_("The bill is not paid: what came for it goes back by itself when it ends."))
    return payment


def _may_refund(actor: Actor, payment: Payment) -> bool:
    return can_refund(actor, payment.bill) if payment.bill else keeps_books_of(actor, "")


@as_house("money that no bill explains is nobody's yet; four eyes have decided where it goes")
def carry_out_refund(*, actor: Actor, request: Proposal, now: datetime) -> Refund:
    """Order what was proposed, in the transaction of the decision. Raises CannotDecideApproval."""
    wanted = request.payload
    payment = find_payment(wanted["provider"], wanted["transaction_id"])
    if payment is None:
        raise CannotDecideApproval(_("There is no such payment any more."))
    ground, reason = RefundGround(wanted["ground"]), str(wanted["reason"])
    bill = lock_bill(payment.bill.pk) if payment.bill else None
    payment.refresh_from_db()  # under the lock: nobody gives it back beside us
    is_whole = payment.reversed_at is None and get_refundable(payment) == wanted["amount"]
    if not is_whole or (bill and not move_bill(bill, "refund", actor=actor)):
        raise CannotDecideApproval(_("Some of this money has moved since the proposal. Deny it, and propose anew."))
    if bill:
        end_receipt(actor=actor, bill=bill, now=now)
    source = A.REVENUE if bill else A.SUSPENSE
    refund = order_refund(
        payment, wanted["amount"], ground, source=source, now=now, note=reason[:300], agency_code=request.agency_code
    )
    record_event(
        actor=actor,
        action="payments.refund_decide",
        subject=payment.payer or None,
        object_ref=f"refund:{refund.reference}",
        case_number=refund.case_number,
        detail={"amount": refund.amount, "ground": ground, "approval": request.id},
    )
    return refund


def send_refunds(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Tell the banks, each refund under its own key until it is done. Returns how many were done.

    Call outside any transaction. Publishes RefundDone; one the bank refuses goes to suspense and to a treasurer.
    """
    due = Refund.objects.filter(status=RefundStatus.ORDERED, next_try_at__lte=now).order_by("next_try_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            done += _send(actor, pk, now) is RefundStatus.DONE
        except BankUnavailable as error:
            _log.warning("Refund %s: the bank does not answer (%s); it is sent again later.", pk, error)
    return done


def _send(actor: Actor, pk: int, now: datetime) -> RefundStatus:
    refund = Refund.objects.select_related("payment").get(pk=pk)
    Refund.objects.filter(pk=pk, status=RefundStatus.ORDERED).update(next_try_at=next_inquiry(refund.ordered_at, now))
    provider = find_payment_provider(refund.payment.provider)
    if provider is None:
        raise BankUnavailable(f"{refund.payment.provider} is not set up here any more.")
    payment = refund.payment
    order = RefundOrder(refund.reference, payment.transaction_id, refund.amount, payment.currency)
    status = provider.refund(order)
    if status is not RefundStatus.ORDERED:
        conclude_refund(actor=actor, reference=refund.reference, status=status, now=now)
    return status


def conclude_refund(*, actor: Actor, reference: str, status: RefundStatus, now: datetime) -> None:
    """Write down how the bank ended a refund, once."""
    with transaction.atomic():
        refund = Refund.objects.select_for_update().get(reference=reference)
        if refund.status != RefundStatus.ORDERED:
            return
        refund.status, refund.next_try_at = status, None
        refund.done_at = now if status is RefundStatus.DONE else None
        refund.save(update_fields=["status", "next_try_at", "done_at"])
        payment = Payment.objects.select_related("bill").get(pk=refund.payment_id)
        of = {"currency": payment.currency, "provider": payment.provider, "agency_code": payment.agency_code}
        done = status is RefundStatus.DONE
        target = A.CLEARING if done else A.SUSPENSE
        post(f"refunded:{reference}", A.REFUNDS, target, refund.amount, of=of, bill=payment.bill, now=now)
        record_event(
            actor=actor,
            action="payments.refund_done" if done else "payments.refund_fail",
            subject=refund.payer or None,
            object_ref=f"refund:{reference}",
            case_number=refund.case_number,
            detail={"amount": refund.amount},
        )
        if done:
            publish(RefundDone(reference, refund.case_number))
        else:
            note_difference(payment, DifferenceKind.REFUND_FAILED, day=now.date(), in_books=refund.amount, now=now)
