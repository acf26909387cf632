"""The business rules of EN 16931 and Peppol BIS Billing 3 that this house can judge, each under its own name.

Texts and remedies are data (``invoice_rules.yaml``). A rule that the standard lets differ by less than one unit does so
here too, and by no more: an invoice that is wrong by one rupiah is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from gapura.sectors.invoicing.codes import (
    CATEGORIES,
    COUNTRIES,
    CREDIT_NOTE_TYPES,
    CREDIT_TRANSFERS,
    CURRENCIES,
    ENDPOINT_SCHEMES,
    INVOICE_TYPES,
    PAYMENT_MEANS,
    UNTAXED,
)
from gapura.sectors.invoicing.rules.amounts import ZERO, or_zero, share_tax, total
from gapura.sectors.invoicing.types import Charge, CoreInvoice, Fault, InvoiceKind, Line, Party, TaxShare

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_LEAST = Decimal("0.02")
_CATEGORY_RULES = {"S": "S", "Z": "Z", "E": "E", "AE": "AE", "G": "G", "O": "O", "K": "IC", "L": "AF", "M": "AG"}


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _types(invoice: CoreInvoice) -> frozenset[str]:
    return INVOICE_TYPES if invoice.kind is InvoiceKind.INVOICE else CREDIT_NOTE_TYPES


def _has_sum(invoice: CoreInvoice, of: str, name: str) -> bool:
    """Whether a document level total says what its allowances (or charges) come to."""
    parts = [one.amount for one in invoice.charges if one.is_charge == (of == "charges")]
    return or_zero(getattr(invoice.totals, name)) == total(parts)


_CHARGE_RULES = {
    False: ("BR-31", "BR-32", "BR-33", "BR-DEC-01"),
    True: ("BR-36", "BR-37", "BR-38", "BR-DEC-05"),
}
_LINE_CHARGE_RULES = {False: ("BR-41", "BR-42", "BR-DEC-24"), True: ("BR-43", "BR-44", "BR-DEC-27")}

Holds = Callable[[CoreInvoice], bool]
_INVOICE: Mapping[str, Holds] = {
    "BR-01": lambda one: bool(one.specification),
    "PEPPOL-EN16931-R004": lambda one: one.specification in ("", SPECIFICATION),
    "PEPPOL-EN16931-R001": lambda one: bool(one.process),
    "PEPPOL-EN16931-R007": lambda one: one.process in ("", PROCESS),
    "BR-02": lambda one: bool(one.number),
    "BR-03": lambda one: bool(one.issued_on),
    "PEPPOL-EN16931-F001": lambda one: all(_is_day(day) for day in (one.issued_on, one.due_on) if day),
    "BR-04": lambda one: bool(one.type_code),
    "BR-CL-01": lambda one: not one.type_code or one.type_code in _types(one),
    "BR-05": lambda one: bool(one.currency),
    "BR-CL-04": lambda one: not one.currency or one.currency in CURRENCIES,
    "PEPPOL-EN16931-R051": lambda one: one.currencies <= {one.currency},
    "BR-CL-05": lambda one: not one.tax_currency or one.tax_currency in CURRENCIES,
    "PEPPOL-EN16931-R005": lambda one: not one.tax_currency or one.tax_currency != one.currency,
    "BR-53": lambda one: not one.tax_currency or one.totals.tax_local is not None,
    "PEPPOL-EN16931-R003": lambda one: bool(one.buyer_reference or one.order_reference),
    "BR-12": lambda one: one.totals.lines is not None,
    "BR-13": lambda one: one.totals.net is not None,
    "BR-14": lambda one: one.totals.gross is not None,
    "BR-15": lambda one: one.totals.due is not None,
    "BR-16": lambda one: bool(one.lines),
    "BR-55": lambda one: all(preceding.number for preceding in one.preceding),
    "BR-49": lambda one: not one.payment_account or bool(one.payment_code),
    "BR-CL-16": lambda one: not one.payment_code or one.payment_code in PAYMENT_MEANS,
    "BR-61": lambda one: one.payment_code not in CREDIT_TRANSFERS or bool(one.payment_account),
    "BR-CO-10": lambda one: or_zero(one.totals.lines) == total(line.net for line in one.lines),
    "BR-CO-11": lambda one: _has_sum(one, "allowances", "allowances"),
    "BR-CO-12": lambda one: _has_sum(one, "charges", "charges"),
    "BR-CO-13": lambda one: (
        or_zero(one.totals.net)
        == or_zero(one.totals.lines) - or_zero(one.totals.allowances) + or_zero(one.totals.charges)
    ),
    "BR-CO-14": lambda one: or_zero(one.totals.tax) == total(share.tax for share in one.taxes),
    "BR-CO-15": lambda one: or_zero(one.totals.gross) == or_zero(one.totals.net) + or_zero(one.totals.tax),
    "BR-CO-16": lambda one: (
        or_zero(one.totals.due)
        == or_zero(one.totals.gross) - or_zero(one.totals.prepaid) + or_zero(one.totals.rounding)
    ),
    "BR-CO-18": lambda one: bool(one.taxes),
    "BR-CO-25": lambda one: or_zero(one.totals.due) <= 0 or bool(one.due_on or one.payment_terms),
    "BR-CO-26": lambda one: bool(one.seller.business_number or one.seller.tax_identifier),
}

_DECIMALS = {
    "BR-DEC-09": "lines",
    "BR-DEC-10": "allowances",
    "BR-DEC-11": "charges",
    "BR-DEC-12": "net",
    "BR-DEC-13": "tax",
    "BR-DEC-14": "gross",
    "BR-DEC-15": "tax_local",
    "BR-DEC-16": "prepaid",
    "BR-DEC-17": "rounding",
    "BR-DEC-18": "due",
}

_PARTY: Mapping[str, tuple[str, Callable[[Party], bool]]] = {
    "name": ("BR-06 BR-07", lambda one: bool(one.name)),
    "address": ("BR-08 BR-10", lambda one: bool(one.country or one.street or one.city)),
    "country": ("BR-09 BR-11", lambda one: bool(one.country)),
    "country code": ("BR-CL-14 BR-CL-14", lambda one: not one.country or one.country in COUNTRIES),
    "endpoint": ("PEPPOL-EN16931-R020 PEPPOL-EN16931-R010", lambda one: bool(one.endpoint)),
    "scheme": ("BR-62 BR-63", lambda one: not one.endpoint or bool(one.endpoint_scheme)),
    "scheme code": (
        "PEPPOL-EN16931-CL008 PEPPOL-EN16931-CL008",
        lambda one: not one.endpoint_scheme or one.endpoint_scheme in ENDPOINT_SCHEMES,
    ),
    "tax": (
        "BR-CO-09 BR-CO-09",
        lambda one: not one.tax_identifier or one.tax_identifier[:2] in COUNTRIES | {"EL"},
    ),
}

_LINE: Mapping[str, Callable[[Line], bool]] = {
    "BR-21": lambda one: bool(one.identifier),
    "BR-22": lambda one: one.quantity is not None,
    "BR-23": lambda one: bool(one.unit),
    "BR-CL-23": lambda one: not one.unit or bool(_UNIT.fullmatch(one.unit)),
    "BR-24": lambda one: one.net is not None,
    "BR-25": lambda one: bool(one.name),
    "BR-26": lambda one: one.price is not None,
    "BR-27": lambda one: or_zero(one.price) >= 0,
    "BR-CO-04": lambda one: bool(one.category),
    "BR-CL-18": lambda one: not one.category or one.category in CATEGORIES,
    "BR-DEC-23": lambda one: _has_cents(one.net),
    "PEPPOL-EN16931-R121": lambda one: one.price_base is None or one.price_base > 0,
    "PEPPOL-EN16931-R130": lambda one: not one.price_unit or one.price_unit == one.unit,
    "PEPPOL-EN16931-R120": lambda one: _is_line_net(one),
}

_SHARE: Mapping[str, Callable[[TaxShare], bool]] = {
    "BR-45": lambda one: one.base is not None,
    "BR-46": lambda one: one.tax is not None,
    "BR-47": lambda one: bool(one.category),
    "BR-48": lambda one: one.rate is not None or one.category == "O",
    "BR-CL-17": lambda one: not one.category or one.category in CATEGORIES,
    "BR-DEC-19": lambda one: _has_cents(one.base),
    "BR-DEC-20": lambda one: _has_cents(one.tax),
    "BR-CO-17": lambda one: abs(or_zero(one.tax) - share_tax(or_zero(one.base), or_zero(one.rate))) < 1,
}


def _has_cents(amount: Decimal | None) -> bool:
    return amount is None or amount == amount.quantize(Decimal("0.01"))


def _is_line_net(line: Line) -> bool:
    extra = total(one.amount if one.is_charge else -or_zero(one.amount) for one in line.charges)
    expected = or_zero(line.quantity) * or_zero(line.price) / (line.price_base or 1) + extra
    return abs(or_zero(line.net) - expected) <= _LEAST


def find_faults(invoice: CoreInvoice) -> list[Fault]:
    """Every rule that does not hold, in the order in which a reader would look."""
    return [
        *(Fault(rule) for rule, holds in _INVOICE.items() if not holds(invoice)),
        *(Fault(rule) for rule, name in _DECIMALS.items() if not _has_cents(getattr(invoice.totals, name))),
        *_check_parties(invoice),
        *(Fault(rule, line.identifier) for line in invoice.lines for rule, holds in _LINE.items() if not holds(line)),
        *(Fault(rule, one.category) for one in invoice.taxes for rule, holds in _SHARE.items() if not holds(one)),
        *_check_charges(invoice),
        *_check_categories(invoice),
    ]


def _check_parties(invoice: CoreInvoice) -> Iterator[Fault]:
    for rules, holds in _PARTY.values():
        for rule, party in zip(rules.split(), (invoice.seller, invoice.buyer), strict=True):
            if not holds(party):
                yield Fault(rule)


def _check_charges(invoice: CoreInvoice) -> Iterator[Fault]:
    for one in invoice.charges:
        amount, category, reason, decimals = _CHARGE_RULES[one.is_charge]
        if not one.category:
            yield Fault(category)
        yield from _check_charge(one, one.category, amount, reason, decimals)
    for line in invoice.lines:
        for one in line.charges:
            yield from _check_charge(one, line.identifier, *_LINE_CHARGE_RULES[one.is_charge])


def _check_charge(charge: Charge, where: str, amount: str, reason: str, decimals: str) -> Iterator[Fault]:
    held = {
        amount: charge.amount is not None,
        reason: bool(charge.reason or charge.reason_code),
        decimals: _has_cents(charge.amount),
    }
    yield from (Fault(rule, where) for rule, holds in held.items() if not holds)
    yield from _check_percentage(charge, where)


def _check_percentage(charge: Charge, where: str) -> Iterator[Fault]:
    if charge.percent is not None and charge.base is None:
        yield Fault("PEPPOL-EN16931-R041", where)
    elif charge.base is not None and charge.percent is None:
        yield Fault("PEPPOL-EN16931-R042", where)
    elif (
        charge.base is not None
        and abs(share_tax(charge.base, or_zero(charge.percent)) - or_zero(charge.amount)) > _LEAST
    ):
        yield Fault("PEPPOL-EN16931-R040", where)


def _check_categories(invoice: CoreInvoice) -> Iterator[Fault]:
    """BR-S-01 to BR-S-10 and the like: what each category of tax asks of the lines, the seller and the breakdown."""
    used = {line.category for line in invoice.lines} | {one.category for one in invoice.charges}
    for category, rule in _CATEGORY_RULES.items():
        shares = [share for share in invoice.taxes if share.category == category]
        if category not in used and not shares:
            continue
        if category in used and (not shares or (category != "S" and len(shares) > 1)):
            yield Fault(f"BR-{rule}-01", category)
        if category != "O" and not invoice.seller.tax_identifier:
            yield Fault(f"BR-{rule}-02", category)
        yield from _check_rates(invoice, category, rule)
        for share in shares:
            yield from _check_share(invoice, share, rule)


def _check_rates(invoice: CoreInvoice, category: str, rule: str) -> Iterator[Fault]:
    for number, parts in (
        ("05", [(line.rate, line.identifier) for line in invoice.lines if line.category == category]),
        ("06", [(one.rate, "") for one in invoice.charges if one.category == category and not one.is_charge]),
        ("07", [(one.rate, "") for one in invoice.charges if one.category == category and one.is_charge]),
    ):
        for rate, where in parts:
            if not _is_rate_of(category, rate):
                yield Fault(f"BR-{rule}-{number}", where)


def _is_rate_of(category: str, rate: Decimal | None) -> bool:
    if category == "O":
        return rate is None
    return rate is not None and (rate > 0 if category == "S" else rate == 0 or category in ("L", "M"))


def _check_share(invoice: CoreInvoice, share: TaxShare, rule: str) -> Iterator[Fault]:
    by_rate = share.category in ("S", "L", "M")

    def is_mine(category: str, rate: Decimal | None) -> bool:
        return category == share.category and (not by_rate or rate == share.rate)

    base = total(line.net for line in invoice.lines if is_mine(line.category, line.rate)) + total(
        one.amount if one.is_charge else -or_zero(one.amount)
        for one in invoice.charges
        if is_mine(one.category, one.rate)
    )
    if or_zero(share.base) != base:
        yield Fault(f"BR-{rule}-08", share.category)
    if share.category in UNTAXED | {"Z"} and or_zero(share.tax) != ZERO:
        yield Fault(f"BR-{rule}-09", share.category)
    if (share.category in UNTAXED) != bool(share.reason or share.reason_code):
        yield Fault(f"BR-{rule}-10", share.category)
