"""Verification by anybody: every outcome in plain words, nothing personal in full."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.codes import grouped, new_code
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.actions import record_document, render_document, revoke_document
from gapura.kernel.documents.models import Document, DocumentUse
from gapura.kernel.documents.queries import MAX_UPLOAD_BYTES, get_content
from gapura.kernel.documents.testing import NOW, PERSON, new_order

HOUSE = system_actor("test")
ENGLISH = {"accept-language": "en"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> Document:
    with clock.frozen(NOW):
        return record_document(actor=HOUSE, sealed=render_document(new_order(valid_until=None)), now=NOW)


def upload(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("certificate.pdf", content, content_type="application/pdf")
    return client.post("/verify/", {"file": file}, headers=ENGLISH).content.decode()


def test_a_typed_code_leads_to_the_address_of_the_printed_square(client: Client, document: Document) -> None:
    typed = grouped(document.code).lower()
    answer = client.get("/verify/", {"code": f" {typed} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/verify/{document.code}/")


def test_a_genuine_document_is_told_with_its_office_and_a_masked_name(client: Client, document: Document) -> None:
    page = client.get(f"/verify/{document.code}/", headers=ENGLISH).content.decode()
    assert "Genuine and valid" in page
    assert document.office_name in page
    assert "S•••" in page
    assert PERSON not in page
    assert "Wahyuni" not in page


def test_each_check_is_counted_but_looking_at_headers_is_none(client: Client, document: Document) -> None:
    client.head(f"/verify/{document.code}/")
    assert DocumentUse.objects.count() == 0
    client.get(f"/verify/{document.code}/")
    upload(client, get_content(document))
    assert sorted(DocumentUse.objects.values_list("kind", flat=True)) == ["code", "file"]


def test_the_file_itself_is_genuine_and_one_changed_byte_makes_it_altered(client: Client, document: Document) -> None:
    content = get_content(document)
    assert "Genuine and valid" in upload(client, content)
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    assert "Altered: do not accept it" in upload(client, changed)


def test_a_revoked_document_says_so(client: Client, document: Document) -> None:
    revoke_document(actor=HOUSE, code=document.code, reason="Corrected", now=NOW)
    page = client.get(f"/verify/{document.code}/", headers=ENGLISH).content.decode()
    assert "Do not accept it" in page


def test_an_unknown_code_is_not_known_and_a_mistyped_one_is_explained(client: Client) -> None:
    page = client.get(f"/verify/{new_code()}/", headers=ENGLISH).content.decode()
    assert "Not known to us" in page
    page = client.get("/verify/", {"code": "hello"}, headers=ENGLISH).content.decode()
    assert "This cannot be one of our codes" in page
    assert 'value="hello"' in page


def test_files_that_cannot_be_ours_are_refused_with_the_reason(client: Client) -> None:
    assert "not a PDF" in upload(client, b"hello")
    assert "larger than any document" in upload(client, b"%PDF-1.7" + b"x" * MAX_UPLOAD_BYTES)
    assert "The file is empty" in upload(client, b"")
    assert "Choose a file" in client.post("/verify/", headers=ENGLISH).content.decode()


def test_the_form_needs_its_token(document: Document) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-")}).status_code == 403
