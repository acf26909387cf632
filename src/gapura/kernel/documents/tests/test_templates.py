"""What is printed: every template in every language, and no text that can become anything but text."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from gapura.foundation.codes import ALPHABET, grouped, new_code
from gapura.foundation.jurisdictions import load
from gapura.kernel.documents.sealing import typesetting
from gapura.kernel.documents.sealing.qr import qr_modules, qr_svg
from gapura.kernel.documents.sealing.reading import MAX_CLAIMS, find_claims
from gapura.kernel.documents.sealing.typesetting import Typesetter, get_typesetter, printed_order
from gapura.kernel.documents.testing import NOW, PERSON, new_order
from gapura.kernel.documents.types import CannotSealDocument, DocumentOrder, Facts
from gapura.kernel.exchange.plugin import list_evidence_types
from gapura.kernel.exchange.types import EvidenceType, FieldKind

ROOT = load("indonesia").root
TEMPLATES = sorted(
    file.stem
    for file in (ROOT / "templates").glob("*.typ")
    if "#let certificate(order)" in file.read_text(encoding="utf-8")  # the others are imported by these
    and file.stem != "tax-invoice"  # made of no evidence type: its sector sets it in every language
)
CODE = "7QK2M4XD0RHT9ABC"
FONTS = Path(find_spec("justmytype_intl_cjk").origin).parent / "fonts/ofl/notosanskr"


def some_value(field) -> object:
    if field.kind is FieldKind.DATE:
        return "1990-08-05"
    if field.kind is FieldKind.NUMBER:
        return 2
    if field.kind is FieldKind.CODE:
        return "unlisted"
    if field.kind is FieldKind.BOOLEAN:
        return True
    if field.code == "boundary":
        return '{"type":"Polygon","coordinates":[[[106.8,-6.2],[106.9,-6.2],[106.9,-6.1],[106.8,-6.2]]]}'
    return f"Value of {field.code}"


def facts_of(kind: EvidenceType) -> Facts:
    record = {field.code: some_value(field) for field in kind.fields}
    return Facts(kind.code, PERSON, (record, record), "a", NOW, NOW.date(), "dukcapil")


def order_of(template: str, **changes) -> DocumentOrder:
    facts = tuple(facts_of(kind) for kind in list_evidence_types())
    return new_order(template=template, service_code=f"civil.{template}", facts=facts, **changes)


def typeset(order: DocumentOrder) -> bytes:
    return get_typesetter().typeset(order.template, printed_order(order, CODE), int(NOW.timestamp()))


def page_count(pdf: bytes) -> int:
    return int(re.search(rb"/Type/Pages/Count (\d+)", pdf)[1])


@pytest.mark.parametrize("languages", [("id", "en"), ("id", "ko"), ("ko", "en"), ("en", "id", "ko")])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_can_be_set_in_every_language(template, languages):
    pdf = typeset(order_of(template, languages=languages))
    assert b"/Lang(%s)" % languages[0].encode() in pdf
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_a_certificate_fits_one_page():
    assert page_count(typeset(new_order())) == 1


def test_the_same_order_gives_the_same_bytes():
    assert typeset(new_order()) == typeset(new_order())


HOSTILE = [
    '"]) #panic("x") //',
    '\\" \\u{41} \\n $x$ #read("/etc/passwd")',
    "<script>alert(1)</script>",
    "= Heading - item *bold* _it_ `raw` @ref <label>",
    '#image("/etc/passwd")',
    "\\",
    '"',
]


def named(name: str) -> DocumentOrder:
    facts = new_order().facts[0]
    return new_order(facts=(Facts(**{**facts.__dict__, "records": ({**facts.records[0], "full_name": name},)}),))


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (Debian: poppler-utils) is not installed")
@pytest.mark.parametrize("name", ["Sri Wahyuni Lestari", "이순신", *HOSTILE])
def test_a_name_is_printed_and_never_understood(name):
    pdf = typeset(named(name))
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    assert "".join(name.split()) in "".join(told.decode().split())
    assert page_count(pdf) == 1


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_no_text_breaks_out_of_its_place(name):
    assert page_count(typeset(named(name))) == 1


def test_a_missing_template_is_named():
    with pytest.raises(CannotSealDocument, match=r"parking-permit\.typ is missing"):
        typeset(new_order(template="parking-permit"))


def test_a_missing_font_stops_every_document(tmp_path):
    with pytest.raises(CannotSealDocument, match="Noto Sans KR is not in"):
        Typesetter(ROOT, tmp_path)


def test_a_missing_font_package_is_named(monkeypatch):
    monkeypatch.setattr(typesetting.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotSealDocument, match="justmytype-intl-cjk"):
        get_typesetter.__wrapped__()


def test_a_letter_that_no_font_has_stops_the_document_instead_of_printing_a_box():
    with pytest.raises(CannotSealDocument, match=r"birth-extract\.typ cannot be set"):
        typeset(named("\U00013080"))


def test_a_template_that_fails_says_why(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.typ").write_text("#let certificate(order) = order.nothing")
    with pytest.raises(CannotSealDocument, match="nothing"):
        Typesetter(tmp_path, FONTS).typeset("broken", {}, 0)


def test_the_version_changes_with_any_template_or_code_list(tmp_path):
    for folder in ("templates", "codelists"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert Typesetter(tmp_path, FONTS).version == get_typesetter().version
    with (tmp_path / "codelists" / "sex.yaml").open("a") as file:
        file.write("# changed\n")
    assert Typesetter(tmp_path, FONTS).version != get_typesetter().version


def test_the_qr_code_drawn_by_xor_is_the_one_segno_encodes():
    prefix, suffix = "https://layanan.example.id/verify/", "/"
    for code in [new_code() for _ in range(12)] + [ALPHABET[:16], ALPHABET[16:]]:
        matrix = segno.make_qr(f"{prefix}{code}{suffix}", error="m", version=5, mask=3, boost_error=False).matrix
        assert qr_modules(prefix, code, suffix) == ["".join(map(str, row)) for row in matrix]


def test_a_long_address_takes_a_larger_qr_code():
    prefix = f"https://{'x' * 90}.example.id/verify/"
    assert len(qr_modules(prefix, new_code(), "/")) == 57
    assert qr_svg(prefix, new_code(), "/").startswith("<svg")


def test_the_file_names_its_code_without_being_parsed():
    pdf = typeset(new_order())
    assert find_claims(pdf) == [CODE]
    assert grouped(CODE).encode() in pdf


def test_a_file_full_of_claims_costs_no_more_than_a_few():
    assert len(find_claims(b"".join(b"/verify/%s/" % new_code().encode() for _ in range(500)))) == MAX_CLAIMS
