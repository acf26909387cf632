"""What the tax office assessed, received and still waits for, by month; of nobody in particular."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.types import Ledger, MovementKind

MONTHS_SHOWN = 12
_CHARGES = [Ledger.TAX.value, Ledger.INTEREST.value, Ledger.PENALTY.value]


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Whole units of one month; what was taken back is subtracted."""

    month: date
    assessed: int
    withheld: int
    paid: int
    refunded: int


def list_months(*, until: date) -> list[MonthFigures]:
    """The last months, oldest first. The caller has judged who may see it."""
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = (
        TaxPosting.objects.filter(at__date__lte=until)
        .annotate(month=TruncMonth("at"))
        .order_by()
        .values("month", "kind")
        .annotate(
            forth=Sum("amount", filter=Q(reverses__isnull=True), default=0),
            back=Sum("amount", filter=Q(reverses__isnull=False), default=0),
        )
    )
    for row in rows:
        sums[row["month"].date()][row["kind"]] += row["forth"] - row["back"]
    return [
        MonthFigures(
            month,
            of[MovementKind.ASSESSMENT],
            of[MovementKind.CREDIT],
            of[MovementKind.PAYMENT],
            of[MovementKind.REFUND],
        )
        for month, of in sorted(sums.items())[-MONTHS_SHOWN:]
    ]


def get_total_owed() -> int:
    """What all taxpayers together still owe."""
    sums = TaxPosting.objects.aggregate(
        debited=Sum("amount", filter=Q(debit__in=_CHARGES), default=0),
        credited=Sum("amount", filter=Q(credit__in=_CHARGES), default=0),
    )
    return int(sums["debited"] - sums["credited"])
