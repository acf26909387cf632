"""What may move between the ledgers of a taxpayer's account, and how money is shared out over debts."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from gapura.sectors.tax.types import AssessmentKind, Balance, Ledger, MovementKind

CHARGES = tuple(Ledger(kind.value) for kind in AssessmentKind)

# Every lawful movement: what is debited, what is credited. A reversal is the same the other way round.
MOVEMENTS: dict[MovementKind, tuple[tuple[Ledger, ...], tuple[Ledger, ...]]] = {
    MovementKind.ASSESSMENT: (CHARGES, (Ledger.LEVIED,)),
    MovementKind.CREDIT: ((Ledger.WITHHELD,), (Ledger.CREDIT,)),
    MovementKind.SETTLEMENT: ((Ledger.CREDIT, *CHARGES), (Ledger.CREDIT, *CHARGES)),
    MovementKind.PAYMENT: ((Ledger.MONEY,), (Ledger.CREDIT, *CHARGES)),
    MovementKind.REFUND: ((Ledger.CREDIT,), (Ledger.MONEY,)),
    MovementKind.NETTING: ((Ledger.CREDIT, Ledger.NETTED), (Ledger.NETTED, *CHARGES)),
    MovementKind.WRITE_OFF: ((Ledger.WRITTEN_OFF,), CHARGES),
}


def share_out(
    amount: int, balances: Iterable[Balance], order: Sequence[AssessmentKind]
) -> Iterator[tuple[Balance, AssessmentKind, int]]:
    """Which debts ``amount`` settles: the balances as they come, in each the kinds in ``order``. The rest is left."""
    left = amount
    for balance in balances:
        for kind in order:
            part = min(left, balance.owed_by_kind.get(kind, 0))
            if part > 0:
                yield balance, kind, part
                left -= part


def oldest_first(balances: Iterable[Balance]) -> list[Balance]:
    """By the day they fell due; what has no due day last."""
    return sorted(balances, key=lambda one: (one.due_on or date.max, one.period, one.tax))


def months_begun(due_on: date, today: date) -> int:
    """Months of delay after the due day; a begun month counts whole."""
    if today <= due_on:
        return 0
    months = (today.year - due_on.year) * 12 + today.month - due_on.month
    return months + (today.day > due_on.day)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def equal_parts(amount: int, number: int) -> list[int]:
    """Whole units that add up to ``amount``; what does not divide is in the first part."""
    part, rest = divmod(amount, number)
    return [part + rest, *[part] * (number - 1)]
