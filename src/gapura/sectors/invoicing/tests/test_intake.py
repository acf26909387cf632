"""What sellers' programs send: taken as it is when it is right, refused with rule and remedy when it is not."""

import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest

from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import submit_invoice, upload_invoices
from gapura.sectors.invoicing.models import Invoice, Series, Upload
from gapura.sectors.invoicing.opening import MOST_DEPTH, read_invoice
from gapura.sectors.invoicing.queries import get_content
from gapura.sectors.invoicing.reading import to_invoice
from gapura.sectors.invoicing.testing import BUYER, NOW, OTHER, SELLER, core_invoice, director
from gapura.sectors.invoicing.types import CannotIssue, CoreInvoice
from gapura.sectors.invoicing.ubl import write_invoice

pytestmark = pytest.mark.usefixtures("registers")
READ = "gapura.sectors.invoicing.opening:read_invoice"
RATE = b"<cac:PricingExchangeRate><cbc:CalculationRate>16000</cbc:CalculationRate></cac:PricingExchangeRate>"
ROOT = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'


def submit(core: CoreInvoice, business: str = SELLER) -> Invoice:
    return submit_invoice(actor=director(business), content=write_invoice(core), now=NOW)


def rules_of(core: CoreInvoice) -> list[str]:
    with pytest.raises(CannotIssue) as caught:
        submit(core)
    return [fault.rule for fault in caught.value.faults]


def test_what_is_written_is_read_again_as_the_same_invoice() -> None:
    core = core_invoice(notes=("<b>&amp; 'quoted' \"words\"",), order_reference="PO & 7")
    assert to_invoice(read_invoice(write_invoice(core))) == core


def test_what_xml_cannot_carry_is_left_out() -> None:
    written = write_invoice(core_invoice(notes=("a\x0bb\x00c\ufffe",), buyer_reference=" \x1f "))
    core = to_invoice(read_invoice(written))
    assert (core.notes, core.buyer_reference) == (("abc",), "")


def test_a_sellers_file_is_kept_byte_by_byte_under_its_own_number_and_the_offices() -> None:
    core = core_invoice("F/2026/17")
    invoice = submit(core)
    assert (invoice.seller_number, invoice.number) == ("F/2026/17", f"2026.{SELLER}.00000001")
    assert bytes(get_content(invoice).xml) == write_invoice(core)


def test_a_replay_gives_the_first_answer_and_the_number_with_other_content_is_refused() -> None:
    first = submit(core_invoice())
    assert submit(core_invoice()) == first
    assert rules_of(core_invoice(buyer_reference="another")) == ["ID-TWICE"]
    assert Series.objects.get().last == Invoice.objects.count() == 1


def test_every_total_that_is_wrong_by_one_rupiah_is_refused() -> None:
    core = core_invoice()
    wrong = {
        "lines": {"BR-CO-10", "BR-CO-13"},
        "net": {"BR-CO-13", "BR-CO-15"},
        "tax": {"BR-CO-14", "BR-CO-15"},
        "gross": {"BR-CO-15", "BR-CO-16"},
        "due": {"BR-CO-16"},
    }
    for name, rules in wrong.items():
        for by in (1, -1):
            amount = getattr(core.totals, name) + by
            assert set(rules_of(replace(core, totals=replace(core.totals, **{name: amount})))) == rules
    [share] = core.taxes
    more = {"tax": share.tax + 1}
    totals = replace(core.totals, tax=core.totals.tax + 1, gross=core.totals.gross + 1, due=core.totals.due + 1)
    assert rules_of(replace(core, taxes=(replace(share, **more),), totals=totals)) == ["BR-CO-17"]
    [line] = core.lines
    assert "PEPPOL-EN16931-R120" in rules_of(replace(core, lines=(replace(line, net=line.net + 1),)))
    assert not Invoice.objects.exists()


def test_another_business_is_refused_as_seller_and_a_stranger_as_sender() -> None:
    with pytest.raises(CannotIssue, match="ID-SELLER"):
        submit(core_invoice(), OTHER)
    with pytest.raises(CannotIssue, match="ID-SELLER"):
        submit(core_invoice(), BUYER)
    person = replace(director(SELLER), principal=None, mandate="")
    with pytest.raises(AccessDenied):
        submit_invoice(actor=person, content=write_invoice(core_invoice()), now=NOW)


def test_a_foreign_currency_needs_its_rate_and_the_tax_in_rupiah() -> None:
    dollars = core_invoice(currency="USD", currencies=frozenset(("USD",)))
    assert rules_of(dollars) == ["ID-CURRENCY"]
    stated = replace(dollars, tax_currency="IDR", totals=replace(dollars.totals, tax_local=Decimal(264_000_000)))
    assert rules_of(stated) == ["ID-CURRENCY"]
    content = write_invoice(stated).replace(
        b"<cac:TaxTotal>",
        RATE + b"<cac:TaxTotal>",
        1,
    )
    invoice = submit_invoice(actor=director(SELLER), content=content, now=NOW)
    assert (invoice.currency, invoice.tax) == ("USD", 26_400_000_000)
    wrong = content.replace(b"264000000<", b"264000001<").replace(b">F-1<", b">F-2<")
    with pytest.raises(CannotIssue, match="ID-EXCHANGE"):
        submit_invoice(actor=director(SELLER), content=wrong, now=NOW)


