"""Arithmetic of invoices: exact decimals, halves away from zero, two places (EN 16931-1, 6.4.4)."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
_CENT = Decimal("0.01")
_EXACT = Context(prec=100)  # more digits than the longest numbers that are read can come to


def rounded(amount: Decimal) -> Decimal:
    """To two places."""
    return amount.quantize(_CENT, ROUND_HALF_UP, _EXACT)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)


def or_zero(amount: Decimal | None) -> Decimal:
    return ZERO if amount is None else amount


def line_net(quantity: Decimal, price: Decimal) -> Decimal:
    """Without allowances and charges (BT-131)."""
    return rounded(_EXACT.multiply(quantity, price))


def share_tax(base: Decimal, percent: Decimal) -> Decimal:
    """BT-117."""
    return rounded(_EXACT.multiply(base, percent).scaleb(-2, _EXACT))


def exchanged(amount: Decimal, rate: Decimal) -> Decimal:
    """In the country's own currency."""
    return rounded(_EXACT.multiply(amount, rate))


def cents(amount: Decimal) -> int:
    """As tables keep it: hundredths."""
    return int(rounded(amount).scaleb(2, _EXACT))


def whole(hundredths: int) -> int:
    """Whole units of the currency; what is less is left out."""
    return int((Decimal(hundredths) / 100).to_integral_value(ROUND_DOWN))
