"""How much an account deserves a second look: weighted rules of the country over plain measures, with reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from gapura.sectors.tax.models import IncomeEntry, InstallmentPlan, TaxAccount, TaxPosting
from gapura.sectors.tax.queries.ledger import list_balances, standing
from gapura.sectors.tax.queries.terms import get_risk_threshold, list_risk_rules
from gapura.sectors.tax.rules import months_begun
from gapura.sectors.tax.types import Ledger, MovementKind, PlanStatus, RiskRule


@dataclass(frozen=True, slots=True)
class Risk:
    """The sum of the weights of what holds, and what holds."""

    score: int
    reasons: tuple[RiskRule, ...]


def judge_risk(account: TaxAccount, *, today: date) -> Risk:
    """A score chooses nobody: it is the reason for a person to propose and another to decide."""
    held = tuple(rule for rule in list_risk_rules() if MEASURES[rule.measure](account, today) >= rule.at_least)
    return Risk(sum(rule.weight for rule in held), held)


def list_risky_accounts(*, limit: int = 50) -> list[TaxAccount]:
    """From the country's threshold on, the highest first, as of the last night. The caller has judged who may see."""
    risky = TaxAccount.objects.filter(risk_score__gte=get_risk_threshold()).order_by("-risk_score", "pk")
    return list(risky[:limit])


def _months_overdue(account: TaxAccount, today: date) -> int:
    overdue = [one.due_on for one in list_balances(account.taxpayer) if one.is_overdue(today) and one.due_on]
    return max((months_begun(due_on, today) for due_on in overdue), default=0)


def _late_periods(account: TaxAccount, today: date) -> int:
    late = _assessed(account, Ledger.INTEREST).values_list("tax", "period").distinct()
    return len(set(late))


def _penalties(account: TaxAccount, today: date) -> int:
    return _assessed(account, Ledger.PENALTY).count()


def _assessed(account: TaxAccount, ledger: Ledger) -> QuerySet[TaxPosting]:
    postings = TaxPosting.objects.filter(account=account, kind=MovementKind.ASSESSMENT, debit=ledger)
    return standing(postings).order_by()


def _income_drop_percent(account: TaxAccount, today: date) -> int:
    years = IncomeEntry.objects.filter(number=account.taxpayer).as_of(today).known_at(None).order_by("-tax_year")
    incomes: list[tuple[int, int]] = list(years.values_list("tax_year", "gross_income")[:2])
    if len(incomes) < 2 or incomes[0][0] != incomes[1][0] + 1 or not incomes[1][1]:
        return 0
    return max(0, 100 - 100 * incomes[0][1] // incomes[1][1])


def _credit_percent_of_tax(account: TaxAccount, today: date) -> int:
    taxed = sum(_assessed(account, Ledger.TAX).values_list("amount", flat=True))
    credit = sum(one.credit for one in list_balances(account.taxpayer))
    return 100 * credit // taxed if taxed else 0


def _broken_plans(account: TaxAccount, today: date) -> int:
    return InstallmentPlan.objects.filter(account=account, status=PlanStatus.BROKEN).count()


MEASURES: Mapping[str, Callable[[TaxAccount, date], int]] = {
    "months_overdue": _months_overdue,
    "late_periods": _late_periods,
    "penalties": _penalties,
    "income_drop_percent": _income_drop_percent,
    "credit_percent_of_tax": _credit_percent_of_tax,
    "broken_plans": _broken_plans,
}
