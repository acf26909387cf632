"""What the public may read: classes by law, redaction that leaves nothing in the bytes, and the public list."""

import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from PIL import Image

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.documents.actions import typeset_paper
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work
from gapura.sectors.office.actions import publication as publishing
from gapura.sectors.office.actions.disclosure import check_disclosure, open_ended_classes, set_disclosure
from gapura.sectors.office.actions.letter_posting import send_letter
from gapura.sectors.office.actions.publication import list_new_documents, publish_document, withdraw_publication
from gapura.sectors.office.actions.redaction import (
    decide_redaction,
    propose_redaction,
    redact_document,
    save_redaction,
    show_file_page,
)
from gapura.sectors.office.models import (
    DisclosureChange,
    DocumentFile,
    OfficialDocument,
    Publication,
    PublishedFile,
    Redaction,
)
from gapura.sectors.office.queries.disclosure import (
    list_closed_documents,
    list_open_redactions,
    list_published,
    public_text,
)
from gapura.sectors.office.redaction import Mark
from gapura.sectors.office.testing import AGENCY, NOW, Office, make_document, make_office
from gapura.sectors.office.types import DISCLOSURE_ROLE, CannotDisclose

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")
TODAY = date(2026, 11, 23)
LATER = NOW + timedelta(hours=1)
SECRET, NUMBER = "Budi Santoso", "3171014501900001"
TABLE = "| who | sum |\n|---|---|\n| oﬃce of Budi | 5 |"
BODY = f"The fine was paid by **{SECRET}**, NIK {NUMBER}.\n\n{TABLE}\n\nThe rest is open.\n"


def ppid(actor: Actor) -> Actor:
    return replace(actor, roles=actor.roles | {DISCLOSURE_ROLE})


def record(office: Office, serial: int = 1, **columns: object) -> OfficialDocument:
    """A registered document of the analyst."""
    document = make_document(office.analyst, body=BODY, title="A fine", direction="outgoing")
    values = {"status": "registered", "number": f"B/{serial}/OT.01/2026", "serial": serial, "year": 2026}
    values |= {"registered_at": NOW, "disclosure": "open"}
    OfficialDocument.objects.filter(pk=document.pk).update(**values | columns)
    document.refresh_from_db()
    return document


def attach(document: OfficialDocument, content: bytes, media_type: str = "application/pdf") -> DocumentFile:
    return DocumentFile.objects.create(
        document=document,
        code=f"F{document.files.count()}",
        name=f"{SECRET}.pdf",
        media_type=media_type,
        content=content,
        size=len(content),
        digest=f"{document.files.count():064}",
        added_by_person="3171014501900001",
        added_at=NOW,
    )


def secret_pdf(words: str = f"Salary of {SECRET}") -> bytes:
    """A real PDF with words that can be copied."""
    paper = {
        "language": "id",
        "title": words,
        "form": "f",
        "office": "o",
        "unit": "u",
        "number": "1",
        "day": "",
        "is_draft": False,
        "head": [],
        "foot": [],
        "pictures": {},
        "attachments": [],
        "approved": [],
        "words": [{"kind": "paragraph", "children": [{"kind": "text", "text": words}]}],
    }
    return typeset_paper("official-paper", paper, now=NOW)


def everything_in(pdf: bytes) -> str:
    """All that any reader could dig out of a PDF: its text, every stream unpacked, and every string in it."""
    read = [pdf]
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        unpacked = zlib.decompressobj()
        try:
            read.append(unpacked.decompress(stream[1]))
        except zlib.error:
            read.append(stream[1])
    packed = b"\n".join(read)
    hexadecimal = b"\n".join(bytes.fromhex(one[1].decode()) for one in re.finditer(rb"<((?:[0-9A-Fa-f]{2})+)>", packed))
    texts = [packed.decode("latin-1"), packed.decode("utf-16-be", "ignore"), hexadecimal.decode("utf-16-be", "ignore")]
    opened = pdfium.PdfDocument(pdf)
    texts += [page.get_textpage().get_text_bounded() for page in opened]
    texts += [str(opened.get_metadata_dict()), str(opened.count_attachments())]
    if shutil.which("pdftotext"):
        texts.append(
            subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        )
    return "\n".join(texts)


