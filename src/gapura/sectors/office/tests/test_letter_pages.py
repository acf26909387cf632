"""The pages of letters, as a person meets them."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.office.actions.letter_posting import follow_letter, seal_letter_receipt, send_letter
from gapura.sectors.office.models import Letter
from gapura.sectors.office.testing import AGENCY, NOW, make_document, make_office
from gapura.sectors.office.tests.test_letters import SITI, mail_room, picture, sealed, written
from gapura.sectors.office.types import LetterState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")
assert mail_room  # a fixture that every test here stands on


@pytest.fixture
def siti() -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, make_resident("siti", person_number=SITI))
    return client


def test_a_person_writes_chooses_an_office_and_sends(siti):
    assert "Write a letter" in siti.get("/letters/").text
    answer = siti.post("/letters/new/")
    code = Letter.objects.get().code
    assert answer.headers["Location"] == f"/letters/{code}/to/"
    assert AGENCY in siti.get(f"/letters/{code}/to/?q=Aparatur").text
    siti.post(f"/letters/{code}/to/", {"to": AGENCY})
    sent = {"title": "Lamp", "body": "Dark.\r\n\r\n<script>alert(1)</script>", "base": "2"}
    assert siti.post(f"/letters/{code}/write/", sent).status_code == 302
    assert Letter.objects.get().body == "Dark.\n\n<script>alert(1)</script>"
    siti.post(f"/letters/{code}/files/", {"file": SimpleUploadedFile("a.png", picture())})
    assert "a.jpg" in siti.get(f"/letters/{code}/write/").text
    base = Letter.objects.get().revision
    for _ in range(2):
        answer = siti.post(f"/letters/{code}/write/", sent | {"base": str(base), "send": "yes"})
        assert answer.headers["Location"] == f"/letters/{code}/"
    page = siti.get(f"/letters/{code}/").text
    assert "Lamp" in page
    assert "<script>alert" not in page
    assert Letter.objects.get().state == LetterState.SENT
    [file] = Letter.objects.get().files.all()
    fetched = siti.get(f"/letters/{code}/files/{file.code}/")
    assert fetched.headers["Content-Disposition"].startswith("attachment")


def test_a_script_saves_and_is_told_where_another_window_was_faster(siti):
    code = written().code
    words = {"title": "Lamp", "body": "One.", "base": str(Letter.objects.get().revision), "autosave": "yes"}
    base = siti.post(f"/letters/{code}/write/", words).json()["base"]
    late = siti.post(f"/letters/{code}/write/", words | {"body": "Two."})
    assert late.status_code == 409
    assert "another window" in late.json()["refused"]
    page = siti.post(f"/letters/{code}/write/", {"title": "Lamp", "body": "Two.", "base": words["base"]})
    assert "Two." in page.text
    assert f'value="{base}"' in page.text
    assert Letter.objects.get().body == "One."


def test_an_unfinished_letter_keeps_its_words_when_it_is_refused(siti):
    code = written(addressee="").code
    sent = {"title": "", "body": "All my words.", "base": str(Letter.objects.get().revision), "send": "yes"}
    page = siti.post(f"/letters/{code}/write/", sent).text
    assert "Choose the office" in page
    assert "All my words." in page


def test_a_program_is_not_taken_as_a_file(siti):
    code = written().code
    page = siti.post(f"/letters/{code}/files/", {"file": SimpleUploadedFile("bill.pdf", b"MZ\x90\x00")}).text
    assert "Only PDF files and pictures" in page


def test_the_way_of_a_letter_and_its_receipt_stand_on_its_page(siti):
    letter = written()
    siti.post(
        f"/letters/{letter.code}/write/",
        {"title": "Lamp", "body": "Dark.", "base": str(letter.revision), "send": "yes"},
    )
    follow_letter(actor=HOUSE, code=letter.code, state=LetterState.ARRIVED, now=datetime.now(UTC))
    receipt = seal_letter_receipt(actor=HOUSE, code=letter.code, now=datetime.now(UTC))
    page = siti.get(f"/letters/{letter.code}/").text
    assert f"/documents/{receipt}/" in page
    assert "Take the letter back" in page
    siti.post(f"/letters/{letter.code}/withdraw/")
    assert "Taken back" in siti.get(f"/letters/{letter.code}/").text


def test_a_letter_of_an_office_is_read_and_fetched_by_its_recipient_alone(siti):
    office = make_office()
    document = sealed(make_document(office.analyst, body="We shall mend it."))
    sent = send_letter(actor=office.analyst, document=document, person=SITI, now=NOW)
    page = siti.get(f"/letters/received/{sent.code}/").text
    assert "We shall mend it." in page
    assert siti.get(f"/letters/received/{sent.code}/file/").content == b"%PDF-sealed"
    other = Client()
    sign_in(other, make_resident("budi", person_number="3171010101800009"))
    assert other.get(f"/letters/received/{sent.code}/").status_code == 404
    assert other.get(f"/letters/{written().code}/").status_code == 404
