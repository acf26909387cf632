"""Each rule is broken once, by the smallest change, and is the one that is named; and every rule has words."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from gapura.sectors.invoicing.queries import get_rule_text
from gapura.sectors.invoicing.rules.checks import find_faults
from gapura.sectors.invoicing.testing import core_invoice
from gapura.sectors.invoicing.types import Charge, CoreInvoice, InvoiceKind, Preceding

Change = Callable[[CoreInvoice], CoreInvoice]


def head(**changes: object) -> Change:
    return lambda core: replace(core, **changes)


def seller(**changes: object) -> Change:
    return lambda core: replace(core, seller=replace(core.seller, **changes))


def buyer(**changes: object) -> Change:
    return lambda core: replace(core, buyer=replace(core.buyer, **changes))


def line(**changes: object) -> Change:
    return lambda core: replace(core, lines=(replace(core.lines[0], **changes),))


def share(**changes: object) -> Change:
    return lambda core: replace(core, taxes=(replace(core.taxes[0], **changes),))


def totals(**changes: object) -> Change:
    return lambda core: replace(core, totals=replace(core.totals, **changes))


def charge(**changes: object) -> Change:
    given = {"is_charge": False, "amount": Decimal(0), "reason": "x", "category": "S", "rate": Decimal(11)}
    return lambda core: replace(core, charges=(Charge(**given | changes),))


def line_charge(**changes: object) -> Change:
    given = {"is_charge": False, "amount": Decimal(0), "reason": "x"}
    return line(charges=(Charge(**given | changes),))


BROKEN: list[tuple[str, Change]] = [
    ("BR-01", head(specification="")),
    ("PEPPOL-EN16931-R004", head(specification="urn:cen.eu:en16931:2017")),
    ("PEPPOL-EN16931-R001", head(process="")),
    ("PEPPOL-EN16931-R007", head(process="urn:other")),
    ("BR-02", head(number="")),
    ("BR-03", head(issued_on="")),
    ("PEPPOL-EN16931-F001", head(due_on="03-06-2026")),
    ("PEPPOL-EN16931-F001", head(issued_on="2026-02-30")),
    ("BR-04", head(type_code="")),
    ("BR-CL-01", head(type_code="381")),
    ("BR-CL-01", head(kind=InvoiceKind.CREDIT_NOTE)),
    ("BR-05", head(currency="", currencies=frozenset(("",)))),
    ("BR-CL-04", head(currency="RUP", currencies=frozenset(("RUP",)))),
    ("PEPPOL-EN16931-R051", head(currencies=frozenset(("IDR", "USD")))),
    ("BR-CL-05", lambda core: totals(tax_local=Decimal(1))(head(tax_currency="RUP")(core))),
    ("PEPPOL-EN16931-R005", lambda core: totals(tax_local=Decimal(1))(head(tax_currency="IDR")(core))),
    ("BR-53", head(tax_currency="USD")),
    ("PEPPOL-EN16931-R003", head(buyer_reference="")),
    ("BR-16", lambda core: replace(core, lines=(), taxes=(), totals=replace(core.totals, lines=Decimal(0)))),
    ("BR-55", head(preceding=(Preceding(""),))),
    ("BR-49", head(payment_account="123")),
    ("BR-CL-16", head(payment_code="999")),
    ("BR-61", head(payment_code="30")),
    ("BR-12", totals(lines=None)),
    ("BR-13", totals(net=None)),
    ("BR-14", totals(gross=None)),
    ("BR-15", totals(due=None)),
    ("BR-CO-11", totals(allowances=Decimal(5))),
    ("BR-CO-12", totals(charges=Decimal(5))),
    ("BR-CO-16", totals(prepaid=Decimal(5))),
    ("BR-CO-18", head(taxes=())),
    ("BR-CO-25", head(due_on="")),
    ("BR-CO-26", seller(business_number="", tax_identifier="")),
    ("BR-06", seller(name="")),
    ("BR-07", buyer(name="")),
    ("BR-08", seller(country="", street="")),
    ("BR-09", seller(country="")),
    ("BR-10", buyer(country="", street="")),
    ("BR-11", buyer(country="")),
    ("BR-CL-14", buyer(country="XX")),
    ("PEPPOL-EN16931-R020", seller(endpoint="")),
    ("PEPPOL-EN16931-R010", buyer(endpoint="")),
    ("BR-62", seller(endpoint_scheme="")),
    ("BR-63", buyer(endpoint_scheme="")),
    ("PEPPOL-EN16931-CL008", buyer(endpoint_scheme="EM")),
    ("BR-CO-09", seller(tax_identifier="0123")),
    ("BR-21", line(identifier="")),
    ("BR-22", line(quantity=None)),
    ("BR-23", line(unit="")),
    ("BR-CL-23", line(unit="piece")),
    ("BR-24", line(net=None)),
    ("BR-25", line(name="")),
    ("BR-26", line(price=None)),
    ("BR-27", line(price=Decimal(-1))),
    ("BR-CO-04", line(category="")),
    ("BR-CL-18", line(category="X")),
    ("BR-DEC-23", line(net=Decimal("150000.001"))),
    ("BR-DEC-18", totals(due=Decimal("166500.001"))),
    ("PEPPOL-EN16931-R121", line(price_base=Decimal(0))),
    ("PEPPOL-EN16931-R130", line(price_base=Decimal(1), price_unit="C62")),
    ("PEPPOL-EN16931-R120", line(price=Decimal(15_001))),
    ("BR-45", share(base=None)),
    ("BR-46", share(tax=None)),
    ("BR-47", share(category="")),
    ("BR-48", share(rate=None)),
    ("BR-CL-17", share(category="X")),
    ("BR-CO-17", share(rate=Decimal(12))),
    ("BR-S-01", share(category="Z")),
    ("BR-S-02", seller(tax_identifier="")),
    ("BR-S-05", line(rate=Decimal(0))),
    ("BR-S-06", charge(rate=Decimal(0))),
    ("BR-S-07", charge(is_charge=True, rate=None)),
    ("BR-S-08", share(base=Decimal(150_001))),
    ("BR-S-10", share(reason="because")),
    ("BR-E-10", share(category="E")),
    ("BR-Z-09", share(category="Z")),
    ("BR-Z-05", line(category="Z")),
    ("BR-O-05", line(category="O")),
    ("BR-31", charge(amount=None)),
    ("BR-32", charge(category="")),
    ("BR-33", charge(reason="")),
    ("BR-36", charge(is_charge=True, amount=None)),
    ("BR-37", charge(is_charge=True, category="")),
    ("BR-38", charge(is_charge=True, reason="")),
    ("BR-41", line_charge(amount=None)),
    ("BR-42", line_charge(reason="")),
    ("BR-43", line_charge(is_charge=True, amount=None)),
    ("BR-44", line_charge(is_charge=True, reason="")),
    ("PEPPOL-EN16931-R040", charge(base=Decimal(100), percent=Decimal(10))),
    ("PEPPOL-EN16931-R041", charge(percent=Decimal(10))),
    ("PEPPOL-EN16931-R042", charge(base=Decimal(100))),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN, ids=[rule for rule, _change in BROKEN])
def test_a_broken_rule_is_named_in_three_languages(rule: str, change: Change) -> None:
    assert rule in [fault.rule for fault in find_faults(change(core_invoice()))]
    text = get_rule_text(rule)
    assert set(text.asks) == set(text.remedy) == {"id", "en", "ko"}


def test_a_faultless_invoice_breaks_none() -> None:
    assert find_faults(core_invoice()) == []
