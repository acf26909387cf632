"""What the ledger says: balances, and that all of them together are zero."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, Sum

from gapura.kernel.payments.models import Bill, DayEnd, Difference, Posting
from gapura.kernel.payments.rules import ASSETS
from gapura.kernel.payments.types import AccountKind


def get_balance(account: AccountKind, *, bill: Bill | None = None, provider: str | None = None) -> int:
    """What lies on an account (of one bill, at one bank): money the state has, or that it owes or earned."""
    found = Posting.objects.all()
    if bill is not None:
        found = found.filter(bill=bill)
    if provider is not None:
        found = found.filter(provider=provider)
    sums = found.aggregate(
        debited=Sum("amount", filter=Q(debit=account), default=0),
        credited=Sum("amount", filter=Q(credit=account), default=0),
    )
    balance = int(sums["debited"] - sums["credited"])
    return balance if account in ASSETS else -balance


def list_balances() -> dict[tuple[AccountKind, str], int]:
    """Debits less credits of every account, by its agency or bank: their sum is zero, always."""
    balances: dict[tuple[AccountKind, str], int] = defaultdict(int)
    rows = Posting.objects.order_by().values("debit", "credit", "provider", "agency_code").annotate(sum=Sum("amount"))
    for row in rows:
        balances[_account(row, "debit")] += row["sum"]
        balances[_account(row, "credit")] -= row["sum"]
    return dict(sorted(balances.items()))


def _account(row: Mapping[str, Any], side: str) -> tuple[AccountKind, str]:
    kind = AccountKind(row[side])
    if kind in ASSETS:
        return kind, row["provider"]
    return kind, row["agency_code"] if kind is AccountKind.REVENUE else ""


def list_revenue() -> dict[str, int]:
    """What each agency earned, after what it gave back."""
    return {owner: -sum for (kind, owner), sum in list_balances().items() if kind is AccountKind.REVENUE}


def count_open_differences(agency_code: str) -> dict[str, int]:
    """Open differences that concern the agency or nobody yet, by kind."""
    found = Difference.objects.filter(closed_at__isnull=True, agency_code__in=["", agency_code])
    return dict(found.order_by("kind").values_list("kind").annotate(number=Count("pk")))


def list_day_ends(*, limit: int = 14) -> list[DayEnd]:
    """The days compared last, newest first."""
    return list(DayEnd.objects.order_by("-day", "provider")[:limit])