def redacted(office: Office, document: OfficialDocument, *marks: Mark, files: dict | None = None) -> Redaction:
    officer = ppid(office.analyst)
    code = redact_document(actor=officer, code=document.code, now=NOW).code
    save_redaction(actor=officer, code=code, marks=marks, files=files or {}, now=NOW)
    return propose_redaction(actor=officer, code=code, now=NOW)


def approved(office: Office, redaction: Redaction) -> Publication:
    decide_redaction(
        actor=ppid(office.colleague), code=redaction.code, approve=True, seen_digest=redaction.digest, now=LATER
    )
    return Publication.objects.get(document_code=redaction.document.code)


def waits(document: OfficialDocument) -> bool:
    """Whether somebody is to look at it before it is published."""
    return bool(find_open_work(kind="office.disclose", object_ref=f"document:{document.code}"))


MARKS = (Mark("h", words=SECRET), Mark("h", words="Budi"), Mark("h", words=NUMBER))


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"disclosure": "closed"}, "ground in the law"),
        ({"disclosure": "closed", "ground": "z"}, "ground in the law"),
        ({"disclosure": "closed", "ground": "a"}, "nothing is closed for ever"),
        ({"disclosure": "closed", "ground": "a", "closed_until": date(2026, 11, 23)}, "day is over"),
        ({"disclosure": "partly", "ground": "a", "closed_until": date(2056, 11, 24)}, "30 years"),
        ({"disclosure": "open", "ground": "h"}, "needs no ground"),
        ({"disclosure": "secret", "ground": "h"}, "Choose whether"),
    ],
)
def test_nothing_is_closed_without_a_ground_or_beyond_its_term(chosen, said):
    given = {"ground": "", "closed_until": None, **chosen}
    with pytest.raises(CannotDisclose, match=said):
        check_disclosure(**given, registered_on=TODAY, today=TODAY)


def test_what_the_law_allows_is_allowed():
    for ground, until in (("a", date(2056, 11, 23)), ("h", None), ("j", None)):
        found = check_disclosure(
            disclosure="closed", ground=ground, closed_until=until, registered_on=TODAY, today=TODAY
        )
        assert found.code == ground
    assert not check_disclosure(disclosure="open", ground="", closed_until=None, registered_on=TODAY, today=TODAY)


def test_a_draft_is_classed_by_who_writes_it_and_a_record_by_the_information_officer_with_a_reason():
    office = make_office()
    draft = make_document(office.analyst)
    set_disclosure(actor=office.analyst, code=draft.code, disclosure="closed", ground="h", now=NOW)
    with pytest.raises(AccessDenied):
        set_disclosure(actor=office.colleague, code=draft.code, disclosure="open", now=NOW)
    closed = record(office, disclosure="closed", disclosure_ground="h")
    for stranger in (office.analyst, office.minister, ppid(office.neighbor)):
        with pytest.raises(AccessDenied):
            set_disclosure(actor=stranger, code=closed.code, disclosure="open", reason="Asked for", now=NOW)
    with pytest.raises(CannotDisclose, match="why the class changes"):
        set_disclosure(actor=ppid(office.colleague), code=closed.code, disclosure="open", now=NOW)
    set_disclosure(actor=ppid(office.colleague), code=closed.code, disclosure="open", reason="Asked for", now=NOW)
    assert list(DisclosureChange.objects.order_by("pk").values_list("disclosure", "reason")) == [
        ("closed", ""),
        ("open", "Asked for"),
    ]


def test_the_public_version_holds_nothing_of_what_was_taken_out_in_any_byte():
    office = make_office()
    document = record(office, title=f"Fine of {SECRET}")
    publication = approved(office, redacted(office, document, *MARKS))
    for readable in (everything_in(bytes(publication.pdf)), publication.words, publication.title):
        assert not re.search(r"budi|santoso|3171014501900001|oﬃce of budi", readable, re.IGNORECASE)
    assert "The rest is open" in everything_in(bytes(publication.pdf))
    assert "The rest is open" in public_text(document)
    assert publication.grounds == ["h"]


