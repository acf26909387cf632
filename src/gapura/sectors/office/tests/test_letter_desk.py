"""The pages of registers, letters between offices, and reading, as their people use them."""

from datetime import date

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import sign_in
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office import testing
from gapura.sectors.office.actions import accept_letter, circulate_document, mark_read, remind_readers
from gapura.sectors.office.models import Dispatch, DocumentReader, IncomingLetter, OfficialDocument
from gapura.sectors.office.testing import NOW, make_document
from gapura.sectors.office.tests.letters_between import WORKER, arrived, carry, make_offices, make_sealed, send
from gapura.sectors.office.types import CannotCirculate

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def offices():
    with clock.frozen(NOW):
        yield make_offices()


def desk(name, post):
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, find_account(name), post_code=post)
    return client


def registrar():
    return desk("mailroom", "komdigi//mailroom")


def analyst():
    return desk("analyst", "kemenpan-rb//analyst")


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_letter_is_sent_accepted_handed_out_and_found_in_both_registers(offices):
    document = make_sealed(offices.ministry.analyst)
    sender, receiver = analyst(), registrar()
    address = f"/desk/office/documents/{document.code}/dispatch/"
    assert "Direktorat Aplikasi" in page_of(sender, f"{address}?agency=komdigi")
    sent = sender.post(f"{address}?agency=komdigi", {"receivers": [f"komdigi|{testing.ELSEWHERE}"]})
    assert sent.status_code == 302
    dispatch = Dispatch.objects.get()
    carry(dispatch)
    way = page_of(sender, f"/desk/office/dispatches/{dispatch.code}/")
    assert "Arrived" in way
    assert "Waiting to leave" in way

    box = page_of(receiver, "/desk/office/incoming/")
    assert document.title in box
    letter = f"/desk/office/incoming/{dispatch.code}/"
    assert "Accept and register" in page_of(receiver, letter)
    assert receiver.get(f"{letter}paper.pdf").content == bytes(document.sealed)
    accepted = receiver.post(
        letter, {"act": "accept", "task": "TU.01", "unit": testing.ELSEWHERE, "title": "Standards", "wants_answer": "1"}
    )
    assert accepted.status_code == 302
    handed = receiver.post(letter, {"act": "hand-out", "holders": ["post:komdigi//neighbor"], "note": "Please"})
    assert handed.status_code == 302
    assert [one.kind for one in list_open_work(offices.ministry.neighbor).lines] == ["office.handle"]
    assert "We are done" in page_of(desk("neighbor", "komdigi//neighbor"), letter)

    register = page_of(receiver, "/desk/office/register/?direction=incoming&year=2026&q=standards")
    assert "A-1/KOMDIGI/APPLICATIONS/2026" in register
    assert document.number in page_of(sender, "/desk/office/register/?direction=outgoing&year=2026")
    assert document.number in page_of(sender, "/desk/office/register/book/?direction=outgoing&year=2026")
    table = receiver.get("/desk/office/register.csv?direction=incoming&year=2026")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert document.number in table.content.decode()
    assert dispatch.receiver_label in page_of(sender, "/desk/office/dispatches/")


def test_what_cannot_be_done_is_said_on_the_page(offices):
    _, letter = arrived(offices)
    receiver, address = registrar(), f"/desk/office/incoming/{letter.code}/"
    empty = receiver.post(address, {"act": "return", "reason": ""})
    assert empty.status_code == 422
    assert receiver.post(address, {"act": "finish", "note": "x"}).status_code == 404
    assert receiver.post(address, {"act": "return", "reason": "Not ours"}).status_code == 302
    assert receiver.post(address, {"act": "return", "reason": "Not ours"}).status_code == 404
    assert analyst().get(address).status_code == 404
    assert desk("neighbor", "komdigi//neighbor").get(address).status_code == 404


def test_a_dispatch_is_asked_back_and_sent_again_on_its_page(offices):
    dispatch = send(offices.ministry.analyst, make_sealed(offices.ministry.analyst))
    sender, act = analyst(), f"/desk/office/dispatches/{dispatch.code}/act/"
    assert sender.post(act, {"act": "recall", "reason": ""}).status_code == 422
    assert sender.post(act, {"act": "again"}).status_code == 422  # it has not come back
    assert sender.post(act, {"act": "recall", "reason": "A mistake"}).status_code == 302
    again = sender.post(act, {"act": "again"})
    assert again.status_code == 302
    assert Dispatch.objects.count() == 2
    assert "It was sent before" in page_of(sender, again.headers["Location"])


