"""What a country writes its law with: ``@rule`` on plain functions of whole numbers, and the few words they may use.

The functions can be called by hand; what runs is generated from their text (``reading``)."""

import sys
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from gapura.foundation.rules.units import Every, Unit

Function = TypeVar("Function", bound=Callable[..., Any])
Amount = int | Fraction


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a rule as its author wrote it; ``place`` is ``file:line``."""

    name: str
    of: str
    cite: str
    since: date
    until: date | None
    function: Callable[..., Any]
    certainty: str
    place: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A figure of a group that adds up (``total``) or counts a figure of its members."""

    name: str
    how: str  # "total" | "count"
    figure: str
    members: str
    of: str
    cite: str
    since: date
    until: date | None
    every: Every | None
    certainty: str
    place: str


@dataclass
class Chapter:
    """The rules of one file. ``law.load`` collects the chapters of a country."""

    of: str = ""
    written: list[Written] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)

    def rule(
        self, *, cite: str, since: str, until: str = "", of: str = "", certainty: str = "high"
    ) -> Callable[[Function], Function]:
        """Declare a figure: its article, the days it is in force (``until`` exclusive) and whose figure it is."""

        def declare(function: Function) -> Function:
            code = function.__code__
            place = f"{code.co_filename}:{code.co_firstlineno}"
            self.written.append(
                Written(
                    function.__name__,
                    of or self.of,
                    cite,
                    date.fromisoformat(since),
                    date.fromisoformat(until) if until else None,
                    function,
                    certainty,
                    place,
                )
            )
            return function

        return declare

    def total(self, name: str, of: str, figure: str, members: str, *, cite: str, since: str, **more: str) -> None:
        """``name`` of a group: the sum of ``figure`` over its ``members``; ``every="year"`` if months make one."""
        self._add(name, "total", of, figure, members, cite, since, more)

    def count(self, name: str, of: str, figure: str, members: str, *, cite: str, since: str, **more: str) -> None:
        """``name`` of a group is the number of its ``members`` for whom the flag ``figure`` holds."""
        self._add(name, "count", of, figure, members, cite, since, more)

    def _add(
        self, name: str, how: str, of: str, figure: str, members: str, cite: str, since: str, more: Mapping[str, str]
    ) -> None:
        caller = sys._getframe(2)
        until, every = more.get("until", ""), more.get("every", "")
        self.aggregates.append(
            Aggregate(
                name,
                how,
                figure,
                members,
                of,
                cite,
                date.fromisoformat(since),
                date.fromisoformat(until) if until else None,
                Every(every) if every else None,
                more.get("certainty", "high"),
                f"{caller.f_code.co_filename}:{caller.f_lineno}",
            )
        )


@dataclass(frozen=True, slots=True)
class Brackets:
    """Rates of slices: ``floors[i]`` is where the slice with ``rates[i]`` begins, the first at 0."""

    floors: tuple[int, ...]
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """One rate for the whole amount: ``ceilings[i]`` is the highest amount of ``rates[i]``; the last is for above."""

    ceilings: tuple[int, ...]
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """A whole number for each code of a list."""

    codes: str
    values: tuple[tuple[str, int], ...]


def down(amount: Amount, to: int = 1) -> int:
    """The amount without what is beyond a whole multiple of ``to``."""
    return amount // to * to if isinstance(amount, int) else int(amount // to) * to


def up(amount: Amount, to: int = 1) -> int:
    """The next whole multiple of ``to`` that is not less."""
    return -int(-amount // to) * to


def nearest(amount: Amount, to: int = 1) -> int:
    """The nearest whole multiple of ``to``; a half goes up."""
    return int((2 * Fraction(amount) + to) // (2 * to)) * to


def progressive(brackets: Brackets, amount: int) -> Fraction:
    """Each slice of the amount at its own rate. Of a negative amount: 0."""
    ends = [*brackets.floors[1:], None]
    slices = zip(brackets.floors, ends, brackets.rates, strict=True)
    return sum((max(0, (amount if e is None else min(amount, e)) - f) * r for f, e, r in slices), Fraction(0))


def row(rows: Rows, amount: int) -> Fraction:
    """The rate whose row the amount falls in; a ceiling belongs to its own row."""
    return rows.rates[bisect_left(rows.ceilings, amount)]


def choose(choices: Choices, code: str) -> int:
    """The figure for the code."""
    return dict(choices.values)[code]


def divided(amount: Amount, by: Amount) -> Fraction:
    """The amount over another or over a number, exactly; by hand, ``/`` would give a decimal fraction."""
    return Fraction(amount) / Fraction(by)


def yearly(amount: int) -> int:
    """Twelve months of an amount a month."""
    return amount * 12


def monthly(amount: int) -> Fraction:
    """The twelfth part of an amount a year; round it."""
    return Fraction(amount, 12)


def of_a_year(amount: Amount) -> Any:
    """The amount, understood to be for a year."""
    return amount


def of_a_month(amount: Amount) -> Any:
    """The amount, understood to be for a month."""
    return amount


def as_such(amount: Amount) -> Any:
    """The amount without its period."""
    return amount


def years_between(start: int, end: int) -> int:
    """Completed years from one day to another (29 February completes on 1 March)."""
    return (end - start) // 10_000


def months_between(start: int, end: int) -> int:
    """Completed months from one day to another."""
    months = end // 10_000 * 12 + end // 100 % 100 - start // 10_000 * 12 - start // 100 % 100
    return months - (end % 100 < start % 100)


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return day // 10_000


WORDS: Sequence[Callable[..., Any]] = (
    down, up, nearest, progressive, row, choose, divided, yearly, monthly, of_a_year, of_a_month, as_such,
    years_between, months_between, year_of,
)  # fmt: skip
"""All that a rule may call, besides ``min`` and ``max``."""

__all__ = ["Chapter", "Unit", *(word.__name__ for word in WORDS)]
