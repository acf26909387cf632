"""Everything open of a post changes hands in one act: all of it or nothing, and nobody becomes another's author."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import end_appointment, merge_units
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.worklist.actions import open_work
from gapura.kernel.worklist.queries import list_open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office import testing
from gapura.sectors.office.actions import hand_over as acting
from gapura.sectors.office.actions.cards import open_card, plan_milestone
from gapura.sectors.office.actions.hand_over import (
    acknowledge_hand_over,
    follow_merger,
    hand_over,
    note_new_holder,
    note_vacancy,
)
from gapura.sectors.office.actions.instructions import act_on_instruction, issue_instruction
from gapura.sectors.office.actions.memos import add_todo, send_memo
from gapura.sectors.office.models import HandOver, Instruction, Meeting, MeetingGuest, TaskCard
from gapura.sectors.office.queries.cards import list_cards
from gapura.sectors.office.queries.documents import access_draft
from gapura.sectors.office.queries.hand_over import access_hand_over, access_source, digest_of, list_estate
from gapura.sectors.office.queries.memos import access_memo
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CannotHandOver, CardWords, InstructionAct

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 11, 23)
HOUSE = system_actor("test")


def fill(office):
    """Something of every kind that is open of the analyst."""
    words = CardWords(title="Standards", task_code="OT.01", begins_on=TODAY, due_on=date(2027, 1, 31))
    card = open_card(actor=office.analyst, words=words, now=NOW)
    plan_milestone(actor=office.analyst, code=card.code, title="Draft", due_on=TODAY, now=NOW)
    told = issue_instruction(
        actor=office.head, receiver_post=office.analyst.post_code, title="Count", due_on=TODAY, now=NOW
    )
    document = make_document(office.analyst, reach="named")
    memo = send_memo(actor=office.head, title="Look", body="Here.", recipients=[office.analyst.post_code], now=NOW)
    add_todo(actor=office.analyst, title="Call the printer", due_on=None, now=NOW)
    return card, told, document, memo


def give(actor, target, source=None, **chosen):
    post = (source or actor).post_code
    return hand_over(actor=actor, source_post=post, target_post=target.post_code, **({"now": NOW} | chosen))


def kinds(actor):
    return sorted(line.kind for line in list_open_work(actor).lines)


def leave(actor):
    end_appointment(actor=HOUSE, account_id=actor.account_id, post_code=actor.post_code, on=TODAY)


def contents_of(actor, source=None):
    post = access_source(actor, (source or actor).post_code)
    return list_estate(post, now=NOW).list_contents(is_own=source is None)


def test_everything_moves_and_everybodys_name_stays():
    office = make_office()
    card, told, document, memo = fill(office)
    assert kinds(office.analyst) == ["office.instruction", "office.memo", "office.milestone", "office.todo"]
    done = give(office.analyst, office.colleague, note="The printer is slow.")
    assert kinds(office.analyst) == []
    assert kinds(office.colleague) == [
        *("office.hand-over", "office.instruction", "office.memo", "office.milestone", "office.todo")
    ]
    card.refresh_from_db()
    told.refresh_from_db()
    assert (card.owner_post, card.opened_by_person) == (office.colleague.post_code, office.analyst.person_number)
    assert (told.handler_post, told.receiver_post) == (office.colleague.post_code, office.analyst.post_code)
    assert access_draft(office.colleague, document.code).drafter_post == office.analyst.post_code
    assert access_memo(office.colleague, memo.code) == memo
    assert [part["code"] for part in done.contents] == ["cards", "got", "drafts", "memos", "todos"]
    for name in ("analyst", "colleague", "head"):
        assert access_hand_over(getattr(office, name), done.code) == done
    for name in ("lawyer", "neighbor"):
        with pytest.raises(AccessDenied):
            access_hand_over(getattr(office, name), done.code)
    act_on_instruction(actor=office.colleague, code=told.code, act=InstructionAct.ACCEPTED, now=NOW)
    for _again in range(2):
        acknowledge_hand_over(actor=office.colleague, code=done.code, now=NOW)
    assert "office.hand-over" not in kinds(office.colleague)


def test_instructions_given_are_confirmed_by_who_took_over():
    office = make_office()
    told = issue_instruction(
        actor=office.head, receiver_post=office.analyst.post_code, title="Count", due_on=TODAY, now=NOW
    )
    for act in (InstructionAct.ACCEPTED, InstructionAct.FINISHED):
        act_on_instruction(actor=office.analyst, code=told.code, act=act, words="Done.", now=NOW)
    give(office.head, office.director)
    told.refresh_from_db()
    assert (told.confirmer_post, told.issuer_post) == (office.director.post_code, office.head.post_code)
    assert kinds(office.director) == ["office.confirm", "office.hand-over"]
    act_on_instruction(actor=office.director, code=told.code, act=InstructionAct.CONFIRMED, now=NOW)


def test_where_who_told_takes_over_who_leads_them_confirms():
    office = make_office()
    told = issue_instruction(
        actor=office.head, receiver_post=office.analyst.post_code, title="Count", due_on=TODAY, now=NOW
    )
    give(office.analyst, office.head)
    told.refresh_from_db()
    assert (told.handler_post, told.confirmer_post) == (office.head.post_code, office.director.post_code)


def test_killed_in_the_middle_nothing_has_moved(monkeypatch):
    office = make_office()
    card, told, document, _memo = fill(office)

    def die(**_given):
        raise MemoryError

    monkeypatch.setattr(acting, "move_work", die)
    with pytest.raises(MemoryError):
        give(office.analyst, office.colleague)
    card.refresh_from_db()
    told.refresh_from_db()
    assert (card.owner_post, told.handler_post) == (office.analyst.post_code, office.analyst.post_code)
    assert len(kinds(office.analyst)) == 4
    with pytest.raises(AccessDenied):
        access_draft(office.colleague, document.code)
    assert not HandOver.objects.exists()
    monkeypatch.undo()
    assert give(office.analyst, office.colleague)


def test_twice_to_oneself_to_a_vacant_post_and_to_another_agency_is_refused():
    office = make_office()
    fill(office)
    with pytest.raises(CannotHandOver, match="that hands over"):
        give(office.analyst, office.analyst)
    with pytest.raises(CannotHandOver, match="same agency"):
        give(office.analyst, office.neighbor)
    leave(office.lawyer)
    with pytest.raises(CannotHandOver, match="Nobody holds"):
        give(office.analyst, office.lawyer)
    with pytest.raises(CannotHandOver, match="no such post"):
        hand_over(actor=office.analyst, source_post=office.analyst.post_code, target_post="x", now=NOW)
    give(office.analyst, office.colleague)
    with pytest.raises(CannotHandOver, match="Nothing is open"):
        give(office.analyst, office.colleague)


def test_only_ones_own_post_or_one_that_is_led():
    office = make_office()
    fill(office)
    for name in ("colleague", "lawyer", "neighbor"):
        with pytest.raises(AccessDenied):
            give(getattr(office, name), office.colleague, source=office.analyst)
    assert give(office.head, office.colleague, source=office.analyst)


def test_who_leads_does_not_read_what_is_private():
    office = make_office()
    fill(office)
    own, seen = (
        {part["code"]: part["lines"][0][1] for part in contents}
        for contents in (contents_of(office.analyst), contents_of(office.head, office.analyst))
    )
    assert own["todos"] == "Call the printer"
    assert (seen["todos"], seen["memos"], seen["drafts"]) == ("", "", "")
    assert (seen["cards"], seen["got"]) == (own["cards"], own["got"]) == ("Standards", "Count")


def test_in_a_circle_nothing_is_lost_and_a_list_that_changed_is_looked_at_again():
    office = make_office()
    card, *_rest = fill(office)
    add_todo(actor=office.colleague, title="Water the plants", due_on=None, now=NOW)
    seen = digest_of(f"post:{office.colleague.post_code}", contents_of(office.colleague))
    give(office.analyst, office.colleague)
    with pytest.raises(CannotHandOver, match="changed since"):
        give(office.colleague, office.analyst, seen=seen)
    seen = digest_of(f"post:{office.colleague.post_code}", contents_of(office.colleague))
    give(office.colleague, office.analyst, seen=seen)
    card.refresh_from_db()
    assert card.owner_post == office.analyst.post_code
    assert kinds(office.colleague) == []
    assert kinds(office.analyst).count("office.todo") == 2
    assert [part["code"] for part in contents_of(office.analyst)][:3] == ["cards", "got", "drafts"]
    assert contents_of(office.colleague) == []


def test_a_post_nobody_holds_is_shown_to_who_leads_it_until_it_is_handed_over_or_held():
    office = make_office()
    fill(office)
    note_vacancy(actor=HOUSE, post_code=office.analyst.post_code, now=NOW)
    assert "office.hand-over" not in kinds(office.head)
    leave(office.analyst)
    with clock.frozen(NOW - timedelta(days=1)):
        deliver_pending()
    assert "office.hand-over" not in kinds(office.head)
    with clock.frozen(NOW):
        deliver_pending()
    assert "office.hand-over" in kinds(office.head)
    note_new_holder(actor=HOUSE, post_code=office.analyst.post_code, now=NOW)
    assert "office.hand-over" not in kinds(office.head)
    note_vacancy(actor=HOUSE, post_code=office.analyst.post_code, now=NOW)
    give(office.head, office.colleague, source=office.analyst)
    assert "office.hand-over" not in kinds(office.head)
    note_vacancy(actor=HOUSE, post_code=office.lawyer.post_code, now=NOW)
    assert kinds(office.minister) == []


def test_merged_units_put_cards_and_basket_together_once():
    office = make_office()
    words = CardWords(title="Drafting law", task_code="OT.01", begins_on=TODAY, due_on=TODAY)
    card = open_card(actor=office.lawyer, words=words, now=NOW)
    open_work(
        kind="office.memo",
        object_ref="memo:x",
        holder=Holder.unit(testing.AGENCY, testing.LEGAL),
        title="For the unit",
        path="/",
        now=NOW,
    )
    assert list_cards(office.analyst, today=TODAY) == []
    merge_units(actor=HOUSE, code=testing.LEGAL, successor=testing.STANDARDS, on=TODAY)
    deliver_pending()
    assert list_cards(office.analyst, today=TODAY) == [card]
    assert "office.memo" in kinds(office.analyst)
    done = HandOver.objects.get()
    assert (done.reason, done.source, done.target) == (
        "merger",
        f"unit:{testing.LEGAL}",
        f"unit:{testing.STANDARDS}",
    )
    assert follow_merger(actor=HOUSE, code=testing.LEGAL, successor=testing.STANDARDS, now=NOW) is None
    assert TaskCard.objects.get().entries.filter(act="moved").count() == 1
    assert access_hand_over(office.analyst, done.code) == done


def test_the_database_refuses_to_change_a_report():
    office = make_office()
    fill(office)
    give(office.analyst, office.colleague)
    with pytest.raises(DatabaseError, match="only_added"), transaction.atomic():
        HandOver.objects.update(note="never")
    assert Instruction.objects.get().entries.filter(act="handed-over").count() == 1


def test_meetings_to_come_are_run_and_gone_to_by_who_took_over():
    office = make_office()
    values = {
        "agency_code": testing.AGENCY,
        "unit_code": testing.STANDARDS,
        "task_code": "OT.01",
        "zone": "Asia/Jakarta",
        "status": "called",
        "organizer_label": "Analyst",
        "organizer_person": office.analyst.person_number,
        "approver_post": office.head.post_code,
        "asked_at": NOW,
        "changed_at": NOW,
    }

    def meet(code, organizer, days):
        begin = NOW + timedelta(days=days)
        meeting = Meeting.objects.create(
            code=code,
            title=code,
            starts_at=begin,
            ends_at=begin + timedelta(hours=1),
            organizer_post=organizer,
            **values,
        )
        for person in (office.analyst, office.head):
            MeetingGuest.objects.create(
                meeting=meeting, agency_code=testing.AGENCY, post_code=person.post_code, label=person.label
            )
        return meeting

    run = meet("run", office.analyst.post_code, 1)
    go = meet("go", office.head.post_code, 2)
    past = meet("past", office.head.post_code, -2)
    give(office.analyst, office.colleague)
    run.refresh_from_db()
    assert (run.organizer_post, run.organizer_person) == (office.colleague.post_code, office.analyst.person_number)
    for meeting, guest in ((run, office.colleague), (go, office.colleague), (past, office.analyst)):
        assert {one.post_code for one in meeting.guests.all()} == {guest.post_code, office.head.post_code}
