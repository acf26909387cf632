"""Memos with who read them, own notes, and weekly reports that begin with the records."""

import hashlib
from datetime import date, timedelta

import pytest

from gapura.kernel.approvals.actions import act_on_line, start_line
from gapura.kernel.approvals.types import LineContent, PathAct, PlannedStep, StepTask
from gapura.kernel.cases.queries import Case
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office import testing
from gapura.sectors.office.actions.cards import mark_milestone, open_card, plan_milestone
from gapura.sectors.office.actions.instructions import act_on_instruction, issue_instruction
from gapura.sectors.office.actions.memos import add_todo, mark_memo_read, mark_todo, send_memo
from gapura.sectors.office.actions.weekly import (
    assemble_again,
    decide_weekly_report,
    prepare_weekly_report,
    save_weekly_report,
    submit_weekly_report,
)
from gapura.sectors.office.models import IncomingLetter, OfficialDocument
from gapura.sectors.office.queries.memos import access_memo, list_memos, list_todos
from gapura.sectors.office.queries.weekly import access_weekly_report, assemble_week
from gapura.sectors.office.testing import NOW, make_document, make_incoming_letter, make_office
from gapura.sectors.office.types import CannotReport, CardAct, CardWords, InstructionAct, OfficeRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 11, 23)


def memo(actor, *recipients, title="Counters", body="All is **well**."):
    return send_memo(actor=actor, title=title, body=body, recipients=[one.post_code for one in recipients], now=NOW)


def waiting(actor):
    return [line.kind for line in list_open_work(actor).lines]


def test_a_memo_waits_for_each_recipient_until_they_open_it_and_the_first_time_counts():
    office = make_office()
    sent = memo(office.analyst, office.head, office.director)
    assert waiting(office.head) == waiting(office.director) == ["office.memo"]
    for hours in (1, 2):
        mark_memo_read(actor=office.head, code=sent.code, now=NOW + timedelta(hours=hours))
    mark_memo_read(actor=office.analyst, code=sent.code, now=NOW)
    read = dict(sent.recipients.values_list("post_code", "read_at"))
    assert read == {office.head.post_code: NOW + timedelta(hours=1), office.director.post_code: None}
    assert (waiting(office.head), waiting(office.director)) == ([], ["office.memo"])
    assert list_memos(office.head) == list_memos(office.analyst, box="out") == [sent]
    assert list_memos(office.analyst) == []


def test_a_memo_is_for_those_it_went_to_and_who_is_told_to_do_something_about_it():
    office = make_office()
    sent = memo(office.analyst, office.head)
    for name in ("colleague", "director", "lawyer", "minister", "neighbor"):
        with pytest.raises(AccessDenied):
            access_memo(getattr(office, name), sent.code)
    issue_instruction(
        actor=office.head,
        receiver_post=office.colleague.post_code,
        title="See to it",
        due_on=TODAY,
        source=f"memo:{sent.code}",
        now=NOW,
    )
    assert access_memo(office.colleague, sent.code) == sent


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"recipients": []}, "other posts"),
        ({"recipients": ["me"]}, "other posts"),
        ({"recipients": ["komdigi//neighbor"]}, "other posts"),
        ({"recipients": ["kemenpan-rb//nobody"]}, "other posts"),
        ({"title": " "}, "title"),
        ({"body": ""}, "title"),
        ({"body": "x" * 20_001}, "20000 characters"),
    ],
)
def test_what_is_no_memo_is_refused(chosen, says):
    office = make_office()
    values = {"title": "Counters", "body": "Well.", "recipients": [office.head.post_code]} | chosen
    values["recipients"] = [
        one.replace("me", office.analyst.post_code) if one == "me" else one for one in values["recipients"]
    ]
    with pytest.raises(CannotReport, match=says):
        send_memo(actor=office.analyst, now=NOW, **values)
    assert waiting(office.head) == []


def test_a_memo_to_too_many_is_a_circular(monkeypatch):
    office = make_office()
    monkeypatch.setattr(
        "gapura.sectors.office.actions.memos.get_work_rules",
        lambda: type("Rules", (), {"most_recipients": 1, "longest_text": 100})(),
    )
    with pytest.raises(CannotReport, match="circular"):
        memo(office.analyst, office.head, office.director)