def test_the_search_through_the_bytes_finds_what_was_not_taken_out():
    office = make_office()
    publication = publish_document(actor=HOUSE, document=record(office), now=NOW)
    assert re.search("Budi Santoso", everything_in(bytes(publication.pdf)))


def test_files_are_drawn_anew_under_boxes_and_their_names_and_words_are_gone():
    office = make_office()
    document = record(office)
    boxed, whole, withheld = (attach(document, secret_pdf()) for _ in range(3))
    files = {
        boxed.code: {"do": "boxes", "ground": "h", "boxes": [[1, 0, 0, 100, 100]]},
        whole.code: {"do": "whole"},
        withheld.code: {"do": "withhold", "ground": "h"},
    }
    publication = approved(office, redacted(office, document, *MARKS, files=files))
    given = list(publication.files.order_by("pk"))
    assert [one.name for one in given] == ["attachment-1.pdf", "attachment-2.pdf"]
    for one in given:
        assert not re.search("Budi|Santoso|Salary", everything_in(bytes(one.content)))
    shown = pdfium.PdfDocument(bytes(given[0].content))[0].render().to_pil().convert("L")
    assert shown.getextrema()[1] < 30  # black from edge to edge
    assert "Budi" not in everything_in(bytes(publication.pdf))


def test_a_box_covers_its_place_and_leaves_the_rest():
    office = make_office()
    document = record(office)
    drawn = BytesIO()
    Image.new("RGB", (200, 100), (255, 255, 255)).save(drawn, "JPEG")
    file = attach(document, drawn.getvalue(), "image/jpeg")
    choice = {file.code: {"do": "boxes", "ground": "h", "boxes": [[1, 50, 0, 50, 100]]}}
    publication = approved(office, redacted(office, document, files=choice))
    page = pdfium.PdfDocument(bytes(publication.files.get().content))[0].render().to_pil().convert("L")
    assert page.getpixel((page.width // 4, page.height // 2)) > 240
    assert page.getpixel((3 * page.width // 4, page.height // 2)) < 15


def test_a_page_with_a_ruler_is_shown_to_choose_boxes_by():
    office = make_office()
    file = attach(record(office), secret_pdf())
    assert show_file_page(file, 1).startswith(b"\xff\xd8\xff")
    with pytest.raises(CannotDisclose, match="cannot be shown"):
        show_file_page(file, 9)


def test_whoever_marked_does_not_approve_and_nobody_approves_what_they_did_not_see():
    office = make_office()
    redaction = redacted(office, record(office), *MARKS)
    given = {"code": redaction.code, "approve": True, "now": LATER}
    with pytest.raises(CannotDisclose, match="marked it yourself"):
        decide_redaction(actor=ppid(office.analyst), seen_digest=redaction.digest, **given)
    with pytest.raises(CannotDisclose, match="after you opened it"):
        decide_redaction(actor=ppid(office.colleague), seen_digest="0" * 64, **given)
    OfficialDocument.objects.filter(pk=redaction.document.pk).update(body="Other words")
    with pytest.raises(CannotDisclose, match="after you opened it"):
        decide_redaction(actor=ppid(office.colleague), seen_digest=redaction.digest, **given)
    assert not Publication.objects.exists()
    OfficialDocument.objects.filter(pk=redaction.document.pk).update(body=BODY)
    decide_redaction(actor=ppid(office.colleague), seen_digest=redaction.digest, **given)
    with pytest.raises(CannotDisclose, match="meanwhile"):
        decide_redaction(actor=ppid(office.colleague), seen_digest=redaction.digest, **given)


def test_sent_back_with_a_reason_it_begins_anew():
    office = make_office()
    redaction = redacted(office, record(office), *MARKS)
    given = {"code": redaction.code, "approve": False, "seen_digest": redaction.digest, "now": LATER}
    with pytest.raises(CannotDisclose, match="what must be changed"):
        decide_redaction(actor=ppid(office.colleague), **given)
    decide_redaction(actor=ppid(office.colleague), opinion="The table too", **given)
    assert not Publication.objects.exists()
    assert redact_document(actor=ppid(office.analyst), code=redaction.document.code, now=LATER) != redaction


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([Mark("z", words="Budi")], "names its ground"),
        ([Mark("h", words=" .-")], "at least one letter"),
        ([Mark("h", words=f"word{number}") for number in range(501)], "more than 500"),
    ],
)
def test_bad_marks_are_refused(marks, said):
    office = make_office()
    code = redact_document(actor=ppid(office.analyst), code=record(office).code, now=NOW).code
    with pytest.raises(CannotDisclose, match=said):
        save_redaction(actor=ppid(office.analyst), code=code, marks=marks, files={}, now=NOW)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"do": "withhold"}, "names its ground"),
        ({"do": "boxes", "ground": "h", "boxes": []}, "at least one box"),
        ({"do": "boxes", "ground": "h", "boxes": [[1, 0, 0, 0, 5]]}, "written as page"),
        ({"do": "boxes", "ground": "h", "boxes": [[0, 0, 0, 5, 5]]}, "written as page"),
    ],
)
def test_bad_choices_about_files_are_refused(choice, said):
    office = make_office()
    document = record(office)
    file = attach(document, secret_pdf())
    code = redact_document(actor=ppid(office.analyst), code=document.code, now=NOW).code
    with pytest.raises(CannotDisclose, match=said):
        save_redaction(actor=ppid(office.analyst), code=code, marks=MARKS, files={file.code: choice}, now=NOW)


