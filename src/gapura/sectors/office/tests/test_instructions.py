"""Instructions: from who leads to anyone below, only by legal moves, whoever comes and goes."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import end_appointment
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office.actions.instructions import (
    act_on_instruction,
    issue_instruction,
    remind_of_instructions,
)
from gapura.sectors.office.models import Instruction, InstructionEntry
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.instructions import access_instruction, list_chain, list_instructions, list_moves
from gapura.sectors.office.rules import ENDED_INSTRUCTIONS, INSTRUCTION_MOVES, Side
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CannotInstruct, InstructionAct, InstructionState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY, DUE = date(2026, 11, 23), date(2026, 12, 1)
PEOPLE = ("analyst", "colleague", "head", "director", "lawyer", "minister", "neighbor")


def instruct(actor, receiver, **chosen):
    values = {"title": "Count the counters", "due_on": DUE, "now": NOW} | chosen
    return issue_instruction(actor=actor, receiver_post=receiver.post_code, **values)


def act(actor, instruction, what, words="Said.", **chosen):
    return act_on_instruction(
        actor=actor, code=instruction.code, act=InstructionAct(what), words=words, **({"now": NOW} | chosen)
    )


def waiting(actor):
    return [line.kind for line in list_open_work(actor).lines]


def leave(actor):
    end_appointment(actor=system_actor("test"), account_id=actor.account_id, post_code=actor.post_code, on=TODAY)


def test_the_whole_way_with_whoever_has_to_act_next():
    office = make_office()
    instruction = instruct(office.head, office.analyst)
    assert (waiting(office.analyst), waiting(office.head)) == (["office.instruction"], [])
    for what in ("accepted", "reported", "reported", "finished"):
        act(office.analyst, instruction, what)
    assert (waiting(office.analyst), waiting(office.head)) == ([], ["office.confirm"])
    act(office.head, instruction, "sent-back")
    assert (waiting(office.analyst), waiting(office.head)) == (["office.instruction"], [])
    act(office.analyst, instruction, "finished")
    act(office.head, instruction, "confirmed", words="")
    assert (waiting(office.analyst), waiting(office.head)) == ([], [])
    assert [entry.act for entry in instruction.entries.order_by("number")] == [
        *("issued", "accepted", "reported", "reported", "finished", "sent-back", "finished", "confirmed")
    ]


def test_who_may_tell_whom():
    office = make_office()
    may = {
        (giver, receiver)
        for giver, receiver in itertools.permutations(PEOPLE, 2)
        if _can(getattr(office, giver), getattr(office, receiver))
    }
    below_head = {("head", "analyst"), ("head", "colleague")}
    below_director = {("director", name) for name in ("analyst", "colleague", "head")}
    below_minister = {("minister", name) for name in ("analyst", "colleague", "head", "director", "lawyer")}
    assert may == below_head | below_director | below_minister
    with pytest.raises(CannotInstruct, match="not below"):
        instruct(office.head, office.head)


def _can(giver, receiver):
    try:
        instruct(giver, receiver)
    except CannotInstruct:
        return False
    return True


@pytest.mark.parametrize("state", InstructionState)
def test_only_legal_moves_are_made(state):
    office = make_office()
    sides = {"analyst": Side.HANDLER, "head": Side.CONFIRMER, "director": None, "minister": None}
    for what, (name, side) in itertools.product(InstructionAct, sides.items()):
        instruction = instruct(office.head, office.analyst)
        ended = NOW if state in ENDED_INSTRUCTIONS else None
        Instruction.objects.filter(pk=instruction.pk).update(state=state.value, ended_at=ended)
        instruction.refresh_from_db()
        move = INSTRUCTION_MOVES.get(what)
        legal = move is not None and side is move.by and state in move.out_of
        actor = getattr(office, name)
        assert (what in list_moves(actor, instruction, on=TODAY)) is legal
        if legal:
            done = act(actor, instruction, what, due_on=DUE + timedelta(days=1))
            assert done.state == (move.into or state)
        else:
            with pytest.raises(CannotInstruct):
                act(actor, instruction, what, due_on=DUE + timedelta(days=1))
            instruction.refresh_from_db()
            assert instruction.state == state


def test_who_has_nothing_to_do_with_it_does_not_see_it():
    office = make_office()
    instruction = instruct(office.head, office.analyst)
    for name in ("analyst", "head", "director", "minister"):
        assert access_instruction(getattr(office, name), instruction.code) == instruction
    for name in ("colleague", "lawyer", "neighbor"):
        with pytest.raises(AccessDenied):
            access_instruction(getattr(office, name), instruction.code)
        with pytest.raises(AccessDenied):
            act(getattr(office, name), instruction, "accepted")
    assert list_instructions(office.director, side="below") == [instruction]
    assert list_instructions(office.colleague, side="below") == []


def test_a_part_is_passed_on_no_later_than_the_whole_and_the_whole_waits_for_it():
    office = make_office()
    whole = instruct(office.minister, office.head)
    with pytest.raises(CannotInstruct, match="Accept"):
        instruct(office.head, office.analyst, parent=whole.code)
    act(office.head, whole, "accepted")
    with pytest.raises(CannotInstruct, match="no later"):
        instruct(office.head, office.analyst, parent=whole.code, due_on=DUE + timedelta(days=1))
    part = instruct(office.head, office.analyst, parent=whole.code, title="A part")
    with pytest.raises(CannotInstruct, match="not confirmed yet"):
        act(office.head, whole, "finished")
    assert [(depth, one.title) for depth, one in list_chain(office.analyst, part)] == [
        (0, "Count the counters"),
        (1, "A part"),
    ]
    assert access_instruction(office.analyst, whole.code) == whole
    for actor, what in ((office.analyst, "accepted"), (office.analyst, "finished"), (office.head, "confirmed")):
        act(actor, part, what)
    act(office.head, whole, "finished")
    with pytest.raises(CannotInstruct, match="Only who has to carry out"):
        instruct(office.minister, office.analyst, parent=whole.code)


def test_withdrawing_the_whole_withdraws_its_parts():
    office = make_office()
    whole = instruct(office.director, office.head)
    act(office.head, whole, "accepted")
    part = instruct(office.head, office.analyst, parent=whole.code)
    act(office.director, whole, "withdrawn")
    part.refresh_from_db()
    assert part.state == InstructionState.WITHDRAWN
    assert waiting(office.analyst) == waiting(office.head) == []


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"title": " "}, "says in a title"),
        ({"body": "x" * 20_001}, "long text"),
        ({"due_on": TODAY - timedelta(days=1)}, "has passed"),
    ],
)
def test_what_is_no_instruction_is_refused(chosen, says):
    office = make_office()
    with pytest.raises(CannotInstruct, match=says):
        instruct(office.head, office.analyst, **chosen)


def test_words_are_asked_for_where_a_state_alone_says_nothing():
    office = make_office()
    instruction = instruct(office.head, office.analyst)
    act(office.analyst, instruction, "accepted", words="")
    with pytest.raises(CannotInstruct, match="few words"):
        act(office.analyst, instruction, "finished", words=" ")
    for day in (None, TODAY - timedelta(days=1), DUE):
        with pytest.raises(CannotInstruct, match="another day"):
            act(office.head, instruction, "postponed", due_on=day)
    act(office.head, instruction, "postponed", words="", due_on=DUE + timedelta(days=3))
    assert "2026-12-01 → 2026-12-04" in instruction.entries.get(act="postponed").words


def test_a_document_it_comes_from_is_open_to_who_is_told_but_not_one_for_those_it_names():
    office = make_office()
    document = make_document(office.lawyer)
    with pytest.raises(AccessDenied):
        access_document(office.analyst, document.code)
    instruction = instruct(office.minister, office.analyst, source=f"document:{document.code}")
    assert access_document(office.analyst, document.code) == document
    assert instruction.source == f"document:{document.code}"
    named = make_document(office.minister, reach="named")
    with pytest.raises(CannotInstruct, match="those it names"):
        instruct(office.minister, office.analyst, source=f"document:{named.code}")
    with pytest.raises(AccessDenied):
        instruct(office.head, office.analyst, source=f"document:{make_document(office.lawyer).code}")


def test_when_the_boss_has_left_who_leads_that_post_confirms():
    office = make_office()
    instruction = instruct(office.head, office.analyst)
    for what in ("accepted", "finished"):
        act(office.analyst, instruction, what)
    with pytest.raises(CannotInstruct):
        act(office.director, instruction, "confirmed")
    leave(office.head)
    assert act(office.director, instruction, "confirmed").state == InstructionState.CONFIRMED


def test_nobody_confirms_what_they_did_themselves():
    office = make_office()
    instruction = instruct(office.head, office.analyst)
    for what in ("accepted", "finished"):
        act(office.analyst, instruction, what)
    promoted = replace(office.head, person_number=office.analyst.person_number)
    with pytest.raises(CannotInstruct, match="did it yourself"):
        act(promoted, instruction, "confirmed")


def test_what_is_due_is_said_again_once_a_day_and_in_time():
    office = make_office()
    house = system_actor("test")
    instruction = instruct(office.head, office.analyst)
    days = [remind_of_instructions(actor=house, now=NOW + timedelta(days=days)) for days in range(24)]
    assert [day for day, number in enumerate(days) if number] == [5, 7, 8, 15, 22]
    assert remind_of_instructions(actor=house, now=NOW + timedelta(days=22)) == 0
    assert [line.urgent for line in list_open_work(office.analyst).lines] == [True]
    assert len(list_messages(office.analyst.person_number)) == 5
    act(office.analyst, instruction, "accepted")
    act(office.analyst, instruction, "finished")
    assert remind_of_instructions(actor=house, now=NOW + timedelta(days=29)) == 0


def test_the_database_refuses_to_change_what_happened():
    office = make_office()
    instruct(office.head, office.analyst)
    with pytest.raises(DatabaseError, match="only_added"), transaction.atomic():
        InstructionEntry.objects.update(words="never")
