"""From the plain parts that the sandbox gives back to the core invoice; text becomes exact decimals here."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gapura.sectors.invoicing.types import Charge, CoreInvoice, InvoiceKind, Line, Party, Preceding, TaxShare, Totals

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,10})?")
_MOST_LETTERS = 2_000
_NUMBERS = frozenset(("amount", "base", "percent", "rate", "quantity", "price", "price_base", "net", "tax"))


def to_invoice(parts: Mapping[str, Any]) -> CoreInvoice:
    """What ``opening.read_invoice`` gave. Raises ValueError where a number is none, or a text too long."""
    plain = {name: _text(value) for name, value in parts.items() if isinstance(value, str)}
    return CoreInvoice(
        **plain
        | {
            "kind": InvoiceKind(parts["kind"]),
            "rate": _decimal(parts["rate"]),
            "notes": tuple(map(_text, parts["notes"])),
            "preceding": tuple(Preceding(_text(one["number"]), _text(one["issued_on"])) for one in parts["preceding"]),
            "seller": Party(**_fields(parts["seller"])),
            "buyer": Party(**_fields(parts["buyer"])),
            "charges": tuple(Charge(**_fields(one)) for one in parts["charges"]),
            "lines": tuple(_line(one) for one in parts["lines"]),
            "taxes": tuple(TaxShare(**_fields(one)) for one in parts["taxes"]),
            "totals": Totals(**{name: _decimal(value) for name, value in parts["totals"].items()}),
            "currencies": frozenset(parts["currencies"]),
        }
    )


def _line(parts: Mapping[str, Any]) -> Line:
    rest = {name: value for name, value in parts.items() if name != "charges"}
    return Line(**_fields(rest), charges=tuple(Charge(**_fields(one)) for one in parts["charges"]))


def _fields(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _decimal(value) if name in _NUMBERS else _text(value) for name, value in parts.items()}


def _text(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _MOST_LETTERS:
        raise ValueError(f"A text is longer than {_MOST_LETTERS} letters.")
    return value


def _decimal(text: str) -> Decimal | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:40]} is not a number as invoices write them.")
    return Decimal(text)