def test_a_file_that_cannot_be_drawn_or_was_not_thought_of_is_not_given():
    office = make_office()
    document = record(office)
    sheet = attach(document, b"PK\x03\x04", "application/vnd.oasis.opendocument.spreadsheet")
    officer = ppid(office.analyst)
    code = redact_document(actor=officer, code=document.code, now=NOW).code
    with pytest.raises(CannotDisclose, match="cannot be drawn as pages"):
        save_redaction(actor=officer, code=code, marks=MARKS, files={sheet.code: {"do": "whole"}}, now=NOW)
    with pytest.raises(CannotDisclose, match="Nothing is taken out"):
        propose_redaction(actor=officer, code=code, now=NOW)
    save_redaction(actor=officer, code=code, marks=MARKS, files={}, now=NOW)
    with pytest.raises(CannotDisclose, match="every file"):
        propose_redaction(actor=officer, code=code, now=NOW)


def test_only_the_information_officer_of_the_agency_redacts_and_not_what_names_others():
    office = make_office()
    document = record(office)
    for stranger in (office.analyst, office.minister, ppid(office.neighbor)):
        with pytest.raises(AccessDenied):
            redact_document(actor=stranger, code=document.code, now=NOW)
    named = record(office, serial=2, reach="named")
    with pytest.raises(AccessDenied):
        redact_document(actor=ppid(office.colleague), code=named.code, now=NOW)
    assert redact_document(actor=ppid(office.analyst), code=named.code, now=NOW)
    assert len(list_open_redactions(ppid(office.colleague))) == 1
    with pytest.raises(AccessDenied):
        list_closed_documents(office.colleague)


def test_every_own_record_is_listed_once_and_a_title_that_tells_too_much_is_not():
    office = make_office()
    closed = {"disclosure": "closed", "disclosure_ground": "h"}
    for serial, columns in enumerate(
        (
            {"title": "Open"},
            {"title": "Private"} | closed,
            {"title": "Police"} | closed | {"disclosure_ground": "a", "closed_until": date(2030, 1, 1)},
            {"title": f"About {NUMBER}"},
            {"title": "Come in", "direction": "incoming"},
        ),
        start=1,
    ):
        record(office, serial=serial, **columns)
    make_document(office.analyst, title="A draft")
    assert list_new_documents(actor=HOUSE, now=NOW) == 4
    assert list_new_documents(actor=HOUSE, now=NOW) == 0
    lines = list_published(agency_code=AGENCY, on=TODAY)
    assert sorted(one.title for one in lines) == ["", "", "Open", "Police"]
    assert all(one.published_at is None for one in Publication.objects.all())
    assert not list_published(on=TODAY + timedelta(days=1))


