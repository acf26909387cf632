"""Giving back what was paid too much: other debts first, then to a bank account that is the taxpayer's own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.payments.actions import order_disbursement
from gapura.kernel.payments.types import BankAccount, CannotDisburse
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.tax.actions.ledger import lock_account, post, reverse_postings
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.actions.payments import net_credit
from gapura.sectors.tax.models import RefundRequest
from gapura.sectors.tax.permissions import require_power_over
from gapura.sectors.tax.queries.accounts import access_account
from gapura.sectors.tax.queries.collection import access_refund
from gapura.sectors.tax.queries.ledger import find_account, get_balance
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.types import (
    OFFICER,
    REFUND_APPROVAL,
    SUPERVISOR,
    CannotChangeAccount,
    CannotCollect,
    Ledger,
    MovementKind,
    RequestStatus,
)

_REFUND = "tax-refund:"


def list_bank_accounts(*, actor: Actor, taxpayer: str, now: datetime) -> list[Mapping[str, Any]]:
    """Bank accounts that stand in the finance register as the taxpayer's own: ``institution``, ``account_number``.

    Asked through the exchange, so the taxpayer sees that we asked. Call outside any transaction. Raises AccountNotFound
    and what the exchange raises.
    """
    today = local_day(now, settings.TIME_ZONE)
    access_account(actor, taxpayer, on=today)
    if (account := find_account(taxpayer)) is None:
        return []
    request = EvidenceRequest(
        evidence_type="finance.deposit",
        subject=taxpayer,
        consumer=get_register_owner("tax"),
        case_number=f"TAX-{account.pk}",
        legal_ground=get_account_term("refund", "account_ground"),
        purpose=get_account_term("refund", "account_purpose"),
        as_of=today,
        fields=frozenset({"institution", "account_number"}),
    )
    return list(request_evidence(actor=actor, request=request, now=now).records)


def request_refund(
    *, actor: Actor, taxpayer: str, tax: str, period: str, account_number: str, now: datetime
) -> RefundRequest | None:
    """Ask for the credit of one tax and period. Other debts are settled first; None when nothing was left after them.

    The one that waits already, the second time. Raises AccountNotFound; CannotChangeAccount without credit, or when the
    bank account is not the taxpayer's own.
    """
    own = {one["account_number"]: one for one in list_bank_accounts(actor=actor, taxpayer=taxpayer, now=now)}
    if account_number not in own:
        raise CannotChangeAccount(_("This bank account is not yours by the banks' register. Choose one of yours."))
    today = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        of_period = {"account": account, "tax": tax, "period": period}
        if waiting := RefundRequest.objects.filter(**of_period, status=RequestStatus.ASKED).first():
            return waiting
        if get_balance(taxpayer, tax, period).credit <= 0:
            raise CannotChangeAccount(_("There is nothing to give back here any more."))
        net_credit(actor=actor, taxpayer=taxpayer, tax=tax, period=period, now=now)
        if not (left := get_balance(taxpayer, tax, period).credit):
            return None
        refund = RefundRequest.objects.create(
            number=new_code(15),
            **of_period,
            amount=left,
            institution=own[account_number]["institution"],
            bank_account=account_number,
            asked_at=now,
            decide_by=today + timedelta(days=get_account_term("refund", "decided_within_days")),
        )
        _record(actor, refund, "tax.refund_ask")
        return refund


def propose_refund(*, actor: Actor, number: str, note: str, now: datetime) -> int:
    """An officer has checked it; a second person decides. The approval's id. Raises AccessDenied, CannotCollect."""
    refund = access_refund(number)
    require_power_over(actor, refund.account, OFFICER)
    payload = {"number": number, "amount": refund.amount, "note": note.strip()}
    try:
        request = request_approval(
            actor=actor,
            kind=REFUND_APPROVAL,
            object_ref=f"{_REFUND}{number}",
            summary=f"{refund.tax} {refund.period}",
            payload=payload,
            role=SUPERVISOR,
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            now=now,
        )
    except CannotRequestApproval as refusal:
        raise CannotCollect(str(refusal)) from refusal
    return int(request.pk)


