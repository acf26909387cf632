"""The information officer's pages, and what everybody reads without an account."""

import csv
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.test import Client

from gapura.kernel.identity.testing import Account, Post, sign_in
from gapura.sectors.office.actions.publication import list_new_documents, publish_document, withdraw_publication
from gapura.sectors.office.models import OfficialDocument, Publication, Redaction
from gapura.sectors.office.testing import AGENCY, NOW, make_document, make_office
from gapura.sectors.office.tests.test_disclosure import HOUSE, attach, ppid, record, secret_pdf
from gapura.sectors.office.types import DISCLOSURE_ROLE

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def desk(name: str, *roles: str) -> Client:
    """A browser of one of make_office's people, in their post."""
    post = f"{AGENCY}//{name}"
    Post.objects.filter(code=post).update(roles=["office.clerk", *roles])
    client = Client(headers={"accept-language": "en"})
    sign_in(client, Account.objects.get(login=name), post_code=post)
    return client


def test_an_officer_marks_another_approves_and_everybody_reads_the_rest():
    office = make_office()
    document = record(office)
    first, second = desk("analyst", DISCLOSURE_ROLE), desk("colleague", DISCLOSURE_ROLE)
    assert "Disclosure" in first.get("/desk/office/disclosure/").text
    answer = first.get("/desk/office/disclosure/", {"number": document.number})
    assert answer.headers["Location"] == f"/desk/office/disclosure/{document.code}/"
    page = first.get(f"/desk/office/disclosure/{document.code}/").text
    assert "may be personal" in page
    where = first.post(f"/desk/office/disclosure/{document.code}/redact/").headers["Location"]
    assert "3171014501900001" in first.get(where).text
    assert "Choose a ground" in first.post(where, {"ground": "", "words": "Budi"}).text
    marked = {"ground": "h", "found": ["0"], "words": "Budi\nSantoso", "lines": ["title:0"]}
    assert first.post(where, marked).status_code == 302
    assert len(Redaction.objects.get().marks) == 4
    first.post(f"{where}remove/", {"mark": ["0"]})
    assert len(Redaction.objects.get().marks) == 3
    first.post(f"{where}propose/")
    assert "marked it yourself" in first.get(where).text
    digest = Redaction.objects.get().digest
    first.post(f"{where}decide/", {"digest": digest, "approve": "yes"})
    assert not Publication.objects.exists()
    second.post(f"{where}decide/", {"digest": digest, "approve": "yes"})
    publication = Publication.objects.get()
    anybody = Client(headers={"accept-language": "en"})
    page = anybody.get(f"/public-documents/{publication.code}/").text
    assert "The rest is open" in page
    assert "Budi" not in page
    pdf = anybody.get(f"/public-documents/{publication.code}/file/")
    assert pdf.content.startswith(b"%PDF-")
    assert "attachment" in pdf.headers["Content-Disposition"]


def test_files_are_chosen_about_one_by_one_and_shown_with_a_ruler():
    office = make_office()
    document = record(office)
    file = attach(document, secret_pdf())
    client = desk("analyst", DISCLOSURE_ROLE)
    where = client.post(f"/desk/office/disclosure/{document.code}/redact/").headers["Location"]
    shown = client.get(f"{where}files/{file.code}/1.jpg")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert client.get(f"{where}files/{file.code}/7.jpg").status_code == 404
    client.post(f"{where}files/{file.code}/", {"do": "boxes", "ground": "h", "boxes": "1 10 20 50 x"})
    assert Redaction.objects.get().files == {}
    client.post(f"{where}files/{file.code}/", {"do": "boxes", "ground": "h", "boxes": "1 10 20 50 5\n"})
    assert Redaction.objects.get().files[file.code]["boxes"] == [[1, 10, 20, 50, 5]]
    assert "1 10 20 50 5" in client.get(where).text