def test_open_papers_of_senior_posts_are_published_unless_somebody_may_be_in_them(monkeypatch):
    office = make_office()
    monkeypatch.setattr(publishing, "is_of_senior_post", lambda document: True)
    clean = record(office, serial=1, body="Everybody may read this.")
    personal = record(office, serial=2)
    with_file = record(office, serial=3, body="See the file.")
    attach(with_file, secret_pdf())
    list_new_documents(actor=HOUSE, now=NOW)
    published = Publication.objects.filter(pdf__isnull=False)
    assert [one.document_code for one in published] == [clean.code]
    assert [waits(one) for one in (clean, personal, with_file)] == [False, True, True]
    publish_document(actor=HOUSE, document=with_file, now=LATER)
    assert [waits(one) for one in (personal, with_file)] == [True, False]


def test_a_letter_to_a_person_is_listed_without_its_title_and_published_by_nobody_but_a_person(monkeypatch):
    office = make_office()
    monkeypatch.setattr(publishing, "is_of_senior_post", lambda document: True)
    document = record(office, title="To Siti", body="Nothing else.", sealed=b"%PDF-sealed")
    send_letter(actor=office.analyst, document=document, person=NUMBER, now=NOW)
    list_new_documents(actor=HOUSE, now=NOW)
    line = Publication.objects.get()
    assert (line.title, line.pdf) == ("", None)
    assert waits(document)


def test_only_an_open_record_is_published_whole():
    office = make_office()
    for document in (record(office, disclosure="partly", disclosure_ground="h"), make_document(office.analyst)):
        with pytest.raises(CannotDisclose, match="Only an open record"):
            publish_document(actor=HOUSE, document=document, now=NOW)


def test_what_is_closed_again_leaves_the_page_with_a_trace():
    office = make_office()
    document = record(office)
    attach(document, secret_pdf())
    publication = publish_document(actor=HOUSE, document=document, now=NOW)
    assert PublishedFile.objects.count() == 1
    set_disclosure(
        actor=ppid(office.colleague), code=document.code, disclosure="closed", ground="h", reason="A name", now=LATER
    )
    publication.refresh_from_db()
    assert (publication.pdf, publication.words, publication.title) == (None, "", "")
    assert (publication.withdrawn_at, publication.withdrawn_reason) == (LATER, "A name")
    assert not PublishedFile.objects.exists()
    assert public_text(document) is None


def test_a_publication_is_withdrawn_by_the_officer_of_its_agency_with_a_reason():
    office = make_office()
    publication = publish_document(actor=HOUSE, document=record(office), now=NOW)
    for stranger in (office.colleague, ppid(office.neighbor)):
        with pytest.raises(AccessDenied):
            withdraw_publication(actor=stranger, code=publication.code, reason="No", now=LATER)
    with pytest.raises(CannotDisclose, match="why it is withdrawn"):
        withdraw_publication(actor=ppid(office.colleague), code=publication.code, reason=" ", now=LATER)
    assert (
        withdraw_publication(actor=ppid(office.colleague), code=publication.code, reason="Wrong file", now=LATER).pdf
        is None
    )


def test_a_class_that_ends_opens_by_itself_and_what_was_redacted_is_shown_whole():
    office = make_office()
    ends = {"disclosure": "partly", "disclosure_ground": "a", "closed_until": TODAY + timedelta(days=3)}
    clean = record(office, body="Nothing personal.", **ends)
    publication = approved(office, redacted(office, clean, Mark("a", words="personal")))
    assert "personal" not in publication.words
    kept = record(office, serial=2, **ends | {"closed_until": TODAY + timedelta(days=4)})
    assert open_ended_classes(actor=HOUSE, now=NOW + timedelta(days=2)) == 0
    assert open_ended_classes(actor=HOUSE, now=NOW + timedelta(days=3)) == 1
    publication.refresh_from_db()
    assert (publication.disclosure, publication.grounds) == ("open", [])
    assert "personal" in publication.words
    kept.refresh_from_db()
    assert kept.disclosure == "partly"
