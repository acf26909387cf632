"""What an amount meets in a table of the law: the slices it fills, or the row it falls in."""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

from gapura.foundation.rules.authoring import Brackets, Rows
from gapura.kernel.law.showing import show_money, show_rate


@dataclass(frozen=True, slots=True)
class Slice:
    """``amount`` of the whole lies in it, from ``low`` to ``high`` (None: no end), at ``rate``."""

    low: int
    high: int | None
    rate: Fraction
    amount: int

    @property
    def rate_shown(self) -> str:
        return show_rate(self.rate)

    @property
    def result_shown(self) -> str:
        return show_money(self.amount * self.rate)


@dataclass(frozen=True, slots=True)
class LookUp:
    """One use of the table ``parameter`` for ``amount``: the slices it fills, or one slice, its row, that holds all."""

    parameter: str
    amount: int
    is_progressive: bool
    slices: tuple[Slice, ...]


def look_up_slices(parameter: str, brackets: Brackets, amount: int) -> LookUp:
    """Each slice of the amount; of nothing, the first."""
    ends = (*brackets.floors[1:], None)
    slices = [
        Slice(low, high, rate, max(0, (amount if high is None else min(amount, high)) - low))
        for low, high, rate in zip(brackets.floors, ends, brackets.rates, strict=True)
    ]
    return LookUp(parameter, amount, True, tuple(one for one in slices if one.amount) or tuple(slices[:1]))


def look_up_row(parameter: str, rows: Rows, amount: int) -> LookUp:
    """The row whose rate holds for the whole amount."""
    at = bisect_left(rows.ceilings, amount)
    low = rows.ceilings[at - 1] if at else 0
    high = rows.ceilings[at] if at < len(rows.ceilings) else None
    return LookUp(parameter, amount, False, (Slice(low, high, rows.rates[at], amount),))
