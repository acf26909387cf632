"""Task cards: opened, planned, changed by one at a time, closed with what came of them, and all of it kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office.actions.cards import (
    change_card,
    close_card,
    link_to_card,
    mark_milestone,
    open_card,
    plan_milestone,
)
from gapura.sectors.office.models import CardEntry, TaskCard
from gapura.sectors.office.queries.cards import LATE, access_card, count_cards, get_progress, list_cards
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CannotChangeCard, CardAct, CardState, CardWords

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 11, 23)
WORDS = CardWords(title="Standards of 2027", task_code="OT.01", begins_on=TODAY, due_on=date(2027, 1, 31))


def make_card(actor, **chosen):
    return open_card(actor=actor, words=replace(WORDS, **chosen), now=NOW)


def plan(actor, card, due_on=date(2026, 12, 10), title="Draft"):
    return plan_milestone(actor=actor, code=card.code, title=title, due_on=due_on, now=NOW)


def in_basket(actor, kind="office.milestone"):
    return [line.title for line in list_open_work(actor).lines if line.kind == kind]


def acts(card):
    return list(card.entries.order_by("number").values_list("act", flat=True))


def test_a_card_lives_from_its_opening_to_its_result_and_its_history_tells_all_of_it():
    office = make_office()
    card = make_card(office.analyst, results="A book of standards")
    milestone = plan(office.analyst, card)
    assert in_basket(office.analyst) == ["Draft · Standards of 2027"]
    document = make_document(office.analyst)
    for _again in range(2):
        link_to_card(actor=office.analyst, code=card.code, ref=f"document:{document.code}", now=NOW)
    mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.REACHED, on=TODAY, now=NOW)
    assert in_basket(office.analyst) == []
    card.refresh_from_db()
    closed = close_card(actor=office.analyst, code=card.code, revision=card.revision, outcome="Printed.", now=NOW)
    assert (closed.state, closed.outcome) == (CardState.DONE, "Printed.")
    assert acts(card) == ["opened", "planned", "linked", "reached", "closed"]


def test_who_is_of_the_unit_or_leads_it_reads_a_card_and_only_its_owner_and_who_leads_change_it():
    office = make_office()
    card = make_card(office.analyst)
    for name in ("analyst", "colleague", "head", "director", "minister"):
        assert access_card(getattr(office, name), card.code) == card
        assert list_cards(getattr(office, name), today=TODAY) == [card]
    for name in ("lawyer", "neighbor"):
        with pytest.raises(AccessDenied):
            access_card(getattr(office, name), card.code)
        assert list_cards(getattr(office, name), today=TODAY) == []
    for name in ("colleague", "lawyer"):
        with pytest.raises(AccessDenied):
            plan(getattr(office, name), card)
    assert plan(office.director, card)


def test_a_change_says_what_was_before_and_a_second_one_at_once_is_told():
    office = make_office()
    card = make_card(office.analyst)
    changed = replace(WORDS, title="Standards of 2028")
    change_card(actor=office.analyst, code=card.code, revision=1, words=changed, now=NOW)
    with pytest.raises(CannotChangeCard, match="meanwhile"):
        change_card(actor=office.head, code=card.code, revision=1, words=WORDS, now=NOW)
    assert card.entries.get(act="changed").detail == {"title": ["Standards of 2027", "Standards of 2028"]}
    change_card(actor=office.head, code=card.code, revision=2, words=changed, now=NOW)
    assert acts(card) == ["opened", "changed"]


def test_a_new_owner_has_what_waits():
    office = make_office()
    card = make_card(office.analyst)
    plan(office.analyst, card)
    change_card(
        actor=office.head, code=card.code, revision=2, words=WORDS, owner_post=office.colleague.post_code, now=NOW
    )
    assert (in_basket(office.analyst), in_basket(office.colleague)) == ([], ["Draft · Standards of 2027"])
    with pytest.raises(CannotChangeCard, match="of your own unit"):
        change_card(
            actor=office.head, code=card.code, revision=3, words=WORDS, owner_post=office.lawyer.post_code, now=NOW
        )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"title": " "}, "title"),
        ({"task_code": ""}, "title"),
        ({"task_code": "ZZ.99"}, "no such unit task"),
        ({"due_on": TODAY - timedelta(days=1)}, "ends before"),
        ({"results": "x" * 20_001}, "longer than 20000"),
    ],
)
def test_what_makes_no_card_is_refused(words, says):
    office = make_office()
    with pytest.raises(CannotChangeCard, match=says):
        make_card(office.analyst, **words)
    assert not TaskCard.objects.exists()


@pytest.mark.parametrize("due_on", [TODAY - timedelta(days=1), WORDS.due_on + timedelta(days=1)])
def test_a_milestone_lies_in_the_term_and_the_term_around_its_milestones(due_on):
    office = make_office()
    card = make_card(office.analyst)
    with pytest.raises(CannotChangeCard, match="between the begin and the end"):
        plan(office.analyst, card, due_on)
    plan(office.analyst, card, WORDS.due_on)
    shorter = replace(WORDS, due_on=WORDS.due_on - timedelta(days=1))
    with pytest.raises(CannotChangeCard, match="after the new end"):
        change_card(actor=office.analyst, code=card.code, revision=2, words=shorter, now=NOW)


def test_marking_twice_is_as_once_and_what_was_reached_stays_in_the_plan():
    office = make_office()
    card = make_card(office.analyst)
    milestone = plan(office.analyst, card)
    for _again in range(2):
        mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.REACHED, on=TODAY, now=NOW)
    with pytest.raises(CannotChangeCard, match="stays in the plan"):
        mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.UNPLANNED, on=TODAY, now=NOW)
    mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.UNREACHED, on=TODAY, now=NOW)
    assert in_basket(office.analyst)
    mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.UNPLANNED, on=TODAY, now=NOW)
    assert in_basket(office.analyst) == []
    with pytest.raises(CannotChangeCard, match="no part of the plan"):
        mark_milestone(actor=office.analyst, code=milestone.code, act=CardAct.REACHED, on=TODAY, now=NOW)
    assert acts(card) == ["opened", "planned", "reached", "unreached", "unplanned"]


def test_progress_counts_what_is_planned_done_and_late():
    office = make_office()
    card = make_card(office.analyst)
    first = plan(office.analyst, card, TODAY)
    plan(office.analyst, card, TODAY + timedelta(days=1))
    plan(office.analyst, card, TODAY + timedelta(days=9))
    mark_milestone(actor=office.analyst, code=first.code, act=CardAct.REACHED, on=TODAY, now=NOW)
    progress = get_progress(card, today=TODAY + timedelta(days=2))
    assert (progress.planned, progress.done, progress.late, progress.percent) == (3, 1, 1, 33)


def test_a_closed_card_changes_no_more_and_waits_for_nobody():
    office = make_office()
    card = make_card(office.analyst)
    plan(office.analyst, card)
    with pytest.raises(CannotChangeCard, match="what came of the task"):
        close_card(actor=office.analyst, code=card.code, revision=2, outcome=" ", now=NOW)
    close_card(actor=office.analyst, code=card.code, revision=2, outcome="No money.", state=CardState.DROPPED, now=NOW)
    assert in_basket(office.analyst) == []
    with pytest.raises(CannotChangeCard, match="closed"):
        plan(office.analyst, card)


def test_the_box_shows_states_and_what_is_late():
    office = make_office()
    late, begun = make_card(office.analyst, due_on=TODAY), make_card(office.colleague, title="Other")
    day = TODAY + timedelta(days=1)
    assert count_cards(office.head, today=day) == {"open": 2, "late": 1, "done": 0, "dropped": 0}
    assert list_cards(office.head, state=LATE, today=day) == [late]
    assert list_cards(office.head, owner_post=office.colleague.post_code, today=day) == [begun]
    assert list_cards(office.head, unit_code="kemenpan-rb/legal", today=day) == []


def test_nothing_that_one_may_not_read_can_be_linked():
    office = make_office()
    card = make_card(office.analyst)
    theirs = make_document(office.lawyer)
    for ref in (f"document:{theirs.code}", "document:none", "nonsense", "money:5", f"card:{'x' * 300}"):
        with pytest.raises(AccessDenied):
            link_to_card(actor=office.analyst, code=card.code, ref=ref, now=NOW)


def test_the_database_refuses_to_change_what_happened():
    card = make_card(make_office().analyst)
    with pytest.raises(DatabaseError, match="only_added"), transaction.atomic():
        CardEntry.objects.update(words="never")
    assert acts(card) == ["opened"]
