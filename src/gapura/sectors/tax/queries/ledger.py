"""What the ledger says of one taxpayer: balances, and the postings they are the sum of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, Min, OuterRef, QuerySet, Sum, When

from gapura.sectors.tax.models import TaxAccount, TaxPosting
from gapura.sectors.tax.rules import CHARGES, oldest_first
from gapura.sectors.tax.types import AssessmentKind, Balance, Ledger, MovementKind


def get_balance(taxpayer: str, tax: str, period: str) -> Balance:
    """What stands open of one tax and period; all zero where nothing was ever posted."""
    found = [one for one in list_balances(taxpayer, tax=tax, period=period)]
    return found[0] if found else Balance(tax, period)


def list_balances(taxpayer: str, **only: str) -> list[Balance]:
    """Every tax and period of the account, the longest due first. ``only``: ``tax``, ``period``."""
    postings = TaxPosting.objects.filter(account__taxpayer=taxpayer, **only)
    sums: dict[tuple[str, str], dict[Ledger, int]] = defaultdict(lambda: defaultdict(int))
    for row in postings.order_by().values("tax", "period", "debit", "credit").annotate(sum=Sum("amount")):
        of_period = sums[row["tax"], row["period"]]
        of_period[Ledger(row["debit"])] += row["sum"]
        of_period[Ledger(row["credit"])] -= row["sum"]
    due = _due_days(postings)
    return oldest_first(_balance(tax, period, of, due.get((tax, period))) for (tax, period), of in sums.items())


def _balance(tax: str, period: str, of: Mapping[Ledger, int], due_on: date | None) -> Balance:
    owed = {AssessmentKind(ledger.value): of.get(ledger, 0) for ledger in CHARGES}
    return Balance(tax, period, owed, -of.get(Ledger.CREDIT, 0), due_on)


def _due_days(postings: QuerySet[TaxPosting]) -> dict[tuple[str, str], date]:
    """The first due day of what stands assessed; of tax where there is any, else of interest and penalties."""
    assessed = standing(postings).filter(kind=MovementKind.ASSESSMENT).order_by()
    rows = assessed.values("tax", "period").annotate(
        of_tax=Min(Case(When(debit=Ledger.TAX, then=F("due_on")))), of_any=Min("due_on")
    )
    return {(row["tax"], row["period"]): row["of_tax"] or row["of_any"] for row in rows}


def standing(postings: QuerySet[TaxPosting]) -> QuerySet[TaxPosting]:
    """Those that reverse nothing and are not reversed."""
    reversals = TaxPosting.objects.filter(reverses=OuterRef("pk"))
    return postings.filter(~Exists(reversals), reverses__isnull=True)


def list_postings(taxpayer: str, *, newest_first: bool = True, **only: Any) -> list[TaxPosting]:
    """All postings, also reversed ones and their reversals. ``only``: ``tax``, ``period``, ``source``."""
    postings = TaxPosting.objects.filter(account__taxpayer=taxpayer, **only).order_by("-pk" if newest_first else "pk")
    return list(postings)


def sum_ledgers(postings: Iterable[TaxPosting]) -> dict[Ledger, int]:
    """Debits less credits of each ledger: together they are zero, always."""
    sums: dict[Ledger, int] = defaultdict(int)
    for one in postings:
        sums[Ledger(one.debit)] += one.amount
        sums[Ledger(one.credit)] -= one.amount
    return dict(sums)


def get_taxpayer(account_id: int) -> str:
    """Whose account it is."""
    return TaxAccount.objects.values_list("taxpayer", flat=True).get(pk=account_id)


def find_account(taxpayer: str) -> TaxAccount | None:
    """The account, if anything was ever posted. The caller has judged who may see it."""
    return TaxAccount.objects.filter(taxpayer=taxpayer).first()
