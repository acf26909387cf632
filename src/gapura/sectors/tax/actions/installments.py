"""Paying later, by a plan: asked with a reason, decided by an officer, then kept or broken."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions.arrears import follow_arrears
from gapura.sectors.tax.actions.ledger import lock_account
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.models import Installment, InstallmentPlan, TaxAccount
from gapura.sectors.tax.permissions import require_power_over
from gapura.sectors.tax.queries.accounts import access_account
from gapura.sectors.tax.queries.collection import access_plan, get_paid_since
from gapura.sectors.tax.queries.ledger import list_balances
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.rules import equal_parts, months_after
from gapura.sectors.tax.types import OFFICER, CannotChangeAccount, CannotCollect, PlanStatus


def ask_for_plan(
    *, actor: Actor, taxpayer: str, months: int, is_deferral: bool, reason: str, now: datetime
) -> InstallmentPlan:
    """Pay what is owed now in ``months`` monthly parts, or whole after so many months. Raises AccountNotFound;
    CannotChangeAccount when nothing is owed, the term is too long, or a plan waits or runs already.
    """
    today = local_day(now, settings.TIME_ZONE)
    access_account(actor, taxpayer, on=today)
    owed = sum(balance.owed for balance in list_balances(taxpayer))
    _require_askable(owed, months, reason)
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        if InstallmentPlan.objects.filter(account=account, status__in=[PlanStatus.ASKED, PlanStatus.RUNNING]).exists():
            raise CannotChangeAccount(
                _("You have asked for a plan already. Wait for the decision, or keep the one that runs.")
            )
        owed = sum(balance.owed for balance in list_balances(taxpayer))
        plan = InstallmentPlan.objects.create(
            number=new_code(15), account=account, amount=owed, reason=reason.strip()[:300], asked_at=now
        )
        parts = [owed] if is_deferral else equal_parts(owed, months)
        days = [months_after(today, months if is_deferral else month) for month in range(1, len(parts) + 1)]
        Installment.objects.bulk_create(
            [Installment(plan=plan, due_on=day, amount=part) for day, part in zip(days, parts, strict=True) if part]
        )
        _record(actor, plan, "tax.plan_ask")
        return plan


def _require_askable(owed: int, months: int, reason: str) -> None:
    if not owed:
        raise CannotChangeAccount(_("You owe nothing, so there is nothing to pay in installments."))
    if not 1 <= months <= get_account_term("installments", "most_months"):
        raise CannotChangeAccount(_("The law does not allow so many months."))
    if not reason.strip():
        raise CannotChangeAccount(_("Say why you cannot pay at once; the officer who decides reads it."))


def decide_plan(*, actor: Actor, number: str, is_granted: bool, note: str, now: datetime) -> InstallmentPlan:
    """Raises AccessDenied; CannotCollect when it was decided before, or a refusal has no reason."""
    with transaction.atomic():
        plan = access_plan(number)
        account = lock_account(plan.account.taxpayer, now)
        plan.refresh_from_db()
        require_power_over(actor, account, OFFICER)
        if plan.status != PlanStatus.ASKED or not (is_granted or note.strip()):
            raise CannotCollect(_("It is decided already, or the reason is missing."))
        _move(actor, plan, PlanStatus.RUNNING if is_granted else PlanStatus.DENIED, now, note=note)
        follow_arrears(actor=actor, account=account, now=now)
        return plan


def follow_plan(*, actor: Actor, account: TaxAccount, today: date, now: datetime) -> None:
    """Whether the running plan of a locked account is kept or broken by now."""
    plan = InstallmentPlan.objects.filter(account=account, status=PlanStatus.RUNNING).first()
    if plan is None:
        return
    paid = get_paid_since(account, plan.asked_at)
    was_due = Installment.objects.filter(plan=plan, due_on__lt=today).aggregate(sum=Sum("amount", default=0))["sum"]
    if paid >= plan.amount:
        _move(actor, plan, PlanStatus.KEPT, now)
    elif paid < was_due:
        _move(actor, plan, PlanStatus.BROKEN, now)


def _move(actor: Actor, plan: InstallmentPlan, status: PlanStatus, now: datetime, *, note: str = "") -> None:
    plan.status, plan.note = status, note.strip()[:300] or plan.note
    plan.decided_at = plan.decided_at or now
    plan.save(update_fields=["status", "note", "decided_at"])
    _record(actor, plan, f"tax.plan_{status}")
    about = get_account_term("installments", "title")
    send_notice(actor=actor, account=plan.account, kind="tax_decided", about=about, now=now)


def _record(actor: Actor, plan: InstallmentPlan, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=plan.account.responsible,
        object_ref=f"tax-plan:{plan.number}",
        detail={"amount": plan.amount},
    )
