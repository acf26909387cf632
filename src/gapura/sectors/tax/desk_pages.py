"""What the desk shows, gathered; and what can be done about each thing that waits there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.account_pages import present_requests
from gapura.sectors.tax.actions.audits import close_audit
from gapura.sectors.tax.actions.installments import decide_plan
from gapura.sectors.tax.actions.refunds import deny_refund, propose_refund
from gapura.sectors.tax.forms.desk import DecisionForm, FindingsForm
from gapura.sectors.tax.models import InstallmentPlan, RefundRequest, TaxAudit, TaxLookUp
from gapura.sectors.tax.permissions import has_power_over
from gapura.sectors.tax.presentation import money, tax_words
from gapura.sectors.tax.queries.collection import (
    access_audit,
    access_plan,
    access_refund,
    find_next_step,
    list_installments,
    list_steps,
    list_waiting,
)
from gapura.sectors.tax.queries.ledger import find_account, get_balance, list_balances
from gapura.sectors.tax.queries.risk import judge_risk, list_risky_accounts
from gapura.sectors.tax.queries.terms import get_account_term, list_collection_terms
from gapura.sectors.tax.types import OFFICER, SUPERVISOR
from gapura.web.jinja import day
from gapura.web.languages import localized

Facts = Sequence[tuple[str, str]]


def present_desk(actor: Actor) -> dict[str, Any]:
    """What waits and whose risk is high; the officer's own is left to others."""
    refunds, plans, audits = list_waiting()

    def foreign(rows: Sequence[Any]) -> list[Any]:
        return [one for one in rows if has_power_over(actor, one.account, OFFICER, SUPERVISOR)]

    return {
        "refunds": foreign(refunds),
        "plans": foreign(plans),
        "audits": [(one, tax_words(one.tax, one.period)) for one in foreign(audits)],
        "risky": [one for one in list_risky_accounts() if has_power_over(actor, one, OFFICER, SUPERVISOR)],
        "may_decide": OFFICER in actor.roles,
    }


def present_looked_up(actor: Actor, look_up: TaxLookUp, *, today: date) -> dict[str, Any]:
    """The account with its risk, and what may be collected. Raises AccessDenied for the officer's own."""
    account = find_account(look_up.taxpayer)
    if account is None or not has_power_over(actor, account, OFFICER, SUPERVISOR):
        raise AccessDenied
    rows = []
    for balance in list_balances(account.taxpayer):
        taken = list(list_steps(account, balance)) if balance.due_on else []
        rows.append(
            (balance, tax_words(balance.tax, balance.period), find_next_step(account, balance, today=today), taken)
        )
    return {
        "look_up": look_up,
        "account": account,
        "risk": judge_risk(account, today=today),
        "steps": {term.code: term.title for term in list_collection_terms()},
        "rows": rows,
        "today": today,
        "may_act": OFFICER in actor.roles,
    } | present_requests(account.taxpayer, for_taxpayer=False)


def present_write_off(taxpayer: str, tax: str, period: str) -> dict[str, Any]:
    """What a period owes, and the grounds on which the law lets it be given up. Raises AccessDenied without any."""
    balance = get_balance(taxpayer, tax, period)
    if not balance.owed:
        raise AccessDenied
    grounds = get_account_term("write_off", "grounds")
    return {
        "grounds": [(code, localized(words)) for code, words in grounds.items()],
        "law": get_account_term("write_off", "law"),
        "facts": [
            (_("Taxpayer"), taxpayer),
            (_("Tax and period"), tax_words(tax, period)),
            (_("Amount"), money(balance.owed)),
        ],
    }


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One kind of thing that waits: how it is opened, shown and decided. ``buttons``: what is sent, its words."""

    title: str | Promise
    access: Callable[[Actor, str], Any]
    facts: Callable[[Any], Facts]
    form: type[forms.Form]
    buttons: Sequence[tuple[str, str | Promise]]
    act: Callable[[Actor, str, str, Mapping[str, Any], datetime], object]


def _accessing(access: Callable[[str], Any]) -> Callable[[Actor, str], Any]:
    def accessed(actor: Actor, number: str) -> Any:
        found = access(number)
        if not has_power_over(actor, found.account, OFFICER):
            raise AccessDenied
        return found

    return accessed


def _refund_facts(refund: RefundRequest) -> Facts:
    return [
        (_("Taxpayer"), refund.account.taxpayer),
        (_("Tax and period"), tax_words(refund.tax, refund.period)),
        (_("Amount"), money(refund.amount)),
        (_("Goes to"), f"{refund.institution} · {refund.bank_account}"),
        (_("Decide by"), day(refund.decide_by)),
    ]


def _plan_facts(plan: InstallmentPlan) -> Facts:
    parts = [f"{money(one.amount)} · {day(one.due_on)}" for one in list_installments(plan)]
    return [
        (_("Taxpayer"), plan.account.taxpayer),
        (_("Amount"), money(plan.amount)),
        (_("Why"), plan.reason),
        (_("Installments"), "; ".join(parts)),
    ]


def _audit_facts(audit: TaxAudit) -> Facts:
    return [
        (_("Taxpayer"), audit.account.taxpayer),
        (_("Tax and period"), tax_words(audit.tax, audit.period)),
        (_("Why"), audit.why),
        (_("Risk score"), str(audit.score)),
    ]


def _decide_refund(actor: Actor, number: str, what: str, given: Mapping[str, Any], now: datetime) -> object:
    if what == "grant":
        return propose_refund(actor=actor, number=number, note=given["note"], now=now)
    return deny_refund(actor=actor, number=number, note=given["note"], now=now)


def _decide_plan(actor: Actor, number: str, what: str, given: Mapping[str, Any], now: datetime) -> object:
    return decide_plan(actor=actor, number=number, is_granted=what == "grant", note=given["note"], now=now)


def _close_audit(actor: Actor, number: str, what: str, given: Mapping[str, Any], now: datetime) -> object:
    return close_audit(actor=actor, number=number, findings=given["findings"], amount=given["amount"], now=now)


_DENY = ("deny", gettext_lazy("Refuse"))
REQUESTS = {
    "refund": RequestPage(
        gettext_lazy("Refund of tax"),
        _accessing(access_refund),
        _refund_facts,
        DecisionForm,
        [("grant", gettext_lazy("Propose to a second official")), _DENY],
        _decide_refund,
    ),
    "plan": RequestPage(
        gettext_lazy("Plan to pay later"),
        _accessing(access_plan),
        _plan_facts,
        DecisionForm,
        [("grant", gettext_lazy("Grant")), _DENY],
        _decide_plan,
    ),
    "audit": RequestPage(
        gettext_lazy("Audit of a taxpayer"),
        _accessing(access_audit),
        _audit_facts,
        FindingsForm,
        [("close", gettext_lazy("End the audit"))],
        _close_audit,
    ),
}