def grant_refund(*, actor: Actor, request: Proposal, now: datetime) -> RefundRequest:
    """Post what four eyes decided, in the transaction of the decision. Raises CannotDecideApproval."""
    refund = access_refund(request.payload["number"])
    account = lock_account(refund.account.taxpayer, now)
    refund.refresh_from_db()
    require_power_over(actor, account, SUPERVISOR)
    credit = get_balance(account.taxpayer, refund.tax, refund.period).credit
    if refund.status != RequestStatus.ASKED or credit < refund.amount:
        raise CannotDecideApproval(_("The account has changed since the proposal. Deny it, and look at it again."))
    post(
        actor=actor,
        account=account,
        kind=MovementKind.REFUND,
        tax=refund.tax,
        period=refund.period,
        debit=Ledger.CREDIT,
        credit=Ledger.MONEY,
        amount=refund.amount,
        source=f"refund:{refund.number}",
        now=now,
    )
    _send_money(actor, refund, now)
    return _decide(actor, refund, RequestStatus.GRANTED, request.payload["note"], now)


def _send_money(actor: Actor, refund: RefundRequest, now: datetime) -> None:
    try:
        order_disbursement(
            actor=actor,
            object_ref=f"{_REFUND}{refund.number}",
            payee=refund.account.responsible,
            agency_code=get_register_owner("tax"),
            account=BankAccount(refund.institution, refund.bank_account),
            amount=refund.amount,
            text=f"{refund.tax} {refund.period}",
            now=now,
        )
    except CannotDisburse as refusal:
        raise CannotDecideApproval(str(refusal)) from refusal


def end_refund(*, actor: Actor, object_ref: str, is_done: bool, now: datetime) -> None:
    """Write down how the bank ended the transfer, once. Refused money is the taxpayer's credit again, who may name
    another account. What was not ordered for a refund is left alone.
    """
    number = object_ref.removeprefix(_REFUND)
    if number == object_ref:
        return
    with transaction.atomic():
        refund = access_refund(number)
        lock_account(refund.account.taxpayer, now)
        refund.refresh_from_db()
        if refund.status != RequestStatus.GRANTED:
            return
        if not is_done:
            reverse_postings(actor=actor, source=f"refund:{number}", now=now)
        refund.status = RequestStatus.PAID if is_done else RequestStatus.FAILED
        refund.save(update_fields=["status"])
        _record(actor, refund, f"tax.refund_{refund.status}")
        about = get_account_term("refund", "paid" if is_done else "failed")
        send_notice(actor=actor, account=refund.account, kind="tax_decided", about=about, now=now)


def deny_refund(*, actor: Actor, number: str, note: str, now: datetime) -> RefundRequest:
    """An officer refuses, with the reason the taxpayer will read. Raises AccessDenied, CannotCollect."""
    with transaction.atomic():
        refund = access_refund(number)
        account = lock_account(refund.account.taxpayer, now)
        refund.refresh_from_db()
        require_power_over(actor, account, OFFICER)
        if refund.status != RequestStatus.ASKED or not note.strip():
            raise CannotCollect(_("It is decided already, or the reason is missing."))
        return _decide(actor, refund, RequestStatus.DENIED, note, now)


def _decide(actor: Actor, refund: RefundRequest, status: RequestStatus, note: str, now: datetime) -> RefundRequest:
    refund.status, refund.decided_at, refund.note = status, now, note.strip()[:300]
    refund.save(update_fields=["status", "decided_at", "note"])
    _record(actor, refund, f"tax.refund_{status}")
    about = get_account_term("refund", "title")
    send_notice(actor=actor, account=refund.account, kind="tax_decided", about=about, now=now)
    return refund


def _record(actor: Actor, refund: RefundRequest, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=refund.account.responsible,
        object_ref=f"{_REFUND}{refund.number}",
        detail={"amount": refund.amount, "tax": refund.tax, "period": refund.period},
    )
