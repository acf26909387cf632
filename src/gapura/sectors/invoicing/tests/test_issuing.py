"""A seller writes an invoice: everything but the lines comes from elsewhere, the number is the office's, once."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import issue_invoice
from gapura.sectors.invoicing.models import Invoice, Series
from gapura.sectors.invoicing.queries import get_content, get_core, list_received, list_sales
from gapura.sectors.invoicing.testing import (
    BUYER,
    DIRECTORS,
    NOW,
    OTHER,
    SELLER,
    director,
    issue,
    new_invoice,
    new_line,
    person,
    registration,
)
from gapura.sectors.invoicing.types import CannotIssue

pytestmark = pytest.mark.usefixtures("registers")
Known = dict[str, MemoryProvider]


def test_an_invoice_gets_the_next_number_and_lies_in_the_buyers_inbox() -> None:
    first, second = issue("form 1"), issue("form 2")
    assert [first.number, second.number] == [f"2026.{SELLER}.00000001", f"2026.{SELLER}.00000002"]
    assert (first.net, first.tax, first.gross, first.period) == (15_000_000, 1_650_000, 16_650_000, "2026-05")
    assert list_received(director(BUYER)) == [second, first]
    assert list_sales(director(BUYER)) == list_received(director(OTHER)) == []
    core = get_core(first)
    assert (core.number, core.seller.name, core.buyer.name) == (first.number, "PT Maju Bersama", "CV Sumber Rejeki")
    assert core.seller.tax_identifier == f"ID0{SELLER}00"
    assert AuditEvent.objects.filter(action="invoicing.issued", subject=SELLER).count() == 2


def test_the_same_form_issues_once_and_another_content_under_it_is_refused() -> None:
    first = issue()
    assert issue() == first
    with pytest.raises(CannotIssue, match="ID-TWICE"):
        issue(buyer_reference="PO-2")
    assert Series.objects.get().last == Invoice.objects.count() == 1


def test_sums_are_exact_and_each_rate_is_added_up_by_itself() -> None:
    lines = (
        new_line(quantity=Decimal("3.333"), price=Decimal("9999.99")),
        new_line("Mobil", quantity=Decimal(1), unit="C62", price=Decimal(900_000_001), rate="luxury"),
        new_line("Buku", quantity=Decimal(2), price=Decimal(50_000), rate="exempt"),
    )
    core = get_core(issue(lines=lines))
    assert [line.net for line in core.lines] == [Decimal("33329.97"), Decimal(900_000_001), Decimal(100_000)]
    assert [(one.category, one.rate, one.tax) for one in core.taxes] == [
        ("S", Decimal(11), Decimal("3666.30")),
        ("S", Decimal(12), Decimal("108000000.12")),
        ("E", Decimal(0), Decimal(0)),
    ]
    assert core.totals.gross == Decimal("33329.97") + 900_000_001 + 100_000 + Decimal("108003666.42")
    assert "11/12" in core.notes[0]


def test_the_seal_is_checked_by_a_stranger_with_openssl_and_an_altered_invoice_is_found(tmp_path: Path) -> None:
    content = get_content(issue())
    (tmp_path / "invoice.xml").write_bytes(bytes(content.xml))
    (tmp_path / "invoice.p7s").write_bytes(bytes(content.seal))
    authority = get_seal_provider()
    for name, certificates in (("roots", authority.list_roots()), ("between", authority.list_authorities())):
        for place, certificate in enumerate(certificates):
            (tmp_path / "one.der").write_bytes(certificate)
            command = ["openssl", "x509", "-inform", "DER", "-in", tmp_path / "one.der"]
            made = subprocess.run(command, capture_output=True, check=True).stdout
            with (tmp_path / f"{name}.pem").open("ab" if place else "wb") as file:
                file.write(made)

    def is_sealed() -> bool:
        names = {"-in": "invoice.p7s", "-content": "invoice.xml", "-CAfile": "roots.pem", "-certfile": "between.pem"}
        options = [part for option, name in names.items() for part in (option, tmp_path / name)]
        moment = ["-attime", str(int(NOW.timestamp())), "-purpose", "any"]
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", *options, *moment]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert is_sealed()
    altered = bytes(content.xml).replace(b"Beras", b"Bonus")
    (tmp_path / "invoice.xml").write_bytes(altered)
    assert not is_sealed()


def test_who_does_not_speak_for_the_business_issues_nothing(registers: Known) -> None:
    for actor in (person(DIRECTORS[SELLER]), person(DIRECTORS[BUYER])):
        with pytest.raises(AccessDenied):
            issue_invoice(actor=actor, new=new_invoice(), form_key="form", now=NOW)
    registers["business.representation"].answers["is-representative-of", SELLER] = False  # ended since the sign-in
    with pytest.raises(AccessDenied):
        issue()
    assert not Invoice.objects.exists()


def test_a_closed_seller_an_unknown_buyer_and_oneself_are_refused(registers: Known) -> None:
    with pytest.raises(CannotIssue, match="ID-BUYER"):
        issue(buyer_number="9120000000000")
    with pytest.raises(CannotIssue, match="ID-BUYER"):
        issue(buyer_number=SELLER)
    registers["business.registration"].records[DIRECTORS[SELLER]] = [registration(SELLER, business_status="closed")]
    with pytest.raises(CannotIssue, match="ID-INACTIVE"):
        issue()
    registers["business.registration"].records[DIRECTORS[SELLER]] = [registration(SELLER)]
    assert issue().number.endswith("00000001")  # what was refused took no number


def test_a_rate_that_is_not_in_force_and_a_day_to_come_are_refused() -> None:
    with pytest.raises(CannotIssue, match="ID-RATE"):
        issue(lines=(new_line(rate="standard-11"),))
    with pytest.raises(CannotIssue, match="ID-FUTURE"):
        issue(issued_on=NOW.date().replace(day=5))


def test_a_register_that_does_not_answer_stops_nothing_half_way(registers: Known) -> None:
    registers["business.representation"].is_down = True
    with pytest.raises((AccessDenied, CannotIssue)):
        issue()
    assert not Series.objects.exists()
