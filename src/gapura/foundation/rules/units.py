"""What a figure counts: money of a period, a rate, a number, a yes or no, a date, or a code of a list."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, TypeVar

RATE_SCALE = 1_000_000  # a rate that is itself a figure is kept in millionths
LARGEST = 2**63 - 1


class Kind(StrEnum):
    MONEY = "money"
    RATE = "rate"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    CODE = "code"
    TABLE = "table"  # only parameters: brackets, rows, or a figure for each code


class Every(StrEnum):
    """The period that an amount of money is for; None is an amount as such."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Unit:
    """``codes`` names the list of a CODE. ``literal``: a number written in a rule fits numbers only, 0 fits all."""

    kind: Kind
    every: Every | None = None
    codes: str = ""
    literal: bool = False

    def __str__(self) -> str:
        if self.kind is Kind.CODE:
            return f"code of {self.codes}"
        return f"{self.kind} a {self.every}" if self.every else str(self.kind)


@dataclass(frozen=True, slots=True)
class Of:
    """Marks an argument that belongs to a group the rule's own subject is a member of."""

    entity: str


Money = Annotated[int, Unit(Kind.MONEY)]
"""Whole units of the currency (the smallest that its law knows)."""
MoneyPerMonth = Annotated[int, Unit(Kind.MONEY, Every.MONTH)]
MoneyPerYear = Annotated[int, Unit(Kind.MONEY, Every.YEAR)]
Rate = Annotated[Fraction, Unit(Kind.RATE)]
"""An exact fraction; as the figure of a rule, whole millionths."""
Number = Annotated[int, Unit(Kind.NUMBER)]
Flag = Annotated[bool, Unit(Kind.FLAG)]
Date = Annotated[int, Unit(Kind.DATE)]
"""Year, month and day as one number, 20240229."""

Subject = TypeVar("Subject")
"""For a country's words: with ``Family = Annotated[Subject, Of("family")]`` a person's rule reads ``Family[Money]``."""


def date_number(year: int, month: int, day: int) -> int:
    """A day as the number that rules reckon with."""
    return year * 10_000 + month * 100 + day


def parse_unit(text: str) -> Unit:
    """``money``, ``money/month``, ``rate``, ``number``, ``flag``, ``date``, ``table``, ``code``. Raises ValueError."""
    kind, _, every = text.partition("/")
    return Unit(Kind(kind), Every(every) if every else None)