def test_own_notes_are_ones_own_and_wait_in_the_basket():
    office = make_office()
    later = add_todo(actor=office.analyst, title="Later", due_on=None, now=NOW)
    sooner = add_todo(actor=office.analyst, title="Sooner", due_on=TODAY, now=NOW)
    assert list_todos(office.analyst) == [sooner, later]
    assert list_todos(office.colleague) == []
    with pytest.raises(AccessDenied):
        mark_todo(actor=office.colleague, code=later.code, done=True, now=NOW)
    for _again in range(2):
        mark_todo(actor=office.analyst, code=sooner.code, done=True, now=NOW)
    assert (list_todos(office.analyst), list_todos(office.analyst, done=True)) == ([later], [sooner])
    assert waiting(office.analyst) == ["office.todo"]
    mark_todo(actor=office.analyst, code=sooner.code, done=False, now=NOW)
    assert waiting(office.analyst) == ["office.todo", "office.todo"]
    with pytest.raises(OfficeRefusal, match="mean to do"):
        add_todo(actor=office.analyst, title=" ", due_on=None, now=NOW)


def work_through_a_week(office):
    words = CardWords(title="Standards", task_code="OT.01", begins_on=TODAY, due_on=date(2027, 1, 31))
    card = open_card(actor=office.analyst, words=words, now=NOW)
    reached = plan_milestone(actor=office.analyst, code=card.code, title="Draft", due_on=TODAY, now=NOW)
    plan_milestone(actor=office.analyst, code=card.code, title="Print", due_on=date(2026, 12, 2), now=NOW)
    plan_milestone(actor=office.analyst, code=card.code, title="Ask", due_on=date(2026, 11, 24), now=NOW)
    mark_milestone(actor=office.analyst, code=reached.code, act=CardAct.REACHED, on=TODAY, now=NOW)
    told = issue_instruction(
        actor=office.head, receiver_post=office.analyst.post_code, title="Count", due_on=TODAY, now=NOW
    )
    for actor, act in (
        (office.analyst, InstructionAct.ACCEPTED),
        (office.analyst, InstructionAct.FINISHED),
        (office.head, InstructionAct.CONFIRMED),
    ):
        act_on_instruction(actor=actor, code=told.code, act=act, words="Done.", now=NOW)
    for number, reach in enumerate(("unit", "named"), 1):
        document = make_document(office.analyst, reach=reach, title=f"Paper {reach}")
        OfficialDocument.objects.filter(pk=document.pk).update(
            status="registered", number=f"B/{number}", serial=number, year=2026, registered_at=NOW
        )


def test_the_records_of_the_week_are_found_and_what_is_only_for_named_people_is_left_out():
    office = make_office()
    work_through_a_week(office)
    records = assemble_week(office.analyst, testing.STANDARDS, TODAY)
    said = {one["code"]: [line["text"] for line in one["lines"]] for one in records}
    assert said == {
        "registered": ["B/1 Paper unit"],
        "decided": [],
        "answered": [],
        "cases": [],
        "cards": ["Standards"],
        "milestones": ["Standards: Draft"],
        "instructions": ["Count"],
        "meetings": [],
        "late": ["Standards: Ask"],
        "next": ["Standards: Print"],
    }
    before = assemble_week(office.analyst, testing.STANDARDS, TODAY - timedelta(days=7))
    assert [one["count"] for one in before] == [0] * 9 + [1]


def decide(office, act, **chosen):
    """A document of the analyst's, on whose line the head takes the first step."""
    document = make_document(office.analyst, **chosen)
    line = start_line(
        actor=office.analyst,
        kind="office.document",
        object_ref=f"document:{document.code}",
        title=document.title,
        payload={"code": document.code},
        content=LineContent("text/plain", b"Words."),
        steps=[
            PlannedStep(office.head.post_code, StepTask.REVIEW, 1),
            PlannedStep(office.director.post_code, StepTask.APPROVAL, 2),
        ],
        now=NOW,
    )
    seen = hashlib.sha256(b"Words.").hexdigest()
    act_on_line(actor=office.head, number=line.number, act=act, seen_digest=seen, opinion="So.", now=NOW)
    return line