def test_a_class_is_reviewed_published_and_withdrawn_on_its_page():
    office = make_office()
    document = record(office, disclosure="closed", disclosure_ground="h")
    client = desk("analyst", DISCLOSURE_ROLE)
    where = f"/desk/office/disclosure/{document.code}/"
    page = client.post(where, {"disclosure": "closed", "ground": "a", "reason": "x"}).text
    assert "nothing is closed for ever" in page
    client.post(where, {"disclosure": "open", "ground": "", "reason": "Nobody is named"})
    assert OfficialDocument.objects.get(pk=document.pk).disclosure == "open"
    client.post(f"{where}publish/")
    publication = Publication.objects.get()
    assert publication.pdf is not None
    client.post(f"{where}withdraw/", {"reason": ""})
    assert Publication.objects.get().pdf is not None
    client.post(f"{where}withdraw/", {"reason": "The wrong file"})
    page = Client(headers={"accept-language": "en"}).get(f"/public-documents/{publication.code}/").text
    assert "The wrong file" in page
    assert Client().get(f"/public-documents/{publication.code}/file/").status_code == 404


def test_without_the_role_none_of_it_opens():
    office = make_office()
    document = record(office)
    client = desk("head")
    for path in ("", f"{document.code}/"):
        assert client.get(f"/desk/office/disclosure/{path}").status_code == 404
    assert client.post(f"/desk/office/disclosure/{document.code}/redact/").status_code == 404


def test_the_list_is_read_by_day_and_agency_and_as_files():
    office = make_office()
    record(office, serial=1, title="=1+1 <b>Bold</b>")
    record(office, serial=2, title="Private", disclosure="closed", disclosure_ground="h")
    make_document(office.analyst, title="A draft")
    list_new_documents(actor=HOUSE, now=NOW)
    anybody = Client(headers={"accept-language": "en"})
    page = anybody.get("/public-documents/", {"on": "2026-11-23", "agency": AGENCY}).text
    assert "&lt;b&gt;Bold" in page
    assert "Title not disclosed" in page
    assert "Private" not in page
    assert "A draft" not in page
    assert "Bold" not in anybody.get("/public-documents/", {"on": "2026-11-24"}).text
    rows = list(csv.DictReader(StringIO(anybody.get("/public-documents/list.csv").text)))
    assert sorted(row["title"] for row in rows) == ["", "'=1+1 <b>Bold</b>"]
    assert len(anybody.get("/public-documents/list.json").json()["documents"]) == 2
    feed = ElementTree.fromstring(anybody.get("/public-documents/feed.xml").content)
    titles = [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert "=1+1 <b>Bold</b>" in titles
    for nonsense in ("?on=yesterday", "?agency=nowhere", "?after=x_y", "?after=2026-11-23_99999999999999999999"):
        assert anybody.get(f"/public-documents/{nonsense}").status_code == 200
    assert anybody.get("/public-documents/NOWHERE/").status_code == 404


def test_the_list_goes_on_over_the_page():
    office = make_office()
    for serial in range(1, 53):
        record(office, serial=serial, title=f"Paper {serial:03}")
    list_new_documents(actor=HOUSE, now=NOW)
    anybody = Client(headers={"accept-language": "en"})
    first = anybody.get("/public-documents/").text
    assert "Paper 052" in first
    assert "Paper 002" not in first
    after = first.partition("?after=")[2].partition('"')[0]
    second = anybody.get(f"/public-documents/?after={after}").text
    assert "Paper 002" in second
    assert "Paper 003" not in second


def test_an_attachment_of_an_open_paper_is_fetched_until_it_is_withdrawn():
    office = make_office()
    document = record(office)
    attach(document, secret_pdf())
    publication = publish_document(actor=HOUSE, document=document, now=NOW)
    address = f"/public-documents/{publication.code}/files/{publication.files.get().code}/"
    assert Client().get(address).content.startswith(b"%PDF-")
    withdraw_publication(actor=ppid(office.analyst), code=publication.code, reason="A name", now=NOW)
    assert Client().get(address).status_code == 404
