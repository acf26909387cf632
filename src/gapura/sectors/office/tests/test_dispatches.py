"""A letter arrives once: from one register into the other, every state shown, and no seal believed unchecked."""

from datetime import timedelta
from functools import partial

import pytest

from gapura.foundation import clock
from gapura.foundation.testing import at_once
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.worklist.queries import find_open_work, list_open_work
from gapura.sectors.office import testing
from gapura.sectors.office.actions import (
    accept_letter,
    answer_recall,
    dispatch_document,
    distribute_document,
    finish_assignment,
    move_letter,
    pass_on_document,
    recall_dispatch,
    record_paper,
    return_letter,
    send_again,
)
from gapura.sectors.office.actions.answers import give_assignments
from gapura.sectors.office.actions.carrying import tell_sender
from gapura.sectors.office.models import Assignment, Dispatch, DispatchStep, IncomingLetter, OfficialDocument
from gapura.sectors.office.queries import access_document
from gapura.sectors.office.queries.dispatches import access_dispatch, access_incoming, list_incoming
from gapura.sectors.office.testing import NOW, make_document
from gapura.sectors.office.tests.letters_between import (
    APPLICATIONS,
    LEGAL_OFFICE,
    WORKER,
    arrived,
    carry,
    make_offices,
    make_registrar,
    make_sealed,
    send,
)
from gapura.sectors.office.types import CannotDispatch, CannotReceive, DispatchReceiver

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def offices():
    return make_offices()


def accept(offices, letter, **chosen):
    given = {"task_code": "TU.01", "now": LATER}
    return accept_letter(actor=offices.registrar, code=letter.code, **given | chosen)


def tell(letter, now=LATER):
    tell_sender(actor=WORKER, agency_code=letter.agency_code, code=letter.code, now=now)


def marks(dispatch):
    return list(DispatchStep.objects.filter(dispatch=dispatch).order_by("pk").values_list("mark", flat=True))


def test_a_letter_goes_from_one_register_into_the_other_and_the_sender_sees_each_step(offices):
    document = make_sealed(offices.ministry.analyst, body="Please *answer*.\n")
    dispatch = send(offices.ministry.analyst, document)
    assert dispatch.state == "waiting"
    carry(dispatch)
    letter = IncomingLetter.objects.get()
    assert (letter.agency_code, letter.unit_code, letter.their_number) == (
        testing.OTHER_AGENCY,
        testing.ELSEWHERE,
        document.number,
    )
    assert letter.seal_signer
    received = accept(offices, letter)
    assert received.number == "A-1/KOMDIGI/APPLICATIONS/2026"
    assert (received.body, received.title, bytes(received.sealed)) == (
        document.body,
        document.title,
        bytes(document.sealed),
    )
    tell(letter)
    dispatch.refresh_from_db()
    assert marks(dispatch) == ["waiting", "sent", "arrived", "accepted"]
    assert (dispatch.state, dispatch.their_number) == ("accepted", received.number)


def test_carried_told_and_accepted_twice_nothing_changes(offices):
    dispatch, letter = arrived(offices)
    Dispatch.objects.update(next_try_at=NOW, state="waiting")  # the worker died before it noted the answer
    carry(dispatch)
    first = accept(offices, letter)
    assert accept(offices, letter) == first
    tell(letter)
    tell(letter)
    assert IncomingLetter.objects.count() == 1
    assert marks(dispatch) == ["waiting", "sent", "arrived", "accepted"]
    assert OfficialDocument.objects.filter(direction="incoming").count() == 1


def test_the_worker_brings_the_letter_and_the_news(offices):
    with clock.frozen(LATER):
        dispatch = send(offices.ministry.analyst, make_sealed(offices.ministry.analyst))
        deliver_pending()
        letter = IncomingLetter.objects.get()
        accept(offices, letter)
        deliver_pending()
    dispatch.refresh_from_db()
    assert dispatch.state == "accepted"
    letter.refresh_from_db()
    assert letter.news_due_at is None


def test_a_tampered_letter_is_refused_logged_and_comes_back(offices):
    document = make_sealed(offices.ministry.analyst)
    content = bytearray(document.sealed)
    content[200] ^= 1
    OfficialDocument.objects.filter(pk=document.pk).update(sealed=bytes(content))
    dispatch = carry(send(offices.ministry.analyst, document))
    assert not IncomingLetter.objects.exists()
    assert dispatch.state == "returned"
    assert AuditEvent.objects.filter(action="office.letter_refused").count() == 1
    again = send_again(actor=offices.ministry.analyst, code=dispatch.code, now=LATER)
    OfficialDocument.objects.filter(pk=document.pk).update(sealed=document.sealed)
    assert carry(again, now=LATER).state == "arrived"
    assert again.follows == dispatch


