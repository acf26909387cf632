"""Collecting what is overdue: steps in the order of the law, each when its days have passed; and writing off."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions.arrears import follow_arrears
from gapura.sectors.tax.actions.installments import follow_plan
from gapura.sectors.tax.actions.interest import charge_interest
from gapura.sectors.tax.actions.ledger import lock_account, post
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.models import CollectionStep, InstallmentPlan, TaxAccount
from gapura.sectors.tax.permissions import require_power_over
from gapura.sectors.tax.queries.collection import find_next_step, list_accounts_to_follow
from gapura.sectors.tax.queries.ledger import get_balance, list_balances
from gapura.sectors.tax.queries.risk import judge_risk
from gapura.sectors.tax.types import (
    OFFICER,
    Balance,
    CannotCollect,
    CollectionTerm,
    Ledger,
    MovementKind,
    PlanStatus,
)


def follow_account(*, actor: Actor, taxpayer: str, now: datetime) -> int:
    """What a day brings to one account: interest, the plan, arrears, risk, steps the house takes. Returns the steps."""
    today = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        charge_interest(actor=actor, account=account, today=today, now=now)
        follow_plan(actor=actor, account=account, today=today, now=now)
        follow_arrears(actor=actor, account=account, now=now)
        account.risk_score = judge_risk(account, today=today).score
        account.save(update_fields=["risk_score"])
        return sum(_take_if_due(actor, account, balance, today, now) for balance in list_balances(taxpayer))


def follow_accounts(*, actor: Actor, now: datetime) -> int:
    """The same for every account in which a day can change something, each in a transaction of its own."""
    return sum(
        follow_account(actor=actor, taxpayer=taxpayer, now=now)
        for taxpayer in list_accounts_to_follow(since=now - timedelta(days=2))
    )


def _take_if_due(actor: Actor, account: TaxAccount, balance: Balance, today: date, now: datetime) -> bool:
    step = find_next_step(account, balance, today=today)
    if step is None or not step.term.by_house or step.may_be_taken_on > today or _has_plan(account):
        return False
    _take(actor, account, balance, step.term, today, now)
    return True


def take_step(*, actor: Actor, taxpayer: str, tax: str, period: str, code: str, now: datetime) -> CollectionStep:
    """An officer takes the next step against an overdue debt. Raises AccessDenied; CannotCollect when it is not next,
    too early, or the taxpayer keeps a plan to pay.
    """
    today = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        require_power_over(actor, account, OFFICER)
        balance = get_balance(taxpayer, tax, period)
        step = find_next_step(account, balance, today=today)
        if step is None or step.term.code != code:
            raise CannotCollect(_("This step is not the next one. Look at the account again."))
        if step.may_be_taken_on > today:
            raise CannotCollect(_("The law gives the taxpayer more days before this step."))
        if _has_plan(account):
            raise CannotCollect(_("The taxpayer keeps a plan to pay; nothing is collected meanwhile."))
        return _take(actor, account, balance, step.term, today, now)


def _has_plan(account: TaxAccount) -> bool:
    return InstallmentPlan.objects.filter(account=account, status=PlanStatus.RUNNING).exists()


def _take(
    actor: Actor, account: TaxAccount, balance: Balance, term: CollectionTerm, today: date, now: datetime
) -> CollectionStep:
    step, is_new = CollectionStep.objects.get_or_create(
        account=account,
        tax=balance.tax,
        period=balance.period,
        due_on=balance.due_on or today - timedelta(days=1),
        code=term.code,
        defaults={"taken_on": today, "taken_by": actor.label},
    )
    if is_new:
        record_event(
            actor=actor,
            action="tax.collection_step",
            subject=account.responsible,
            object_ref=f"tax-account:{account.pk}",
            detail={"step": term.code, "tax": balance.tax, "period": balance.period, "owed": balance.owed},
        )
        send_notice(actor=actor, account=account, kind="tax_letter", about=term.title, now=now)
    return step


def write_off(*, actor: Actor, taxpayer: str, tax: str, period: str, source: str, now: datetime) -> int:
    """Give up what one period owes, once per ``source``. Returns how much; the caller has judged who may."""
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        owed = {kind: amount for kind, amount in get_balance(taxpayer, tax, period).owed_by_kind.items() if amount}
        for kind, amount in owed.items():
            post(
                actor=actor,
                account=account,
                kind=MovementKind.WRITE_OFF,
                tax=tax,
                period=period,
                debit=Ledger.WRITTEN_OFF,
                credit=Ledger(kind.value),
                amount=amount,
                source=source,
                now=now,
            )
        follow_arrears(actor=actor, account=account, now=now)
        return sum(owed.values())
