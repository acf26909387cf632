"""A letter to an office: written, sent once, followed, taken back; and what the office sends."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.documents.queries import find_document
from gapura.kernel.identity.actions import create_unit, merge_units
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.sectors.office.actions.letter_delivery import deliver_letter, take_letter_back
from gapura.sectors.office.actions.letter_posting import (
    answer_letter,
    follow_letter,
    open_sent_letter,
    seal_letter_receipt,
    seal_sent_letter,
    send_letter,
)
from gapura.sectors.office.actions.letters import (
    add_letter_file,
    address_letter,
    discard_letter,
    post_letter,
    remove_letter_file,
    save_letter,
    start_letter,
    withdraw_letter,
)
from gapura.sectors.office.actions.receipt import accept_letter
from gapura.sectors.office.models import IncomingLetter, Letter, LetterFile, OfficialDocument, SentLetter
from gapura.sectors.office.queries.letters import (
    access_letter,
    access_sent_letter,
    list_letters_from_offices,
    list_own_letters,
    search_addressees,
)
from gapura.sectors.office.testing import AGENCY, NOW, STANDARDS, make_document, make_office
from gapura.sectors.office.types import REGISTRAR, CannotSendLetter, LetterState, OfficeRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")
SITI, BUDI = "3171014501900001", "3171010101800009"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def mail_room() -> None:
    """The ministry has a unit that takes letters in."""
    title = {"id": "Tata Usaha", "en": "Registry", "ko": "문서과"}
    create_unit(actor=HOUSE, code=f"{AGENCY}/mail", agency_code=AGENCY, office_code="", title=title, parent="")


def person(number: str = SITI) -> Actor:
    return Actor(
        ActorKind.RESIDENT, "resident", account_id=1, person_number=number, assurance=AssuranceLevel.SUBSTANTIAL
    )


def written(actor: Actor | None = None, addressee: str = AGENCY) -> Letter:
    """A letter ready to be sent."""
    actor = actor or person()
    letter = start_letter(actor=actor, addressee=addressee, now=NOW)
    return save_letter(
        actor=actor, code=letter.code, base=letter.revision, title="A broken lamp", body="It is **dark**.", now=NOW
    )


def arrived() -> Letter:
    letter = post_letter(actor=person(), code=written().code, now=NOW)
    follow_letter(actor=HOUSE, code=letter.code, state=LetterState.ARRIVED, now=NOW)
    return letter


def sealed(document: OfficialDocument, **columns: object) -> OfficialDocument:
    """The document as a line and a register leave it."""
    values = {"status": "registered", "number": "B/1/OT.01/2026", "serial": 1, "year": 2026, "registered_at": NOW}
    OfficialDocument.objects.filter(pk=document.pk).update(**values | {"sealed": b"%PDF-sealed"} | columns)
    document.refresh_from_db()
    return document


def picture(**saved: object) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), (200, 20, 20)).save(drawn, "PNG", **saved)
    return drawn.getvalue()


def test_a_letter_is_sent_once_however_often_the_button_is_pressed():
    letter = written()
    first = post_letter(actor=person(), code=letter.code, now=NOW)
    second = post_letter(actor=person(), code=letter.code, now=LATER)
    assert (first.number, first.sent_at) == (second.number, second.sent_at)
    assert first.state == LetterState.SENT
    assert first.agency_code == AGENCY
    assert list(first.steps.values_list("state", flat=True)) == ["sent"]


def test_an_empty_letter_is_started_once_and_a_written_one_is_left_alone():
    first = start_letter(actor=person(), now=NOW)
    assert start_letter(actor=person(), now=NOW) == first
    written()
    assert Letter.objects.count() == 1
    start_letter(actor=person(), now=NOW)
    assert Letter.objects.count() == 2


def test_nobody_but_the_sender_reads_it_and_a_draft_not_even_a_colleague():
    office = make_office()
    letter = written()
    director = replace(person(BUDI), principal="9120001234567", mandate="company")
    partner = replace(person(SITI), principal="9120001234567", mandate="company")
    proxy = replace(person(BUDI), principal=SITI, mandate="proxy:K7Q2M9XW31F")
    for stranger in (person(BUDI), director, proxy, office.analyst, office.minister):
        with pytest.raises(AccessDenied):
            access_letter(stranger, letter.code)
    assert access_letter(person(), letter.code) == letter
    theirs = written(director)
    assert list(list_own_letters(director)) == [theirs]
    assert not list_own_letters(partner).exists()
    Letter.objects.filter(pk=theirs.pk).update(state="sent", sent_at=NOW, number="L1", agency_code=AGENCY)
    assert list(list_own_letters(partner)) == [theirs]
    assert list(list_own_letters(person())) == [letter]


def test_words_of_another_window_are_never_overwritten():
    letter = written()
    save_letter(actor=person(), code=letter.code, base=letter.revision, title="Lamp", body="One.", now=NOW)
    with pytest.raises(CannotSendLetter, match="another window"):
        save_letter(actor=person(), code=letter.code, base=letter.revision, title="Lamp", body="Two.", now=NOW)
    assert Letter.objects.get().body == "One."


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"addressee": ""}, "Choose the office"),
        ({"addressee": "nowhere"}, "no such office"),
        ({"addressee": f"{AGENCY}#nowhere"}, "no such office"),
        ({"title": "  "}, "in one line"),
        ({"body": " "}, "no words"),
    ],
)
def test_an_unfinished_letter_is_not_sent(columns, said):
    letter = written()
    Letter.objects.update(**columns)
    with pytest.raises(CannotSendLetter, match=said):
        post_letter(actor=person(), code=letter.code, now=NOW)
    assert Letter.objects.get().state == LetterState.DRAFT


def test_a_person_sends_so_many_letters_a_day_and_keeps_so_many_unsent():
    for number in range(20):
        sent = written()
        Letter.objects.filter(pk=sent.pk).update(
            state="sent", sent_at=NOW - timedelta(hours=number), number=f"L{number}", agency_code=AGENCY
        )
    letter = written()
    with pytest.raises(CannotSendLetter, match="within a day"):
        post_letter(actor=person(), code=letter.code, now=NOW)
    assert post_letter(actor=person(), code=letter.code, now=NOW + timedelta(days=1)).state == LetterState.SENT
    for _ in range(20):
        written()
    with pytest.raises(CannotSendLetter, match="Send or delete"):
        start_letter(actor=person(), now=NOW)


def test_a_letter_is_too_long_only_beyond_its_limit():
    letter = written()
    kept = save_letter(actor=person(), code=letter.code, base=letter.revision, title="A", body="x" * 50_000, now=NOW)
    with pytest.raises(CannotSendLetter, match="50001 characters"):
        save_letter(actor=person(), code=letter.code, base=kept.revision, title="A", body="x" * 50_001, now=NOW)


def test_a_picture_is_drawn_anew_and_what_is_no_picture_is_refused():
    letter = written()
    file = add_letter_file(actor=person(), code=letter.code, name="../kitchen.svg", content=picture(), now=NOW)
    assert (file.name, file.media_type) == ("kitchen.jpg", "image/jpeg")
    assert bytes(file.content).startswith(b"\xff\xd8\xff")
    assert add_letter_file(actor=person(), code=letter.code, name="x.png", content=picture(), now=NOW) == file
    for content in (b"<svg onload=alert(1)>", b"MZ\x90", b"PK\x03\x04", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\nbroken"):
        with pytest.raises(CannotSendLetter):
            add_letter_file(actor=person(), code=letter.code, name="paper.pdf", content=content, now=NOW)
    with pytest.raises(CannotSendLetter, match="larger than"):
        add_letter_file(actor=person(), code=letter.code, name="a.pdf", content=b"%PDF-" + b"0" * 5_300_000, now=NOW)
    remove_letter_file(actor=person(), code=letter.code, file_code=file.code, now=NOW)
    assert not LetterFile.objects.exists()


def test_a_sent_letter_cannot_be_changed_and_a_discarded_one_is_gone():
    letter = post_letter(actor=person(), code=written().code, now=NOW)
    for act in (
        lambda: save_letter(actor=person(), code=letter.code, base=letter.revision, title="", body="", now=NOW),
        lambda: address_letter(actor=person(), code=letter.code, addressee=AGENCY, now=NOW),
        lambda: add_letter_file(actor=person(), code=letter.code, name="a.png", content=picture(), now=NOW),
        lambda: discard_letter(actor=person(), code=letter.code, now=NOW),
    ):
        with pytest.raises(AccessDenied):
            act()
    other = written()
    discard_letter(actor=person(), code=other.code, now=NOW)
    assert list(Letter.objects.all()) == [letter]


def test_the_sealed_receipt_is_the_senders_paper_and_made_once():
    letter = arrived()
    code = seal_letter_receipt(actor=HOUSE, code=letter.code, now=NOW)
    assert seal_letter_receipt(actor=HOUSE, code=letter.code, now=LATER) == code
    paper = find_document(code)
    assert (paper.holder, paper.case_number) == (SITI, letter.number)
    assert paper.facts[0]["records"][0]["letter_digest"] == letter.digest


def test_the_sender_follows_each_step_and_is_told_when_it_arrives_or_comes_back():
    letter = arrived()
    for state in (LetterState.ACCEPTED, LetterState.HANDLED):
        follow_letter(actor=HOUSE, code=letter.code, state=state, place={"id": "Biro", "en": "Bureau"}, now=LATER)
        follow_letter(actor=HOUSE, code=letter.code, state=state, place={"id": "Biro", "en": "Bureau"}, now=LATER)
    follow_letter(actor=HOUSE, code=letter.code, state=LetterState.RETURNED, note="Not ours", now=LATER)
    states = list(letter.steps.order_by("pk").values_list("state", flat=True))
    assert states == ["sent", "arrived", "accepted", "handled", "returned"]
    assert [one.kind for one in list_messages(SITI)] == ["letter_returned", "letter_arrived"]
    with pytest.raises(CannotSendLetter, match="not where"):
        follow_letter(actor=HOUSE, code=letter.code, state=LetterState.ACCEPTED, now=LATER)


def test_it_can_be_taken_back_until_an_office_accepts_it_and_not_after():
    letter = arrived()
    assert withdraw_letter(actor=person(), code=letter.code, now=LATER).state == LetterState.WITHDRAWN
    assert withdraw_letter(actor=person(), code=letter.code, now=LATER).state == LetterState.WITHDRAWN
    with pytest.raises(CannotSendLetter, match="taken this letter back"):
        follow_letter(actor=HOUSE, code=letter.code, state=LetterState.ACCEPTED, now=LATER)
    other = arrived()
    follow_letter(actor=HOUSE, code=other.code, state=LetterState.ACCEPTED, now=LATER)
    with pytest.raises(CannotSendLetter, match="has the letter already"):
        withdraw_letter(actor=person(), code=other.code, now=LATER)


def test_the_approved_reply_goes_to_the_person_once_and_answers_the_letter():
    office, letter = make_office(), arrived()
    incoming = make_document(office.analyst, direction="incoming")
    Letter.objects.update(document=incoming, state="accepted")
    reply = make_document(office.analyst, reply_to=incoming, body="We shall **mend** it.")
    with pytest.raises(CannotSendLetter, match="approved"):
        answer_letter(actor=office.analyst, document=reply, now=LATER)
    sealed(reply)
    [sent] = answer_letter(actor=office.analyst, document=reply, now=LATER)
    assert answer_letter(actor=office.analyst, document=reply, now=LATER) == [sent]
    letter.refresh_from_db()
    assert letter.state == LetterState.ANSWERED
    assert bytes(sent.pdf) == b"%PDF-sealed"
    assert [one.kind for one in list_messages(SITI)].count("office_letter") == 1
    paper = find_document(seal_sent_letter(actor=HOUSE, code=sent.code, now=LATER))
    assert paper.holder == SITI
    assert "mend" in paper.facts[0]["records"][0]["letter_words"]


def test_the_whole_way_from_the_portal_through_the_registry_and_back():
    office = make_office()
    registrar = replace(office.head, roles=office.head.roles | {REGISTRAR})
    letter = post_letter(actor=person(), code=written(addressee=f"{AGENCY}#{STANDARDS}").code, now=NOW)
    assert deliver_letter(actor=HOUSE, code=letter.code, now=NOW)
    assert not deliver_letter(actor=HOUSE, code=letter.code, now=NOW)
    incoming = accept_letter(actor=registrar, code=letter.code, task_code="OT.01", now=LATER)
    letter.refresh_from_db()
    assert (letter.state, letter.document) == (LetterState.ACCEPTED, incoming)
    assert "It is **dark**." in incoming.body
    reply = sealed(make_document(office.analyst, reply_to=incoming, direction="outgoing"))
    answer_letter(actor=office.analyst, document=reply, now=LATER)
    letter.refresh_from_db()
    assert letter.state == LetterState.ANSWERED


def test_what_is_taken_back_leaves_the_registry_and_cannot_be_accepted():
    office = make_office()
    registrar = replace(office.head, roles=office.head.roles | {REGISTRAR})
    letter = post_letter(actor=person(), code=written(addressee=f"{AGENCY}#{STANDARDS}").code, now=NOW)
    deliver_letter(actor=HOUSE, code=letter.code, now=NOW)
    withdraw_letter(actor=person(), code=letter.code, now=LATER)
    with pytest.raises(OfficeRefusal):  # before the worker has told the registry
        accept_letter(actor=registrar, code=letter.code, task_code="OT.01", now=LATER)
    assert take_letter_back(actor=HOUSE, code=letter.code, now=LATER)
    assert IncomingLetter.objects.get().state == "withdrawn"
    assert not take_letter_back(actor=HOUSE, code=letter.code, now=LATER)


def test_only_the_recipient_opens_what_an_office_sent_and_the_first_time_is_noted():
    office = make_office()
    sent = send_letter(actor=office.analyst, document=sealed(make_document(office.analyst)), person=SITI, now=NOW)
    with pytest.raises(AccessDenied):
        access_sent_letter(person(BUDI), sent.code)
    assert list(list_letters_from_offices(person(BUDI))) == []
    assert list(list_letters_from_offices(person())) == [sent]
    open_sent_letter(actor=person(), sent=access_sent_letter(person(), sent.code), now=LATER)
    open_sent_letter(actor=person(), sent=sent, now=LATER + timedelta(days=1))
    assert SentLetter.objects.get().read_at == LATER


def test_a_letter_is_for_one_recipient():
    office = make_office()
    document = sealed(make_document(office.analyst))
    for names in ({}, {"person": SITI, "company": "9120001234567"}):
        with pytest.raises(CannotSendLetter, match="one person or one company"):
            send_letter(actor=office.analyst, document=document, now=NOW, **names)


def test_offices_are_found_by_any_word_of_their_names():
    make_office()
    keys = {one.key for one in search_addressees("standar pelayanan")}
    assert f"{AGENCY}#{STANDARDS}" in keys
    assert not search_addressees("nowhere-at-all")
    assert {one.unit for one in search_addressees("")} == {None}


def test_offices_of_all_agencies_are_ranked_cut_and_take_two_queries():
    make_office()
    house = system_actor("test")
    for number in range(30):
        titles = {"id": f"Loket {number}", "en": f"Counter {number}", "ko": f"창구 {number}"}
        agency = AGENCY if number % 2 else "komdigi"
        create_unit(actor=house, code=f"{agency}/c{number}", agency_code=agency, office_code="", title=titles)
    titles = dict.fromkeys(("id", "en", "ko"), "Bagian Loket")
    create_unit(actor=house, code=f"{AGENCY}/a", agency_code=AGENCY, office_code="", title=titles)
    with CaptureQueriesContext(connection) as queries:
        found = search_addressees("loket")
    assert (len(found), len(queries)) == (20, 2)
    assert {one.agency["id"] for one in found} >= {"Kementerian Komunikasi dan Digital"}
    whole = [one.key for one in search_addressees("loket", limit=100)]
    assert whole[-1] == f"{AGENCY}#{AGENCY}/a", "begins with another word"
    assert [one.key for one in search_addressees("창구 29")] == [f"{AGENCY}#{AGENCY}/c29"]
    assert [one.key for one in search_addressees("counter 28 digital")] == ["komdigi#komdigi/c28"]
    assert search_addressees("100%") == search_addressees("counter_28") == []
    merge_units(actor=house, code=f"{AGENCY}/c29", successor=f"{AGENCY}/a", on=NOW.date())
    assert search_addressees("창구 29") == []