def test_what_is_too_large_too_long_or_below_nothing_is_refused_in_words() -> None:
    assert rules_of(core_invoice("F" * 61)) == ["ID-NUMBER"]
    core = core_invoice()
    [line], [share] = core.lines, core.taxes

    def sized(net: Decimal) -> CoreInvoice:
        tax = net * 11 / 100
        totals = replace(core.totals, lines=net, net=net, tax=tax, gross=net + tax, due=net + tax)
        lines = (replace(line, quantity=net / line.price, net=net),)
        return replace(core, lines=lines, taxes=(replace(share, base=net, tax=tax),), totals=totals)

    assert submit(sized(Decimal(750_000_000_000_000))).net == 75_000_000_000_000_000
    dollars = replace(sized(Decimal(750_000_000_000_000)), number="F-2", currency="USD", currencies=frozenset(("USD",)))
    tax_local = Decimal(82_500_000_000_000) * 2
    foreign = replace(dollars, tax_currency="IDR", totals=replace(dollars.totals, tax_local=tax_local))
    rated = write_invoice(foreign).replace(b"<cac:TaxTotal>", RATE.replace(b"16000", b"2") + b"<cac:TaxTotal>", 1)
    with pytest.raises(CannotIssue, match="ID-LARGE"):
        submit_invoice(actor=director(SELLER), content=rated, now=NOW)
    assert rules_of(sized(Decimal(-150_000))) == ["ID-NEGATIVE"]
    absurd = replace(core, taxes=(replace(share, base=Decimal(10**15 - 1), rate=Decimal(10**15 - 1)),))
    assert "BR-CO-17" in rules_of(absurd)
    assert "PEPPOL-EN16931-F001" in rules_of(core_invoice(issued_on="2026-W19-1"))


BOMBS = {
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + ROOT + b"&b;</Invoice>",
    "an external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + ROOT + b"&a;</Invoice>",
    "an external document type": b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + ROOT + b"</Invoice>",
    "depth": ROOT + b"<a>" * MOST_DEPTH + b"</a>" * MOST_DEPTH + b"</Invoice>",
    "breadth": ROOT + b"<a/>" * 40_000 + b"</Invoice>",
    "attributes": ROOT[:-1] + b' a="' + b"x" * 600_000 + b'"/>',
    "another encoding": '<?xml version="1.0"?><Invoice/>'.encode("utf-16"),
    "no invoice": b"<Order/>",
    "not closed": ROOT,
    "nothing": b"",
    "two roots": ROOT + b"</Invoice><y/>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_is_a_trap_is_refused_in_the_sandbox(name: str) -> None:
    with pytest.raises(FileRefused):
        open_apart(READ, BOMBS[name])
    with pytest.raises(CannotIssue, match="ID-FILE"):
        submit_invoice(actor=director(SELLER), content=BOMBS[name], now=NOW)
    assert open_apart(READ, write_invoice(core_invoice())).value["number"] == "F-1"


def test_what_may_stand_once_and_stands_twice_is_refused() -> None:
    content = write_invoice(core_invoice())
    twice = content.replace(b"<cac:LegalMonetaryTotal>", b"<cac:LegalMonetaryTotal/><cac:LegalMonetaryTotal>")
    with pytest.raises(CannotIssue, match="ID-FILE"):
        submit_invoice(actor=director(SELLER), content=twice, now=NOW)


@pytest.mark.parametrize("number", ["NaN", "1e9", "Infinity", "1" * 16, "0x1", "1,5", "１"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    content = write_invoice(core_invoice()).replace(b">166500<", f">{number}<".encode())
    with pytest.raises(CannotIssue, match="ID-FILE"):
        submit_invoice(actor=director(SELLER), content=content, now=NOW)


def archive(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


def test_of_an_archive_the_right_ones_are_issued_and_each_other_is_told_what_is_wrong() -> None:
    wrong = core_invoice("F-2")
    files = {
        "1.xml": write_invoice(core_invoice("F-1")),
        "2.xml": write_invoice(replace(wrong, totals=replace(wrong.totals, due=Decimal(1)))),
        "3.xml": BOMBS["entities"],
        "4.xml": write_invoice(core_invoice("F-4")),
        "5.xml": b"<a>" + b" " * 30_000_000 + b"</a>",
    }
    content = archive(files)
    upload = upload_invoices(actor=director(SELLER), content=content, now=NOW)
    assert (upload.taken, upload.refused) == (2, 3)
    assert [row.get("number", row.get("faults", [["?"]])[0][0]) for row in upload.rows] == [
        f"2026.{SELLER}.00000001",
        "BR-CO-16",
        "ID-FILE",
        f"2026.{SELLER}.00000002",
        "ID-FILE",
    ]
    assert upload_invoices(actor=director(SELLER), content=content, now=NOW) == upload
    assert Upload.objects.count() == 1


def test_a_damaged_archive_and_one_of_too_many_files_are_refused_whole() -> None:
    whole = archive({"1.xml": write_invoice(core_invoice())})
    many = archive({f"{place}.xml": b"<a/>" for place in range(501)})
    for content in (whole[: len(whole) // 2], many):
        with pytest.raises(CannotIssue, match="ID-FILE"):
            upload_invoices(actor=director(SELLER), content=content, now=NOW)
    assert not Upload.objects.exists()
