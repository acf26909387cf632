"""A class that is raised reaches what was sent before: copies follow in the house, other houses and people are told."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.testing import Account, make_resident, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.nodes.testing import Network, handing_over
from gapura.sectors.office import testing
from gapura.sectors.office.actions import accept_letter, return_letter, send_again
from gapura.sectors.office.actions.carrying import service_of
from gapura.sectors.office.actions.security import change_security
from gapura.sectors.office.models import DispatchStep, IncomingLetter, OfficialDocument, SecurityChange
from gapura.sectors.office.queries.dispatches import access_incoming, list_incoming
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.testing import NOW
from gapura.sectors.office.tests.letters_between import arrived, carry, make_offices, make_sealed, send
from gapura.sectors.office.types import DispatchReceiver

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "secret"  # a class, no password
CLOSED = {"disclosure": "closed", "disclosure_ground": "h"}
PERSON = "3171016003850001"


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def offices():
    return make_offices()


def sealed(offices):
    return make_sealed(offices.ministry.analyst, **CLOSED)


def raise_class(offices, document, security=SECRET, ground="harm"):
    director = offices.ministry.director
    return change_security(
        actor=director, code=document.code, security=security, ground=ground, reason="Names are in it.", now=NOW
    )


def accepted(offices):
    dispatch, letter = arrived(offices, **CLOSED)
    document = accept_letter(actor=offices.registrar, code=letter.code, task_code="TU.01", now=NOW)
    dispatch.refresh_from_db()
    return dispatch, letter, document


def marks(dispatch):
    return list(DispatchStep.objects.filter(dispatch=dispatch).order_by("pk").values_list("mark", flat=True))


def test_a_record_of_the_receiver_takes_the_class_and_who_is_not_cleared_reads_it_no_more(offices):
    dispatch, letter, copy = accepted(offices)
    assert access_incoming(offices.registrar, letter.code) == letter
    assert list(list_incoming(offices.registrar)) == [letter]
    change = raise_class(offices, dispatch.document)
    copy.refresh_from_db()
    assert (copy.security, copy.disclosure, copy.disclosure_ground) == (SECRET, "closed", "h")
    with pytest.raises(AccessDenied):
        access_incoming(offices.registrar, letter.code)
    with pytest.raises(AccessDenied):
        access_document(offices.registrar, copy.code)
    assert not list_incoming(offices.registrar)
    followed = SecurityChange.objects.get(document=copy)
    assert (bytes(followed.note), followed.law, followed.by_person) == (change.note, change.law, "")
    assert "class-raised" in marks(dispatch)
    logged = {one.action: one.detail for one in list_events()}
    assert logged["office.security_followed"]["note"] == logged["office.class_told"]["note"]


def test_lowered_again_the_copy_keeps_its_class_until_its_own_agency_lowers_it(offices):
    dispatch, _letter, copy = accepted(offices)
    raise_class(offices, dispatch.document)
    raise_class(offices, dispatch.document, "ordinary", "reasons-ended")
    assert OfficialDocument.objects.get(pk=copy.pk).security == SECRET
    assert OfficialDocument.objects.get(pk=dispatch.document_id).security == "ordinary"


def test_a_copy_that_is_more_secret_already_stays_as_it_is(offices):
    dispatch, _letter, copy = accepted(offices)
    OfficialDocument.objects.filter(pk=copy.pk).update(security="top-secret")
    raise_class(offices, dispatch.document)
    assert OfficialDocument.objects.get(pk=copy.pk).security == "top-secret"
    assert not SecurityChange.objects.filter(document=copy).exists()


def test_what_nobody_accepted_goes_back_and_nothing_of_it_stays(offices):
    dispatch, letter = arrived(offices, **CLOSED)
    assert letter.parcel
    raise_class(offices, dispatch.document)
    letter.refresh_from_db()
    assert (letter.state, letter.parcel) == ("withdrawn", None)
    assert "Names are in it." in letter.reason


def test_what_was_returned_leaves_no_bytes_and_is_not_sent_again(offices):
    dispatch, letter = arrived(offices, **CLOSED)
    return_letter(actor=offices.registrar, code=letter.code, reason="Not ours.", now=NOW)
    raise_class(offices, dispatch.document)
    letter.refresh_from_db()
    assert (letter.state, letter.parcel) == ("returned", None)
    type(dispatch).objects.filter(pk=dispatch.pk).update(state="returned")
    with pytest.raises(AccessDenied):  # who may send it may not even read it now
        send_again(actor=offices.ministry.head, code=dispatch.code, now=NOW)
    raise_class(offices, dispatch.document, "ordinary", "reasons-ended")
    assert send_again(actor=offices.ministry.head, code=dispatch.code, now=NOW).follows == dispatch


def test_what_has_not_left_does_not_leave(offices):
    document = sealed(offices)
    dispatch = send(offices.ministry.analyst, document)
    raise_class(offices, document)
    dispatch = carry(dispatch)
    dispatch.refresh_from_db()
    assert (dispatch.state, marks(dispatch)) == ("withdrawn", ["waiting", "withdrawn"])
    assert not IncomingLetter.objects.exists()


def test_a_person_is_told_and_finds_the_sealed_note_at_the_letter(offices):
    make_resident("warga", person_number=PERSON)
    document = sealed(offices)
    carry(send(offices.ministry.analyst, document, DispatchReceiver("Warga", person=PERSON)))
    sent = document.sent_letters.get()
    person = Client()
    sign_in(person, Account.objects.get(login="warga"))
    page = f"/letters/received/{sent.code}/"
    assert person.get(f"{page}note/").status_code == 404
    assert "raised the class" not in person.get(page).content.decode()
    change = raise_class(offices, document)
    assert "raised the class" in person.get(page).content.decode()
    assert person.get(f"{page}note/").content == change.note
    assert person.get(f"{page}file/").content == bytes(sent.pdf)
    assert [one.subject for one in list_events() if one.action == "office.class-told-to-person"] == [PERSON]
    stranger = Client()
    make_resident("other", person_number="3171016003850002")
    sign_in(stranger, Account.objects.get(login="other"))
    assert stranger.get(f"{page}note/").status_code == 404


@pytest.fixture
def network(tmp_path, db):
    network = Network(tmp_path, NOW)
    network.add("PANRB", "OFFICE", testing.AGENCY, (service_of(testing.AGENCY),))
    network.add("KOMDIGI", "OFFICE", testing.OTHER_AGENCY, (service_of(testing.OTHER_AGENCY),))
    with handing_over(network), network.at("PANRB"):
        yield network


def test_another_house_is_told_with_the_note_once_it_can_be_reached(network):
    offices = make_offices()
    dispatch, _letter, copy = accepted(offices)
    network.is_cut = True
    change = raise_class(offices, dispatch.document)
    dispatch = carry(dispatch)
    assert OfficialDocument.objects.get(pk=copy.pk).security == "ordinary"
    assert (dispatch.raised, bool(dispatch.problem)) == (change, True)
    network.is_cut = False
    network.publish()
    dispatch = carry(dispatch, dispatch.next_try_at)
    assert OfficialDocument.objects.get(pk=copy.pk).security == SECRET
    assert bytes(SecurityChange.objects.get(document=copy).note) == change.note
    assert (dispatch.raised, dispatch.next_try_at) == (None, None)
    assert [json.loads(one.body)["kind"] for one in network.wire][-1] == "raised"
    assert "class-raised" in marks(dispatch)


def test_nobody_raises_the_class_of_a_letter_that_another_agency_sent(network):
    offices = make_offices()
    dispatch, letter, copy = accepted(offices)
    IncomingLetter.objects.filter(pk=letter.pk).update(sender_agency="djp")
    raise_class(offices, dispatch.document)
    carry(dispatch)
    assert OfficialDocument.objects.get(pk=copy.pk).security == "ordinary"
    assert [one.detail["outcome"] for one in list_events() if one.action == "office.class_told"] == ["unknown"]


def test_a_note_that_was_changed_on_the_wire_is_not_taken(network):
    offices = make_offices()
    dispatch, _letter, copy = accepted(offices)
    network.tamper = lambda message: replace(message, body=message.body.replace(b"Names", b"Games"))
    raise_class(offices, dispatch.document)
    carry(dispatch)
    assert OfficialDocument.objects.get(pk=copy.pk).security == "ordinary"
