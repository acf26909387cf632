"""Two at once: one of them does it, the other is told, and nothing is done twice or lost."""

from datetime import date

import pytest

from gapura.foundation.testing import at_once
from gapura.sectors.office.actions.cards import open_card
from gapura.sectors.office.actions.hand_over import hand_over
from gapura.sectors.office.actions.instructions import act_on_instruction, issue_instruction
from gapura.sectors.office.actions.memos import add_todo
from gapura.sectors.office.models import HandOver, TaskCard, Todo
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.types import CardWords, InstructionAct, OfficeRefusal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
TODAY = date(2026, 11, 23)


def test_two_hand_overs_of_one_post_at_once_are_one():
    office = make_office()
    words = CardWords(title="Standards", task_code="OT.01", begins_on=TODAY, due_on=TODAY)
    open_card(actor=office.analyst, words=words, now=NOW)
    add_todo(actor=office.analyst, title="Call", due_on=None, now=NOW)

    def give(actor, target):
        hand_over(actor=actor, source_post=office.analyst.post_code, target_post=target.post_code, now=NOW)

    outcomes = at_once(lambda: give(office.analyst, office.colleague), lambda: give(office.head, office.lawyer))
    assert [isinstance(one, OfficeRefusal) for one in outcomes if one is not None] == [True]
    done = HandOver.objects.get()
    assert {f"post:{TaskCard.objects.get().owner_post}", f"post:{Todo.objects.get().post_code}"} == {done.target}


def test_two_moves_at_once_are_one():
    office = make_office()
    told = issue_instruction(
        actor=office.head, receiver_post=office.analyst.post_code, title="Count", due_on=TODAY, now=NOW
    )

    def move(actor, act):
        act_on_instruction(actor=actor, code=told.code, act=act, words="Said.", now=NOW)

    outcomes = at_once(
        lambda: move(office.analyst, InstructionAct.ACCEPTED), lambda: move(office.analyst, InstructionAct.ACCEPTED)
    )
    assert [isinstance(one, OfficeRefusal) for one in outcomes if one is not None] == [True]
    assert told.entries.filter(act="accepted").count() == 1