def test_a_letter_under_somebody_elses_seal_is_refused(offices):
    other = make_sealed(offices.registrar, task_code="TU.01")
    document = make_sealed(offices.ministry.analyst)
    OfficialDocument.objects.filter(pk=document.pk).update(sealed=other.sealed)
    dispatch = carry(send(offices.ministry.analyst, document))
    assert dispatch.state == "returned"
    assert "not of kemenpan-rb" in dispatch.steps.get(mark="returned").note


@pytest.mark.parametrize("chosen", [{"status": "draft"}, {"status": "registered", "sealed": None}])
def test_only_what_is_registered_and_sealed_is_sent(offices, chosen):
    document = make_sealed(offices.ministry.analyst)
    if chosen["status"] == "draft":
        document = make_document(offices.ministry.analyst)
    else:
        OfficialDocument.objects.filter(pk=document.pk).update(sealed=None)
    with pytest.raises(CannotDispatch):
        send(offices.ministry.analyst, document)


def test_only_the_unit_that_made_it_sends_it(offices):
    document = make_sealed(offices.ministry.analyst, reach="government")
    with pytest.raises(AccessDenied):
        send(offices.registrar, document)
    with pytest.raises(AccessDenied):
        send(offices.ministry.lawyer, document)
    assert send(offices.ministry.colleague, document)


def test_the_same_receiver_is_sent_to_once(offices):
    document = make_sealed(offices.ministry.analyst)
    both = [APPLICATIONS, LEGAL_OFFICE, APPLICATIONS]
    sent = dispatch_document(actor=offices.ministry.analyst, document=document, receivers=both, now=NOW)
    assert len({one.pk for one in sent}) == 2
    with pytest.raises(CannotDispatch):
        dispatch_document(actor=offices.ministry.analyst, document=document, receivers=[], now=NOW)


def test_a_returned_letter_took_no_number_and_says_why(offices):
    dispatch, letter = arrived(offices)
    with pytest.raises(CannotReceive):
        return_letter(actor=offices.registrar, code=letter.code, reason=" ", now=LATER)
    return_letter(actor=offices.registrar, code=letter.code, reason="Not ours.", now=LATER)
    tell(letter)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.steps.get(mark="returned").note) == ("returned", "Not ours.")
    assert not OfficialDocument.objects.filter(direction="incoming").exists()
    with pytest.raises(CannotReceive):
        accept(offices, letter)


def test_nobody_but_the_mail_room_and_leaders_sees_a_letter_before_it_is_accepted(offices):
    _, letter = arrived(offices)
    with pytest.raises(AccessDenied):
        access_incoming(offices.ministry.neighbor, letter.code)
    with pytest.raises(AccessDenied):
        access_incoming(offices.ministry.minister, letter.code)
    assert list(list_incoming(offices.registrar)) == [letter]
    document = accept(offices, letter)
    assert access_incoming(offices.ministry.neighbor, letter.code) == letter
    assert access_document(offices.ministry.neighbor, document.code) == document


def test_a_recall_before_it_left_stays_here_and_after_it_arrived_the_receiver_decides(offices):
    waiting = send(offices.ministry.analyst, make_sealed(offices.ministry.analyst))
    assert (
        recall_dispatch(actor=offices.ministry.analyst, code=waiting.code, reason="Wrong", now=NOW).state == "withdrawn"
    )
    assert carry(waiting).state == "withdrawn"
    assert not IncomingLetter.objects.exists()

    dispatch, letter = arrived(offices)
    document = accept(offices, letter)
    distribute_document(actor=offices.registrar, code=letter.code, holders=["post:komdigi//neighbor"], now=LATER)
    recall_dispatch(actor=offices.ministry.analyst, code=dispatch.code, reason="An error", now=LATER)
    carry(dispatch, now=LATER)
    letter.refresh_from_db()
    assert letter.recall_reason == "An error"
    assert access_document(offices.ministry.neighbor, document.code)  # who reads it still may
    answer_recall(actor=offices.registrar, code=letter.code, agreed=True, reason="", now=LATER)
    tell(letter)
    dispatch.refresh_from_db()
    assert dispatch.state == "withdrawn"
    assert set(marks(dispatch)) == {"waiting", "sent", "arrived", "accepted", "recall-asked", "withdrawn"}
    assert not find_open_work(kind="office.handle", object_ref=f"document:{document.code}")
    assert OfficialDocument.objects.get(pk=document.pk).number  # the number stays


