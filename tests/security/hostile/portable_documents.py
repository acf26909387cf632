"""PDFs that grow, turn in circles, act by themselves, or pass for something else."""

import zlib

from tests.security.hostile.archives import zipped
from tests.security.hostile.corpus import MEGABYTE, hostile

_CATALOG = b"<</Type/Catalog/Pages 2 0 R%s>>"
_PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    content, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    content += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(content)


def acting(action: bytes, *more: bytes) -> bytes:
    return pdf(_CATALOG % action, _PAGES, *more)


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), words, content)


@hostile("pdf")
def pdf_with_javascript() -> bytes:
    return acting(b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://evil.invalid'\\))>>")


@hostile("pdf")
def pdf_with_javascript_in_the_names() -> bytes:
    return acting(b"/Names<</JavaScript<</Names[(a)3 0 R]>>>>", b"<</S/JavaScript/JS(while\\(1\\);)>>")


@hostile("pdf")
def pdf_that_launches_a_program() -> bytes:
    return acting(b"/OpenAction<</S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c calc)>>>>")


@hostile("pdf")
def pdf_with_an_embedded_program() -> bytes:
    file = stream(b"MZ" + bytes(100), b"/Type/EmbeddedFile")
    return acting(b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/EF<</F 3 0 R>>>>]>>>>", file)


@hostile("pdf")
def pdf_that_sends_its_form() -> bytes:
    return acting(b"/OpenAction<</S/SubmitForm/F(http://169.254.169.254/)>>")


@hostile("pdf")
def pdf_with_a_hidden_name() -> bytes:
    return acting(b"/OpenAction<</S/J#61vaScript/J#53(app.alert\\(1\\))>>")


@hostile("pdf")
def pdf_with_a_form_in_xml() -> bytes:
    xxe = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    return acting(b"/AcroForm<</XFA 3 0 R/Fields[]>>", stream(xxe))


@hostile("pdf")
def pdf_stream_bomb() -> bytes:
    bomb = zlib.compress(zlib.compress(bytes(1024 * MEGABYTE), 9), 9)
    return acting(b"/Metadata 3 0 R", stream(bomb, b"/Filter[/FlateDecode/FlateDecode]"))


@hostile("pdf")
def pdf_object_stream_bomb() -> bytes:
    packed = zlib.compress(b"4 0 " + b" " * (700 * MEGABYTE) + b"<<>>", 9)
    words = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    content = b"%PDF-1.7\n3 0 obj\n" + stream(packed, words) + b"\nendobj\n"
    rows = b"".join(kind.to_bytes(1, "big") + a.to_bytes(4, "big") + b"\0\0" for kind, a in ((0, 0), (2, 3), (2, 3)))
    table = stream(rows, b"/Type/XRef/Size 3/W[1 4 2]/Root 1 0 R")
    return content + b"5 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(content)


@hostile("pdf")
def pdf_whose_tables_lead_in_a_circle() -> bytes:
    content = pdf(_CATALOG % b"", _PAGES)
    start = content.rindex(b"xref\n0")
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


@hostile("pdf")
def pdf_that_refers_to_itself() -> bytes:
    return pdf(b"1 0 R", b"<</Length 2 0 R>>", trailer=b"/Info 2 0 R")


@hostile("pdf")
def pdf_whose_length_is_its_own_stream() -> bytes:
    return acting(b"/Metadata 3 0 R", b"<</Length 3 0 R>>\nstream\nx\nendstream")


@hostile("pdf")
def pdf_nested_a_hundred_thousand_deep() -> bytes:
    return acting(b"/A " + b"[" * 100_000 + b"]" * 100_000)


@hostile("pdf")
def pdf_of_a_million_parts() -> bytes:
    return acting(b"/A[" + b"0 " * 1_000_000 + b"]")


@hostile("pdf")
def pdf_that_promises_two_billion_objects() -> bytes:
    return (
        pdf(_CATALOG % b"", _PAGES)
        .replace(b"/Size 3", b"/Size 2147483647")
        .replace(b"xref\n0 3", b"xref\n0 2147483647")
    )


@hostile("pdf")
def pdf_that_starts_before_itself() -> bytes:
    return pdf(_CATALOG % b"", _PAGES).replace(b"startxref\n", b"startxref\n-99999999999999999999")


@hostile("pdf")
def pdf_with_a_signature_of_nothing() -> bytes:
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 99999999999 1 -5]/Contents<%s>>>" % (b"30" * 5_000)
    field = b"<</FT/Sig/T(s)/V 4 0 R/Type/Annot/Subtype/Widget>>"
    return acting(b"/AcroForm<</Fields[3 0 R]/SigFlags 3>>", field, signature)


@hostile("pdf")
def pdf_with_a_name_of_four_megabytes() -> bytes:
    return acting(b"/" + b"A" * (4 * MEGABYTE) + b" 1")


@hostile("pdf")
def pdf_locked_with_a_password() -> bytes:
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"x" * 32, b"y" * 32)
    return pdf(_CATALOG % b"", _PAGES, trailer=lock)


@hostile("pdf")
def pdf_cut_short() -> bytes:
    return pdf(_CATALOG % b"", _PAGES)[:60]


@hostile("pdf")
def pdf_of_a_header_alone() -> bytes:
    return b"%PDF-"


@hostile("html", file_name="letter.pdf")
def page_that_begins_as_pdf() -> bytes:
    return b"%PDF-1.4 <html><script>alert(document.cookie)</script></html>"


@hostile("pdf")
def pdf_that_is_an_archive_too() -> bytes:
    return pdf(_CATALOG % b"", _PAGES) + zipped(**{"index.html": b"<script>alert(1)</script>"})


@hostile("pdf")
def pdf_that_ends_behind_a_picture() -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF" + pdf(_CATALOG % b"", _PAGES)
