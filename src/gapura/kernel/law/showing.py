"""Values of the law as a person reads them, in the active language, and as files and programs write them."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.units import RATE_SCALE, Kind, Unit
from gapura.web.jinja import count_grouped, day, money
from gapura.web.languages import reader_language

_NONE: Mapping[str, str] = {}


def show(value: Any, unit: Unit, choices: Mapping[str, str] = _NONE) -> str:
    """A value as rules take it: a rate as a fraction, a flag as yes or no, a date as its number or a day.

    ``choices``: the title of each code."""
    if unit.kind is Kind.MONEY:
        return show_money(value)
    if unit.kind is Kind.RATE:
        return show_rate(Fraction(value))
    if unit.kind is Kind.FLAG:
        return _("yes") if value else _("no")
    if unit.kind is Kind.DATE:
        return day(value if isinstance(value, date) else read_day(value))
    if unit.kind is Kind.CODE:
        return choices.get(str(value), str(value))
    return count_grouped(value) if isinstance(value, int) else show_rate(Fraction(value) / 100, sign="")


def show_money(value: int | Fraction) -> str:
    """Whole amounts; a part of the smallest unit, which only the way to a figure has, is shown rounded down."""
    exact = Fraction(value)
    return money(int(exact)) if exact.denominator == 1 else f"≈ {money(int(exact // 1))}"


def show_rate(rate: Fraction, sign: str = "%") -> str:
    """A share in hundredths, or as a fraction when hundredths do not end."""
    hundredths = rate * 100
    if (hundredths * 10**6).denominator != 1:
        return f"{rate.numerator}/{rate.denominator}"
    text = format_decimal(hundredths.numerator / hundredths.denominator, "#,##0.######", locale=reader_language())
    return f"{text}{sign}"


def begin_sentence(title: str) -> str:
    """A title of the law, which is written as within a sentence, at the beginning of one."""
    return title[:1].upper() + title[1:]


def read_day(number: int) -> date:
    """The day that a number like 20240229 means."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def as_rule_value(number: int, unit: Unit, codes: Mapping[str, Any]) -> Any:
    """The number of a node as a rule takes it: millionths as a fraction, the position of a code as the code."""
    if unit.kind is Kind.RATE:
        return Fraction(number, RATE_SCALE)
    if unit.kind is Kind.CODE:
        return list(codes)[number]
    return bool(number) if unit.kind is Kind.FLAG else number


def write_rate(rate: Fraction) -> str:
    """A rate as parameter files write it: ``5%``, ``0.25%``, ``11/12``."""
    hundredths = rate * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    if (hundredths * 10_000).denominator == 1:
        return f"{float(hundredths):.4f}".rstrip("0") + "%"
    return f"{rate.numerator}/{rate.denominator}"


def write_given(value: Any) -> Any:
    """A parameter's value for JSON, as its file writes it."""
    if isinstance(value, Fraction):
        return write_rate(value)
    if isinstance(value, Brackets):
        return [[floor, write_rate(rate)] for floor, rate in zip(value.floors, value.rates, strict=True)]
    if isinstance(value, Rows):
        return [[ceiling, write_rate(rate)] for ceiling, rate in zip((*value.ceilings, None), value.rates, strict=True)]
    return dict(value.values) if isinstance(value, Choices) else value