def test_a_recall_may_be_refused_with_a_reason(offices):
    dispatch, letter = arrived(offices)
    recall_dispatch(actor=offices.ministry.analyst, code=dispatch.code, reason="An error", now=LATER)
    carry(dispatch, now=LATER)
    with pytest.raises(CannotReceive):
        answer_recall(actor=offices.registrar, code=letter.code, agreed=False, reason="", now=LATER)
    answer_recall(actor=offices.registrar, code=letter.code, agreed=False, reason="We acted on it.", now=LATER)
    tell(letter)
    dispatch.refresh_from_db()
    assert dispatch.state == "arrived"
    assert dispatch.steps.get(mark="recall-refused").note == "We acted on it."
    with pytest.raises(CannotReceive):
        answer_recall(actor=offices.registrar, code=letter.code, agreed=True, reason="", now=LATER)


def test_a_reply_leaves_and_the_clock_of_the_letter_stops(offices):
    _, letter = arrived(offices)
    document = accept(offices, letter)
    letter.refresh_from_db()
    assert letter.answer_due_on.isoformat() == "2026-12-07"  # ten working days
    holders = ["post:komdigi//neighbor", f"unit:{testing.ELSEWHERE}"]
    distribute_document(actor=offices.registrar, code=letter.code, holders=holders, now=LATER)
    assert [one.due_on for one in list_open_work(offices.ministry.neighbor).lines] == [letter.answer_due_on] * 2
    reply = make_sealed(offices.registrar, reply_to=document, task_code="TU.01")
    back = DispatchReceiver("Standar Pelayanan", testing.AGENCY, testing.STANDARDS)
    carry(send(offices.registrar, reply, back))
    letter.refresh_from_db()
    assert letter.answered_at == NOW
    assert set(Assignment.objects.values_list("end", "end_note")) == {("answered", reply.number)}
    assert not list_open_work(offices.ministry.neighbor).lines
    # At home the reply is linked to the letter it answers.
    came = IncomingLetter.objects.get(agency_code=testing.AGENCY)
    answered = accept_letter(actor=offices.ministry.head, code=came.code, task_code="OT.01", now=LATER)
    assert answered.reply_to.number == letter.their_number


def test_whoever_has_a_letter_may_hand_it_further_or_say_that_it_is_done(offices):
    _, letter = arrived(offices)
    with pytest.raises(CannotReceive):
        distribute_document(actor=offices.registrar, code=letter.code, holders=["post:komdigi//neighbor"], now=NOW)
    accept(offices, letter)
    for holders in ([], ["post:kemenpan-rb//analyst"], ["unit:nowhere"], ["everybody"]):
        with pytest.raises(CannotReceive):
            distribute_document(actor=offices.registrar, code=letter.code, holders=holders, now=LATER)
    with pytest.raises(AccessDenied):
        distribute_document(
            actor=offices.ministry.neighbor, code=letter.code, holders=["post:komdigi//mailroom"], now=LATER
        )
    distribute_document(actor=offices.registrar, code=letter.code, holders=["post:komdigi//neighbor"], now=LATER)
    distribute_document(
        actor=offices.ministry.neighbor, code=letter.code, holders=["post:komdigi//mailroom"], now=LATER
    )
    with pytest.raises(CannotReceive):
        finish_assignment(actor=offices.ministry.neighbor, code=letter.code, note="", now=LATER)
    assert finish_assignment(actor=offices.ministry.neighbor, code=letter.code, note="By telephone", now=LATER) == 1
    assert finish_assignment(actor=offices.ministry.neighbor, code=letter.code, note="By telephone", now=LATER) == 0