def test_a_register_shows_no_entry_that_is_not_for_the_reader_but_says_that_it_is_there(offices):
    make_sealed(offices.ministry.analyst, title="For a few", reach="named")
    make_sealed(offices.ministry.analyst, title="=cmd()")
    reader = desk("colleague", "kemenpan-rb//colleague")
    register = page_of(reader, "/desk/office/register/?direction=outgoing&year=2026")
    assert "For a few" not in register
    assert "1 more entries" in register
    table = reader.get("/desk/office/register.csv?direction=outgoing&year=2026").content.decode()
    assert "For a few" not in table
    assert "'=cmd()" in table
    strange = "/desk/office/register/?unit=komdigi/applications&year=20x6&direction=sideways&page=zzz"
    assert "For a few" not in page_of(reader, strange)


def test_a_paper_letter_is_entered_with_its_scan(offices):
    from django.core.files.uploadedfile import SimpleUploadedFile

    receiver, scan = registrar(), bytes(make_sealed(offices.ministry.analyst).sealed)
    page_of(receiver, "/desk/office/incoming/new/")
    given = {"key": "ABCDEF123", "unit": testing.ELSEWHERE, "sender": "A village", "title": "A request"}

    def enter(file):
        return receiver.post("/desk/office/incoming/new/", given | {"scan": file})

    refused = enter(SimpleUploadedFile("scan.pdf", b"<html>", "application/pdf"))
    assert refused.status_code == 200
    assert not IncomingLetter.objects.exists()
    assert enter(SimpleUploadedFile("scan.pdf", scan, "application/pdf")).status_code == 302
    assert enter(SimpleUploadedFile("scan.pdf", scan, "application/pdf")).status_code == 302
    letter = IncomingLetter.objects.get()
    assert letter.came_by == "paper"
    assert receiver.get(f"/desk/office/incoming/{letter.code}/paper.pdf").content == scan
    assert analyst().get("/desk/office/incoming/new/").status_code == 404


def test_a_document_goes_round_and_each_readers_time_is_kept(offices):
    document = make_sealed(offices.ministry.analyst, reach="agency")
    starter = analyst()
    address = f"/desk/office/reading/{document.code}/"
    asked = {"holders": [f"unit:{testing.LEGAL}", "post:kemenpan-rb//director"], "keep_as": "Lawyers"}
    assert starter.post(address, asked).status_code == 302
    assert "Lawyers" in page_of(starter, address)
    assert [one.kind for one in list_open_work(offices.ministry.lawyer).lines] == ["office.read"]
    reader = desk("lawyer", "kemenpan-rb//lawyer")
    assert "I have read it" in page_of(reader, address)
    assert reader.post(f"{address}read/").status_code == 302
    assert "You have read it" in page_of(reader, address)
    assert not list_open_work(offices.ministry.lawyer).lines
    assert not mark_read(actor=offices.ministry.lawyer, code=document.code, now=NOW)
    unread = DocumentReader.objects.filter(ground="circulation", read_at__isnull=True)
    assert [one.holder for one in unread] == ["post:kemenpan-rb//director"]


def test_readers_who_are_late_are_reminded_once_and_those_who_read_are_not(offices):
    document = make_sealed(offices.ministry.analyst, reach="agency")
    readers = ["post:kemenpan-rb//lawyer", "post:kemenpan-rb//director"]
    circulate_document(
        actor=offices.ministry.analyst, code=document.code, holders=readers, due_on=date(2026, 11, 24), now=NOW
    )
    mark_read(actor=offices.ministry.lawyer, code=document.code, now=NOW)
    assert remind_readers(actor=WORKER, now=NOW) == 0
    later = NOW.replace(day=26)
    assert remind_readers(actor=WORKER, now=later) == 1
    assert remind_readers(actor=WORKER, now=later) == 0
    assert [one.urgent for one in list_open_work(offices.ministry.director).lines] == [True]
    assert not list_open_work(offices.ministry.lawyer).lines


@pytest.mark.parametrize("holders", [[], ["post:komdigi//neighbor"], ["unit:nowhere"], ["post:nobody"]])
def test_only_readers_of_the_agency_are_asked(offices, holders):
    document = make_sealed(offices.ministry.analyst)
    with pytest.raises(CannotCirculate):
        circulate_document(actor=offices.ministry.analyst, code=document.code, holders=holders, now=NOW)
    draft = make_document(offices.ministry.analyst)
    with pytest.raises(CannotCirculate):
        circulate_document(actor=offices.ministry.analyst, code=draft.code, holders=["post:kemenpan-rb//head"], now=NOW)


def test_an_overdue_letter_is_shown_as_overdue(offices):
    _, letter = arrived(offices)
    accept_letter(
        actor=offices.registrar, code=letter.code, task_code="TU.01", answer_due_on=date(2026, 11, 20), now=NOW
    )
    assert "Overdue" in page_of(registrar(), f"/desk/office/incoming/{letter.code}/")
    assert letter.title in page_of(registrar(), "/desk/office/incoming/?box=late")
    assert OfficialDocument.objects.get(direction="incoming").arrival.answer_due_on == date(2026, 11, 20)