def test_what_was_decided_and_answered_stands_in_the_week_and_names_nobody():
    office = make_office()
    decide(office, PathAct.AGREED, title="Fees", reach="unit")
    secret = decide(office, PathAct.OBJECTED, title="About Budi", reach="named")
    letter = make_incoming_letter(office.head, code="L1")
    numbered = {"number": "M/1", "serial": 1, "year": 2026, "registered_at": NOW - timedelta(days=9)}
    document = make_document(office.analyst, title="A request", reach="unit", status="registered", **numbered)
    IncomingLetter.objects.filter(pk=letter.pk).update(
        document=document, answered_at=NOW, decided_at=NOW, state="accepted"
    )
    for number, post in enumerate((office.analyst, office.analyst, office.lawyer)):
        make_decided_case(str(number), post)
    for unit, decided, answered, cases in (
        (testing.STANDARDS, ["Fees (agreed)", f"{secret.number} (objected)"], ["M/1 A request"], ["Paper: 2"]),
        (testing.LEGAL, [], [], ["Paper: 1"]),
    ):
        records = {one["code"]: one["lines"] for one in assemble_week(office.analyst, unit, TODAY)}
        said = {code: [line["text"] for line in lines] for code, lines in records.items()}
        assert [said[code] for code in ("decided", "answered", "cases")] == [decided, answered, cases]
    paths = [one["path"] for one in assemble_week(office.analyst, testing.STANDARDS, TODAY)[1]["lines"]]
    assert [bool(path) for path in paths] == [True, False]


def make_decided_case(number, actor):
    Case.objects.create(
        number=number, service_code="civil.x", service_version="1", service_title={"en": "Paper"},
        agency_code=actor.agency_code, office_code="", status="fulfilled", applicant="3171014501900001",
        subject="3171014501900001", relation="self", answers={}, language="id", channel="web", idempotency_key=number,
        submission_digest=number, submitted_at=NOW, due_on=TODAY, decided_at=NOW, assigned_post=actor.post_code,
        decided_by=actor.person_number,
    )  # fmt: skip


def prepare(actor, unit=testing.STANDARDS, monday=TODAY):
    return prepare_weekly_report(actor=actor, unit_code=unit, monday=monday, now=NOW)


def test_a_report_is_written_submitted_sent_back_and_approved_and_then_never_changes():
    office = make_office()
    work_through_a_week(office)
    report = prepare(office.analyst)
    assert prepare(office.colleague) == report
    assert "- Standards: Draft" in report.body
    save_weekly_report(actor=office.analyst, code=report.code, revision=1, body="A good week.", now=NOW)
    with pytest.raises(CannotReport, match="meanwhile"):
        save_weekly_report(actor=office.colleague, code=report.code, revision=1, body="Mine.", now=NOW)
    again = assemble_again(actor=office.analyst, code=report.code, revision=2, now=NOW)
    assert again.body == "A good week."
    submit_weekly_report(actor=office.analyst, code=report.code, revision=3, now=NOW)
    assert "office.weekly" in waiting(office.head)
    with pytest.raises(AccessDenied):
        decide_weekly_report(actor=office.colleague, code=report.code, revision=4, approved=True, now=NOW)
    with pytest.raises(CannotReport, match="what is to be changed"):
        decide_weekly_report(actor=office.head, code=report.code, revision=4, approved=False, now=NOW)
    decide_weekly_report(actor=office.head, code=report.code, revision=4, approved=False, note="Shorter.", now=NOW)
    assert "office.weekly" not in waiting(office.head)
    submit_weekly_report(actor=office.analyst, code=report.code, revision=5, now=NOW)
    done = decide_weekly_report(actor=office.director, code=report.code, revision=6, approved=True, now=NOW)
    assert (done.state, done.approved_by_person) == ("approved", office.director.person_number)
    with pytest.raises(CannotReport, match="submitted"):
        save_weekly_report(actor=office.analyst, code=report.code, revision=7, body="Changed.", now=NOW)
    with pytest.raises(CannotReport, match="has changed"):
        decide_weekly_report(actor=office.head, code=report.code, revision=7, approved=True, now=NOW)


def test_a_report_is_the_units_and_of_who_leads_it():
    office = make_office()
    report = prepare(office.analyst)
    for name in ("colleague", "head", "director", "minister"):
        assert access_weekly_report(getattr(office, name), report.code) == report
    for name in ("lawyer", "neighbor"):
        with pytest.raises(AccessDenied):
            access_weekly_report(getattr(office, name), report.code)
        with pytest.raises(AccessDenied):
            prepare(getattr(office, name))
    assert prepare(office.director) == report


@pytest.mark.parametrize("monday", [TODAY + timedelta(days=7), TODAY + timedelta(days=1)])
def test_a_week_begins_on_a_monday_and_has_begun(monday):
    with pytest.raises(CannotReport, match="Monday"):
        prepare(make_office().analyst, monday=monday)