def test_a_letter_for_the_wrong_unit_is_moved_and_for_the_wrong_agency_passed_on(offices):
    document = make_sealed(offices.registrar, task_code="TU.01")
    carry(send(offices.registrar, document, LEGAL_OFFICE))
    letter = IncomingLetter.objects.get()
    registrar = make_registrar("secretariat", testing.LEGAL, 91)
    move_letter(actor=registrar, code=letter.code, unit_code=testing.STANDARDS, now=LATER)
    with pytest.raises(CannotReceive):
        move_letter(actor=registrar, code=letter.code, unit_code=testing.ELSEWHERE, now=LATER)
    accept_letter(actor=registrar, code=letter.code, task_code="TU.01", now=LATER)
    with pytest.raises(CannotDispatch):
        pass_on_document(actor=registrar, code=letter.code, receiver=LEGAL_OFFICE, now=LATER)
    onward = pass_on_document(actor=registrar, code=letter.code, receiver=APPLICATIONS, note="Yours", now=LATER)
    assert pass_on_document(actor=registrar, code=letter.code, receiver=APPLICATIONS, now=LATER) == onward
    assert carry(onward, now=LATER).state == "arrived"  # under the seal it came with
    tell(letter)
    assert Dispatch.objects.get(document=document).state == "passed-on"


def test_a_letter_to_a_merged_unit_is_its_successors_and_to_an_unknown_one_the_mail_rooms(offices):
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.identity.actions import merge_units

    merge_units(actor=system_actor("test"), code=testing.LEGAL, successor=testing.STANDARDS, on=NOW.date())
    carry(send(offices.registrar, make_sealed(offices.registrar, task_code="TU.01"), LEGAL_OFFICE))
    assert IncomingLetter.objects.get().unit_code == testing.STANDARDS
    unknown = DispatchReceiver("Nobody", testing.AGENCY, "kemenpan-rb/nowhere")
    carry(send(offices.registrar, make_sealed(offices.registrar, task_code="TU.01"), unknown))
    letter = IncomingLetter.objects.get(unit_code="")
    work = find_open_work(kind="office.distribute", object_ref=f"incoming:{letter.code}")
    assert [one.holder for one in work] == ["post:kemenpan-rb//minister"]


def test_a_paper_letter_is_registered_by_hand_once(offices):
    def record(actor=offices.registrar, **chosen):
        given = {
            "unit_code": testing.ELSEWHERE,
            "title": "Request",
            "sender_label": "Village of Sukamaju",
            "their_number": "12/X",
            "their_date": None,
            "scan": b"%PDF-1.4",
            "key": "form-1",
        }
        return record_paper(actor=actor, now=NOW, **given | chosen)

    letter = record()
    assert record() == letter
    assert accept(offices, letter).number.startswith("A-1/KOMDIGI")
    with pytest.raises(AccessDenied):
        record(actor=offices.ministry.neighbor, key="form-2")
    with pytest.raises(AccessDenied):
        record(unit_code=testing.LEGAL, key="form-3")


def test_another_agency_never_opens_a_dispatch_or_a_letter(offices):
    dispatch, letter = arrived(offices)
    with pytest.raises(AccessDenied):
        access_dispatch(offices.registrar, dispatch.code)
    with pytest.raises(AccessDenied):
        recall_dispatch(actor=offices.registrar, code=dispatch.code, reason="Mine", now=NOW)
    with pytest.raises(AccessDenied):
        accept_letter(actor=offices.ministry.head, code=letter.code, task_code="OT.01", now=NOW)


def test_a_letter_that_changes_hands_is_dealt_with_by_whoever_has_it_now(offices):
    _, letter = arrived(offices)
    document = accept(offices, letter)
    distribute_document(actor=offices.registrar, code=letter.code, holders=["post:komdigi//neighbor"], now=LATER)
    give = {"source": "post:komdigi//neighbor", "target": "post:komdigi//mailroom", "target_label": "Mailroom"}
    assert give_assignments(**give, now=LATER) == 1
    assert give_assignments(**give, now=LATER) == 0
    assert finish_assignment(actor=offices.ministry.neighbor, code=letter.code, note="Mine?", now=LATER) == 0
    assert finish_assignment(actor=offices.registrar, code=letter.code, note="By telephone", now=LATER) == 1
    assert Assignment.objects.get(document=document).holder_label == "Mailroom"


@pytest.mark.django_db(transaction=True)
def test_accepted_and_returned_at_once_it_is_one_of_them():
    offices = make_offices()
    _, letter = arrived(offices)
    accepting = [partial(accept, offices, letter)] * 3
    returning = partial(return_letter, actor=offices.registrar, code=letter.code, reason="No", now=LATER)
    refused = at_once(*accepting, returning)
    letter.refresh_from_db()
    assert (letter.state == "accepted") == (refused[3] is not None)
    assert OfficialDocument.objects.filter(direction="incoming").count() == (letter.state == "accepted")
