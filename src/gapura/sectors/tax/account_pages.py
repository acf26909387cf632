"""What the pages of an account show, gathered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from gapura.kernel.audit.types import Actor
from gapura.kernel.notifications.queries import list_messages
from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.presentation import (
    AUDITS,
    CHARGES,
    PLANS,
    REQUESTS,
    money,
    period_words,
    posting_words,
    tax_words,
)
from gapura.sectors.tax.queries.accounts import list_taxpayers_of
from gapura.sectors.tax.queries.collection import (
    find_plan_of,
    get_next_part,
    list_audits_of,
    list_installments,
    list_look_ups_of,
    list_refunds_of,
)
from gapura.sectors.tax.queries.ledger import get_balance, list_balances, list_postings
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.types import AuditStatus, Ledger, MovementKind, PlanStatus, RequestStatus

_MESSAGES = ("tax_", "return_")
_A_MILLION = 1_000_000
_YEARS_SHOWN = 6


def present_account(actor: Actor, taxpayer: str, *, today: date) -> dict[str, Any]:
    """Everything of one account for the taxpayer's own eyes."""
    balances = list_balances(taxpayer)
    owing = [one for one in balances if one.owed]
    told = [one for one in list_messages(actor.person_number or "") if one.kind.startswith(_MESSAGES)]
    return {
        "taxpayer": taxpayer,
        "businesses": list_taxpayers_of(actor, on=today)[1:],
        "owed": sum(one.owed for one in owing),
        "next_due": min((one.due_on for one in owing if one.due_on), default=None),
        "overdue": any(one.is_overdue(today) for one in owing),
        "credit": sum(one.credit for one in balances),
        "balances": [
            (one, tax_words(one.tax, one.period))
            for one in sorted(balances, key=lambda one: (one.period, one.tax), reverse=True)
        ],
        "years": sum_by_year(list_postings(taxpayer, newest_first=False)),
        "notices": told[:8],
        "look_ups": list_look_ups_of(taxpayer),
    } | present_requests(taxpayer, for_taxpayer=True)


def present_requests(taxpayer: str, *, for_taxpayer: bool) -> dict[str, Any]:
    """Plans, refunds and audits with their state in words."""
    plan = find_plan_of(taxpayer)
    return {
        "plan": plan,
        "next_part": get_next_part(plan) if plan else 0,
        "plan_words": PLANS[PlanStatus(plan.status)] if plan else "",
        "installments": list_installments(plan) if plan else [],
        "refunds": [
            (one, tax_words(one.tax, one.period), REQUESTS[RequestStatus(one.status)])
            for one in list_refunds_of(taxpayer)
        ],
        "audits": [
            (one, tax_words(one.tax, one.period), AUDITS[AuditStatus(one.status)])
            for one in list_audits_of(taxpayer, for_taxpayer=for_taxpayer)
        ],
    }


def sum_by_year(postings: Sequence[TaxPosting]) -> list[tuple[tuple[str, str], int]]:
    """What was paid for each of the last years, by the taxpayer and in advance by others, in whole millions."""
    paid: dict[str, int] = defaultdict(int)
    for one in postings:
        if one.kind in (MovementKind.PAYMENT, MovementKind.CREDIT, MovementKind.REFUND):
            forth = (one.kind == MovementKind.REFUND) == bool(one.reverses_id)
            paid[one.period[:4]] += one.amount if forth else -one.amount
    years = sorted(paid)[-_YEARS_SHOWN:]
    return [((year, year), max(0, round(paid[year] / _A_MILLION))) for year in years]


def present_period(taxpayer: str, tax: str, period: str) -> dict[str, Any]:
    """One tax and period: what stands open of it, and every posting that the sum is made of."""
    postings = list_postings(taxpayer, tax=tax, period=period)
    entries = [(one, posting_words(one), _weight(one)) for one in postings]
    balance = get_balance(taxpayer, tax, period)
    return {
        "title": tax_words(tax, period) if entries else period_words(period[:4]),
        "tax": tax,
        "period": period,
        "balance": balance,
        "open_amounts": [
            (CHARGES[Ledger(kind.value)], money(amount)) for kind, amount in balance.owed_by_kind.items() if amount
        ],
        "entries": [entry for entry in entries if entry[2]],
        "all_entries": entries,
        "interest_rule": get_account_term("interest", "rule"),
    }


def _weight(posting: TaxPosting) -> int:
    """By how much a posting changes what the taxpayer owes; 0 for what only moves inside the account."""
    own = (*CHARGES, Ledger.CREDIT)
    return posting.amount * ((posting.debit in own) - (posting.credit in own))
