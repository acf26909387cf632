"""Letters between two houses: signed messages that wait while the other is down, and arrive once however often sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from gapura.kernel.identity.testing import Account, sign_in
from gapura.kernel.nodes.testing import Network, handing_over
from gapura.sectors.office import testing
from gapura.sectors.office.actions import accept_letter, answer_recall, recall_dispatch
from gapura.sectors.office.actions.carrying import (
    carry_dispatch,
    list_codes_to_carry,
    list_news_to_tell,
    service_of,
    tell_sender,
)
from gapura.sectors.office.models import Dispatch, DispatchStep, IncomingLetter, OfficialDocument
from gapura.sectors.office.testing import NOW
from gapura.sectors.office.tests.letters_between import LEGAL_OFFICE, WORKER, carry, make_offices, make_sealed, send
from gapura.sectors.office.types import CannotDispatch

pytestmark = pytest.mark.django_db
HERE, THERE = "PANRB", "KOMDIGI"


@pytest.fixture
def network(tmp_path, db) -> Iterator[Network]:
    """The ministry's house and the other ministry's, each taking letters for its agency."""
    network = Network(tmp_path, NOW)
    network.add(HERE, "OFFICE", testing.AGENCY, (service_of(testing.AGENCY),))
    network.add(THERE, "OFFICE", testing.OTHER_AGENCY, (service_of(testing.OTHER_AGENCY),))
    with handing_over(network), network.at(HERE):
        yield network


@pytest.fixture
def offices(network):
    return make_offices()


def sent(offices, **chosen):
    return send(offices.ministry.analyst, make_sealed(offices.ministry.analyst, **chosen))


def tell(network, letter, now=NOW):
    with network.at(THERE):
        tell_sender(actor=WORKER, agency_code=letter.agency_code, code=letter.code, now=now)


def marks(dispatch):
    return list(DispatchStep.objects.filter(dispatch=dispatch).order_by("pk").values_list("mark", flat=True))


def test_a_letter_crosses_and_the_news_comes_back(network, offices):
    dispatch = carry(sent(offices))
    assert dispatch.state == "arrived"
    assert [json.loads(one.body)["kind"] for one in network.wire] == ["letter"]
    letter = IncomingLetter.objects.get()
    document = accept_letter(actor=offices.registrar, code=letter.code, task_code="TU.01", now=NOW)
    tell(network, letter)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.their_number) == ("accepted", document.number)
    tell(network, letter)
    assert marks(dispatch) == ["waiting", "sent", "arrived", "accepted"]


def test_while_the_other_house_is_down_the_letter_waits_and_is_never_lost(network, offices):
    dispatch = sent(offices)
    network.is_cut = True
    now = NOW
    for _ in range(30):  # far more often than the outbox would try
        carry_dispatch(actor=WORKER, code=dispatch.code, now=now)
        dispatch.refresh_from_db()
        assert (dispatch.state, bool(dispatch.problem)) == ("waiting", True)
        assert not list_codes_to_carry(now)
        now = dispatch.next_try_at
    assert now - NOW < timedelta(hours=30)
    network.is_cut = False
    assert list_codes_to_carry(NOW + timedelta(days=2)) == [dispatch.code]
    network.publish()
    assert carry(dispatch).state == "arrived"
    assert dispatch.problem == ""


def test_an_answer_lost_on_the_way_back_makes_no_second_letter(network, offices):
    dispatch = sent(offices)
    network.tamper_answer = lambda answer: replace(answer, body=answer.body[:-1])
    assert carry(dispatch).state == "waiting"
    assert IncomingLetter.objects.count() == 1
    network.tamper_answer = lambda answer: answer
    assert carry(dispatch).state == "arrived"
    assert IncomingLetter.objects.count() == 1


def test_a_message_played_again_changes_nothing(network, offices):
    dispatch = carry(sent(offices))
    before = IncomingLetter.objects.get()
    assert network.deliver(network.wire[0], THERE, NOW).status != 200
    assert IncomingLetter.objects.get() == before
    assert marks(dispatch) == ["waiting", "sent", "arrived"]


def test_a_letter_changed_on_the_wire_is_not_taken_in(network, offices):
    dispatch = sent(offices)
    network.tamper = lambda message: replace(message, body=message.body.replace(b"Standards", b"Strandads"))
    assert carry(dispatch).state == "waiting"
    assert not IncomingLetter.objects.exists()


def test_a_house_that_seals_with_a_wrong_key_gets_its_letter_back(network, offices):
    dispatch = sent(offices)
    content = bytearray(dispatch.document.sealed)
    content[300] ^= 1
    OfficialDocument.objects.filter(pk=dispatch.document_id).update(sealed=bytes(content))
    assert carry(dispatch).state == "returned"
    assert not IncomingLetter.objects.exists()


def test_news_waits_too_and_a_recall_crosses(network, offices):
    dispatch = carry(sent(offices))
    letter = IncomingLetter.objects.get()
    recall_dispatch(actor=offices.ministry.analyst, code=dispatch.code, reason="An error", now=NOW)
    carry(dispatch)
    letter.refresh_from_db()
    assert letter.recall_reason == "An error"
    answer_recall(actor=offices.registrar, code=letter.code, agreed=True, reason="", now=NOW)
    letter.refresh_from_db()
    network.is_cut = True
    tell(network, letter)
    letter.refresh_from_db()
    assert letter.news_due_at > NOW
    assert list_news_to_tell(NOW + timedelta(hours=1)) == [(testing.OTHER_AGENCY, letter.code)]
    network.is_cut = False
    tell(network, letter)
    dispatch.refresh_from_db()
    assert dispatch.state == "withdrawn"


@pytest.mark.parametrize("what", ["from_agency", "to_agency"])
def test_no_house_speaks_for_another_agency(network, offices, what):
    dispatch = carry(sent(offices))
    from gapura.sectors.office.actions import carrying

    told = json.loads(network.wire[0].body)
    told["parcel"] |= {"code": "ANOTHER", what: "kejaksaan"}
    house = carrying.find_house(testing.OTHER_AGENCY)
    with pytest.raises(carrying.Unreachable, match="not one of"):
        carrying._send(testing.AGENCY, house, told, NOW)
    assert IncomingLetter.objects.count() == 1
    foreign = {"kind": "news", "code": dispatch.code, "mark": "returned", "at": NOW.isoformat()}
    told = carrying._send(testing.AGENCY, house, foreign | {"by_label": "x", "note": "x", "number": ""}, NOW)
    assert told["outcome"] == "known"  # not its letter: nothing noted
    dispatch.refresh_from_db()
    assert dispatch.state == "arrived"


def test_a_letter_too_large_for_a_message_comes_back_at_once(network, offices, monkeypatch):
    from gapura.sectors.office.actions import carrying

    monkeypatch.setattr(carrying, "LARGEST_PARCEL", 100)
    assert carry(sent(offices)).state == "returned"
    assert not network.wire


def test_what_is_too_large_is_said_with_its_files_before_anything_is_sent(network, offices, monkeypatch):
    from gapura.sectors.office.queries import weights

    actor, document = offices.ministry.analyst, make_sealed(offices.ministry.analyst)
    for name, size in (("small.txt", 10), ("film.mp4", 9_000_000), ("plan.tif", 4_000_000)):
        file = testing.make_file(document, name=name)
        type(file).objects.filter(pk=file.pk).update(size=size)
    weight = weights.weigh_letter(document)
    assert (weight.fits, [file.name for file in weight.too_large]) == (False, ["film.mp4"])
    with pytest.raises(CannotDispatch, match=r"film\.mp4"):
        send(actor, document)
    assert not Dispatch.objects.exists()
    client = Client()
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    page = client.get(f"/desk/office/documents/{document.code}/dispatch/").content.decode()
    assert "film.mp4" in page
    assert "plan.tif" not in page
    assert send(actor, document, LEGAL_OFFICE).state == "waiting"  # in this house it need not travel
    document.files.filter(name="film.mp4").update(size=1000)
    assert weights.weigh_letter(document).fits
    assert send(actor, document).state == "waiting"
    monkeypatch.setattr(weights, "LARGEST_PARCEL", 100)
    assert not weights.weigh_letter(make_sealed(actor)).fits
