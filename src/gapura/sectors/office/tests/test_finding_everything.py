"""Everything the office keeps is found by exactly those who may open it, after whatever happens to it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.approvals.actions import enter_absence
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import merge_units
from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.search.actions import remove_entries
from gapura.sectors.office import testing
from gapura.sectors.office.actions.cards import change_card, close_card, open_card, plan_milestone
from gapura.sectors.office.actions.drafts import name_writer, remove_writer
from gapura.sectors.office.actions.finding import index_everything, index_soon
from gapura.sectors.office.actions.hand_over import hand_over
from gapura.sectors.office.actions.instructions import act_on_instruction, issue_instruction
from gapura.sectors.office.actions.meetings import invite, request_meeting, withdraw_invitation
from gapura.sectors.office.actions.memos import send_memo
from gapura.sectors.office.actions.minutes import agree_follow_up, note_outcome, propose_matter
from gapura.sectors.office.actions.weekly import prepare_weekly_report, save_weekly_report
from gapura.sectors.office.models import MeetingGuest
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries.cards import access_card
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.findable import FINDABLES
from gapura.sectors.office.queries.finding import COLLECTION, find_things
from gapura.sectors.office.queries.instructions import access_instruction
from gapura.sectors.office.queries.meetings import access_meeting
from gapura.sectors.office.queries.memos import access_memo
from gapura.sectors.office.queries.weekly import access_weekly_report
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CardWords, FindKind, InstructionAct

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PEOPLE = ("analyst", "colleague", "head", "director", "lawyer", "minister", "neighbor")
TODAY, DUE = date(2026, 11, 23), date(2027, 1, 31)
START = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUSE = system_actor("test")
OPEN = {
    FindKind.DOCUMENT: access_document,
    FindKind.CARD: access_card,
    FindKind.MEMO: access_memo,
    FindKind.INSTRUCTION: access_instruction,
    FindKind.WEEKLY: access_weekly_report,
    FindKind.MEETING: access_meeting,
}


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office(db):
    return make_office()


def write(actor, title, **chosen):
    document = make_document(actor, title=title, **chosen)
    index_soon(document)
    return document


def card(actor, title="Quince in the plan", **chosen):
    words = CardWords(title=title, task_code="OT.01", begins_on=TODAY, due_on=DUE, **chosen)
    return open_card(actor=actor, words=words, now=NOW)


def meet(actor, *guests, **chosen):
    values = {"title": "Quince at the table", "agenda": ["The first matter"]} | chosen
    plan = MeetingPlan(
        task_code="OT.01", starts_at=START, ends_at=START + timedelta(hours=1), zone="Asia/Jakarta",
        chair=actor.post_code, guests=[guest.post_code for guest in guests], **values,
    )  # fmt: skip
    return request_meeting(actor=actor, plan=plan, now=NOW)


def tell(actor, receiver, title="Quince to count", **chosen):
    return issue_instruction(actor=actor, receiver_post=receiver.post_code, title=title, due_on=DUE, now=NOW, **chosen)


def note(actor, *recipients, body="Quince for breakfast."):
    posts = [one.post_code for one in recipients]
    return send_memo(actor=actor, title="A note", body=body, recipients=posts, now=NOW)


def report(actor, words="Quince was harvested.\n"):
    monday = TODAY
    made = prepare_weekly_report(actor=actor, unit_code=actor.unit_code, monday=monday, now=NOW)
    return save_weekly_report(actor=actor, code=made.code, revision=made.revision, body=words, now=NOW)


def fill(office):
    """Something with the word of every kind, from several people, to several people."""
    for reach in ("named", "unit", "office", "agency", "government"):
        write(office.analyst, f"Quince {reach}", reach=reach)
    write(office.neighbor, "Quince elsewhere", reach="agency")
    card(office.analyst)
    card(office.lawyer)
    note(office.analyst, office.lawyer)
    for_head = note(office.colleague, office.head)
    whole = tell(office.minister, office.director)
    act_on_instruction(actor=office.director, code=whole.code, act=InstructionAct.ACCEPTED, now=NOW)
    part = tell(office.director, office.head, parent=whole.code)
    act_on_instruction(actor=office.head, code=part.code, act=InstructionAct.ACCEPTED, now=NOW)
    tell(office.head, office.analyst, parent=part.code)
    tell(office.head, office.colleague, "Quince from a memo", source=f"memo:{for_head.code}")
    report(office.analyst)
    report(office.lawyer)
    meet(office.head, office.analyst, office.neighbor)
    meet(office.director, office.lawyer, confidential=True)
    meet(office.neighbor)


def every_ref():
    return {f"{kind}:{code}" for kind, one in FINDABLES.items() for code in one.rows().values_list("code", flat=True)}


def opened_by(actor):
    """What the house lets the official open, asked one by one."""
    found = set()
    for ref in every_ref():
        kind, _colon, code = ref.partition(":")
        try:
            OPEN[FindKind(kind)](actor, code)
        except AccessDenied:
            continue
        found.add(ref)
    return found


def found_by(actor, text="quince", **chosen):
    return {f"{one.kind}:{one.code}" for one in find_things(actor, text, limit=100, **chosen)}


def compare(office):
    """Of every person, what is found and what may be opened: the same. The index is as if it were made anew."""
    deliver_pending()
    kept = entries()
    list(index_everything())
    assert entries() == kept
    table = {name: (found_by(getattr(office, name)), opened_by(getattr(office, name))) for name in PEOPLE}
    for name, (found, opened) in table.items():
        assert found == opened, name
    return {name: found for name, (found, _opened) in table.items()}


def test_of_every_kind_each_finds_exactly_what_they_may_open(office):
    fill(office)
    table = compare(office)
    assert {ref.partition(":")[0] for refs in table.values() for ref in refs} == set(FindKind)
    assert len({frozenset(refs) for refs in table.values()}) == len(PEOPLE)
    for kind in FindKind:
        sizes = {name: sum(ref.startswith(f"{kind}:") for ref in refs) for name, refs in table.items()}
        assert len(set(sizes.values())) > 1, kind


def test_a_kind_can_be_asked_for_alone(office):
    fill(office)
    deliver_pending()
    for kind in FindKind:
        alone = found_by(office.head, kinds=[kind])
        assert alone == {ref for ref in found_by(office.head) if ref.startswith(f"{kind}:")}
        assert alone


def test_the_index_made_anew_is_the_same_and_has_everything(office, capsys):
    fill(office)
    deliver_pending()
    before = entries()
    assert {key for key, *_rest in before} == every_ref()
    remove_entries(collection=COLLECTION, keys=every_ref())
    assert entries() == []
    assert found_by(office.head) == set()
    call_command("office_index")
    assert entries() == before
    assert f"{len(before)} things can be found." in capsys.readouterr().out


def entries():
    """Each entry with its words and audience as the database keeps them."""
    columns = "entry.words::text" if connection.vendor == "postgresql" else "t.title, t.keywords, t.body, t.audience"
    join = "" if connection.vendor == "postgresql" else "JOIN search_text t ON t.rowid = entry.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.key, entry.agency_code, {columns} FROM search_entry entry {join} "
            "WHERE entry.collection_id = %s ORDER BY entry.key",
            [COLLECTION],
        )
        return cursor.fetchall()


def test_what_changes_is_found_by_its_new_words(office):
    made = card(office.analyst, "A plain plan", results="Nothing yet.")
    deliver_pending()
    assert found_by(office.colleague) == set()
    words = CardWords(title="A plain plan", task_code="OT.01", begins_on=TODAY, due_on=DUE, quality="As ripe as quince")
    change_card(actor=office.analyst, code=made.code, revision=1, words=words, now=NOW)
    plan_milestone(actor=office.analyst, code=made.code, title="Medlar picked", due_on=DUE, now=NOW)
    close_card(actor=office.analyst, code=made.code, revision=3, outcome="Rowan jam", now=NOW)
    deliver_pending()
    for word in ("quince", "medlar", "rowan"):
        assert found_by(office.colleague, word) == {f"card:{made.code}"}, word
    assert found_by(office.colleague, "yet") == set()
    told = tell(office.head, office.analyst, "Count")
    act_on_instruction(actor=office.analyst, code=told.code, act=InstructionAct.ACCEPTED, now=NOW)
    act_on_instruction(actor=office.analyst, code=told.code, act=InstructionAct.REPORTED, words="Sorbs", now=NOW)
    deliver_pending()
    assert found_by(office.director, "sorbs") == {f"instruction:{told.code}"}


def test_a_meeting_is_found_by_its_matters_what_was_decided_and_what_is_to_be_done(office):
    made = meet(office.head, office.analyst, office.neighbor, title="Standards")
    propose_matter(actor=office.neighbor, code=made.code, title="Quince", now=NOW)
    note_outcome(actor=office.head, code=made.code, place=1, outcome="Medlar it is", now=NOW)
    agree_follow_up(
        actor=office.head, code=made.code, post_code=office.neighbor.post_code, text="Buy rowan", due_on=DUE, now=NOW
    )
    deliver_pending()
    for word in ("quince", "medlar", "rowan"):
        assert found_by(office.neighbor, word) == {f"meeting:{made.code}"}, word
        assert found_by(office.lawyer, word) == set()


def test_who_is_invited_later_finds_it_and_who_need_not_come_no_more(office):
    made = meet(office.head, office.analyst)
    compare(office)
    assert not found_by(office.lawyer) | found_by(office.neighbor)
    for actor in (office.lawyer, office.neighbor):
        invite(actor=office.head, code=made.code, post_code=actor.post_code, now=NOW)
    deliver_pending()
    assert found_by(office.lawyer) == found_by(office.neighbor) == {f"meeting:{made.code}"}
    with scoped(Scope(agency=testing.OTHER_AGENCY)):
        assert found_by(office.neighbor) == {f"meeting:{made.code}"}
    guest = MeetingGuest.objects.get(meeting=made, post_code=office.lawyer.post_code)
    withdraw_invitation(actor=office.head, code=made.code, guest=guest.pk, now=NOW)
    assert found_by(office.lawyer) == set(), "before the index knows"
    assert compare(office)["neighbor"] == {f"meeting:{made.code}"}


def test_an_instruction_that_is_withdrawn_or_confirmed_is_still_found(office):
    told = tell(office.head, office.analyst)
    act_on_instruction(actor=office.head, code=told.code, act=InstructionAct.WITHDRAWN, words="Too late.", now=NOW)
    table = compare(office)
    assert {name for name, refs in table.items() if refs} == {"analyst", "head", "director", "minister"}


def test_what_changes_hands_is_found_by_who_has_it_now(office):
    fill(office)
    before = compare(office)
    hand_over(actor=office.head, source_post=office.analyst.post_code, target_post=office.lawyer.post_code, now=NOW)
    after = compare(office)
    assert after["lawyer"] > before["lawyer"]
    kinds = {ref.partition(":")[0] for ref in after["lawyer"] - before["lawyer"]}
    assert kinds >= {"document", "card", "instruction", "meeting"}


def test_units_that_merge_are_found_by_whoever_leads_them_now(office):
    fill(office)
    before = compare(office)
    merge_units(actor=HOUSE, code=testing.LEGAL, successor=testing.STANDARDS, on=TODAY)
    after = compare(office)
    for name in ("head", "director", "colleague"):
        assert after[name] > before[name], name
    kinds = {ref.partition(":")[0] for ref in after["head"] - before["head"]}
    assert kinds == {"card", "weekly"}


def test_who_is_away_finds_as_much_as_before_and_who_stands_in_no_more(office):
    fill(office)
    before = compare(office)
    enter_absence(
        actor=office.analyst, post_code=office.analyst.post_code, reason="leave", valid_from=TODAY,
        valid_until=DUE, substitute_post=office.colleague.post_code, now=NOW,
    )  # fmt: skip
    assert compare(office) == before


def test_who_is_asked_to_write_along_finds_it(office):
    document = write(office.analyst, "Quince", reach="named")
    assert compare(office)["lawyer"] == set()
    name_writer(actor=office.analyst, code=document.code, post_code=office.lawyer.post_code, now=NOW)
    assert compare(office)["lawyer"] == {f"document:{document.code}"}
    remove_writer(actor=office.analyst, code=document.code, post_code=office.lawyer.post_code, now=NOW)
    assert found_by(office.lawyer) == set(), "before the index knows"
    assert compare(office)["lawyer"] == set()


def test_an_entry_for_too_many_people_is_noticed(office):
    """The comparison itself: what the index would show to somebody who may not open it is not shown."""
    fill(office)
    deliver_pending()
    assert len(entries()) == len(every_ref())
    secret = write(office.analyst, "Quince for one", reach="government")
    compare(office)
    type(secret).objects.filter(pk=secret.pk).update(reach="named")
    assert f"document:{secret.code}" not in found_by(office.neighbor)
    assert f"document:{secret.code}" in found_by(office.analyst)


SEARCH = "/desk/office/search/"


@pytest.fixture
def browser(office):
    fill(office)
    deliver_pending()
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, find_account("head"), post_code=office.head.post_code)
    return client


def test_the_page_says_kind_day_and_unit_and_keeps_to_a_kind(browser):
    page = browser.get(SEARCH, {"q": "quince"}).content.decode()
    for words in ("Task card", "Memo", "Instruction", "Weekly report", "Meeting", "Bagian Standar Pelayanan", "<mark>"):
        assert words in page, words
    only = browser.get(SEARCH, {"q": "quince", "kind": "memo"}).content.decode()
    assert 'aria-current="page">Memos' in only
    assert "/desk/office/memos/" in only.partition("<ol")[2]
    assert "/desk/office/meetings/" not in only.partition("<ol")[2]


def test_an_unknown_kind_is_none_and_nothing_found_says_so(browser):
    assert 'aria-current="page">Everything' in browser.get(SEARCH, {"q": "quince", "kind": "x'"}).content.decode()
    assert "Nothing of this kind" in browser.get(SEARCH, {"q": "medlar", "kind": "card"}).content.decode()
    assert "Nothing that you may read" in browser.get(SEARCH, {"q": "medlar"}).content.decode()
