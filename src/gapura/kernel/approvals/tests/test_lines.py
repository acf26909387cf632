"""A line goes where it was drawn, each act by whom it belongs to, and its path says afterwards what happened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.approvals.actions import (
    act_on_line,
    read_line,
    renew_line,
    reroute_line,
    resume_held_lines,
    start_line,
    withdraw_line,
)
from gapura.kernel.approvals.queries import (
    access_line,
    get_path,
    list_acts,
    list_line_faults,
    list_lines,
    list_steps,
    plan_line,
)
from gapura.kernel.approvals.testing import (
    NOW,
    ApprovalLine,
    ApprovalStep,
    MemoryHandler,
    Ministry,
    PathEntry,
    content_of,
    make_line,
)
from gapura.kernel.approvals.types import (
    CannotChangeLine,
    CannotDecideApproval,
    LineFilters,
    LineStatus,
    PathAct,
    PlannedStep,
    StepStatus,
    StepTask,
)
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory")]
LATER = NOW + timedelta(hours=1)


def act(actor: Actor, line: ApprovalLine, what: PathAct, opinion: str = "", **given: object) -> ApprovalLine:
    """As from a page that was just opened."""
    seen = get_path(access_line(actor, line.number))[-1].digest
    return act_on_line(actor=actor, number=line.number, act=what, seen_digest=seen, opinion=opinion, now=LATER, **given)


def finish(ministry: Ministry, line: ApprovalLine, until: str = "director") -> ApprovalLine:
    """Everybody agrees in order, up to and with ``until``."""
    for name in ("head", "lawyer", "neighbor", "director"):
        line = act(ministry[name], line, PathAct.APPROVED if name == "director" else PathAct.AGREED)
        if name == until:
            break
    return line


def statuses(line: ApprovalLine) -> dict[str, str]:
    return {step.post_code.split("/")[-1]: step.status for step in list_steps(line)}


def waiting(line: ApprovalLine, kind: str = "approvals.act") -> list[str]:
    return sorted(item.holder.split("/")[-1] for item in find_open_work(kind=kind, object_ref=f"line:{line.number}"))


def acts_of(line: ApprovalLine) -> list[str]:
    return [entry.act for entry in get_path(line)]


def test_a_line_goes_place_by_place_and_is_carried_out_at_its_end(ministry: Ministry, memory: MemoryHandler) -> None:
    line = make_line(ministry)
    assert waiting(line) == ["head"]
    act(ministry["head"], line, PathAct.AGREED)
    assert waiting(line) == ["lawyer", "neighbor"]
    act(ministry["neighbor"], line, PathAct.OBJECTED, "Not with our system.")
    assert waiting(line) == ["lawyer"]
    assert memory.carried_out == []
    act(ministry["lawyer"], line, PathAct.AGREED)
    line = act(ministry["director"], line, PathAct.APPROVED, "Agreed.")
    assert (line.status, waiting(line), bool(line.seal)) == (LineStatus.APPROVED, [], True)
    assert [(one.payload, one.line) for one in memory.carried_out] == [({"colour": "teal"}, line.number)]
    assert acts_of(line) == ["started", "agreed", "objected", "agreed", "approved"]
    assert list_line_faults(line.number) == []


PARTS = ["analyst", "colleague", "head", "lawyer", "neighbor", "director", "minister"]
NOTHING: dict[str, set[str]] = {}
TURN = {"agreed", "objected", "returned", "held"}
TABLE: dict[str, dict[str, set[str]]] = {
    "started": {"analyst": {"recalled", "hurried"}, "head": TURN},
    "read": {"analyst": {"hurried"}, "head": TURN},
    "reviewed": {"analyst": {"hurried"}, "head": {"recalled"}, "lawyer": TURN, "neighbor": TURN},
    "next has read": {"analyst": {"hurried"}, "lawyer": TURN, "neighbor": TURN},
    "at the approval": {
        "analyst": {"hurried"},
        "lawyer": {"recalled"},
        "neighbor": {"recalled"},
        "director": {"approved", "rejected", "returned", "held"},
    },
    "held": {"analyst": {"hurried"}, "head": {"resumed"}},
    "urgent": {"analyst": {"recalled"}, "head": TURN},
    "returned": NOTHING,
    "approved": NOTHING,
    "rejected": NOTHING,
    "withdrawn": NOTHING,
}


def bring_to(state: str, ministry: Ministry) -> ApprovalLine:
    line = make_line(ministry)
    until = {"reviewed": "head", "next has read": "head", "approved": "director"}
    if state in ("at the approval", "rejected"):
        finish(ministry, line, "neighbor")
    elif state in until:
        finish(ministry, line, until[state])
    doing = {
        "read": lambda: read_line(actor=ministry["head"], number=line.number, now=NOW),
        "next has read": lambda: read_line(actor=ministry["lawyer"], number=line.number, now=LATER),
        "rejected": lambda: act(ministry["director"], line, PathAct.REJECTED, "No."),
        "held": lambda: act(ministry["head"], line, PathAct.HELD, "Wait.", held_until=date(2026, 11, 27)),
        "urgent": lambda: act(ministry["analyst"], line, PathAct.HURRIED),
        "returned": lambda: act(ministry["head"], line, PathAct.RETURNED, "Again."),
        "withdrawn": lambda: withdraw_line(
            actor=ministry["analyst"], number=line.number, opinion="Not needed.", now=LATER
        ),
    }
    doing.get(state, lambda: None)()
    return ApprovalLine.objects.get(pk=line.pk)


@pytest.mark.parametrize("state", TABLE)
def test_everybody_may_do_what_the_table_says_and_nothing_else(state: str, ministry: Ministry) -> None:
    line = bring_to(state, ministry)
    found = {name: set(list_acts(ministry[name], line, on=NOW.date())) for name in PARTS}
    assert found == {name: TABLE[state].get(name, set()) for name in PARTS}


ACTS = [
    "agreed",
    "objected",
    "approved",
    "rejected",
    "returned",
    "held",
    "resumed",
    "recalled",
    "hurried",
    "acknowledged",
]


@pytest.mark.parametrize("state", TABLE)
def test_what_the_table_does_not_name_is_refused_and_leaves_no_trace(state: str, ministry: Ministry) -> None:
    line = bring_to(state, ministry)
    length = PathEntry.objects.filter(line=line).count()
    for name in PARTS:
        for what in sorted(set(ACTS) - TABLE[state].get(name, set())):
            with pytest.raises((CannotDecideApproval, AccessDenied)):
                act(ministry[name], line, PathAct(what), "Because.", held_until=date(2026, 11, 27))
    assert PathEntry.objects.filter(line=line).count() == length
    assert list_line_faults(line.number) == []


@pytest.mark.parametrize("state", [state for state in TABLE if TABLE[state]])
def test_what_the_table_names_can_be_done(state: str, ministry: Ministry) -> None:
    for name, possible in TABLE[state].items():
        for what in sorted(possible):
            with transaction.atomic():
                line = bring_to(state, ministry)
                act(ministry[name], line, PathAct(what), "Because.", held_until=date(2026, 11, 27))
                assert acts_of(line)[-1] == what
                assert list_line_faults(line.number) == []
                transaction.set_rollback(True)


@pytest.mark.parametrize("what", [PathAct.OBJECTED, PathAct.RETURNED, PathAct.HELD])
def test_whoever_stops_a_line_says_why(what: PathAct, ministry: Ministry) -> None:
    line = make_line(ministry)
    with pytest.raises(CannotDecideApproval, match="Say why"):
        act(ministry["head"], line, what, "  ", held_until=date(2026, 11, 27))


def test_a_change_after_a_signature_voids_it_and_opens_every_step_again(ministry: Ministry) -> None:
    line = make_line(ministry)
    finish(ministry, line, "lawyer")
    line = renew_line(
        actor=ministry["analyst"],
        number=line.number,
        content=content_of("red"),
        payload={"colour": "red"},
        note="Red, as the neighbor asked.",
        now=LATER,
    )
    assert statuses(line) == {"head": "open", "lawyer": "waiting", "neighbor": "waiting", "director": "waiting"}
    assert waiting(line) == ["head"]
    assert [entry.version for entry in get_path(line)] == [1, 1, 1, 2]
    finish(ministry, line)
    assert list_line_faults(line.number) == []


def test_who_was_shown_an_older_version_does_not_sign_the_newer(ministry: Ministry) -> None:
    line = make_line(ministry)
    seen = get_path(line)[-1].digest
    renew_line(
        actor=ministry["analyst"],
        number=line.number,
        content=content_of("red"),
        payload={"colour": "red"},
        note="",
        now=LATER,
    )
    with pytest.raises(CannotDecideApproval, match="newer version"):
        act_on_line(actor=ministry["head"], number=line.number, act=PathAct.AGREED, seen_digest=seen, now=LATER)
    act(ministry["head"], line, PathAct.AGREED)


def test_a_running_line_is_not_renewed_with_the_same_but_a_returned_one_may_be(
    ministry: Ministry, memory: MemoryHandler
) -> None:
    line = make_line(ministry)
    again = {
        "actor": ministry["analyst"],
        "number": line.number,
        "content": content_of("teal"),
        "payload": {"colour": "teal"},
        "note": "It is right as it stands: see article 4.",
        "now": LATER,
    }
    with pytest.raises(CannotChangeLine, match="Nothing was changed"):
        renew_line(**again)
    act(ministry["head"], line, PathAct.RETURNED, "Why teal?")
    assert memory.returned == [(line.number, "Why teal?")]
    assert waiting(line, "approvals.rework") == ["analyst"]
    line = renew_line(**again)
    assert (line.status, waiting(line), waiting(line, "approvals.rework")) == (LineStatus.RUNNING, ["head"], [])


def test_a_recalled_signature_opens_its_step_again(ministry: Ministry) -> None:
    line = finish(ministry, make_line(ministry), "head")
    act(ministry["head"], line, PathAct.RECALLED)
    assert statuses(line) == {"head": "open", "lawyer": "waiting", "neighbor": "waiting", "director": "waiting"}
    act(ministry["head"], line, PathAct.OBJECTED, "On second thought.")
    assert acts_of(line) == ["started", "agreed", "recalled", "objected"]


def test_a_recalled_line_lies_with_who_drafted_it(ministry: Ministry, memory: MemoryHandler) -> None:
    line = act(ministry["analyst"], make_line(ministry), PathAct.RECALLED)
    assert (line.status, waiting(line), waiting(line, "approvals.rework")) == (LineStatus.RETURNED, [], ["analyst"])
    assert memory.returned


def test_only_who_is_to_decide_leaves_a_mark_by_reading_and_only_once(ministry: Ministry) -> None:
    line = make_line(ministry)
    for name in ("analyst", "director", "head", "head"):
        read_line(actor=ministry[name], number=line.number, now=NOW)
    assert acts_of(line) == ["started", "read"]
    with pytest.raises(AccessDenied):
        read_line(actor=ministry["minister"], number=line.number, now=NOW)


def test_a_hold_ends_by_itself_and_the_term_moves_by_its_days(ministry: Ministry) -> None:
    line = make_line(ministry, due_on=date(2026, 11, 30))
    for until in (None, date(2026, 11, 23), date(2027, 6, 1)):
        with pytest.raises(CannotDecideApproval, match="until which day"):
            act(ministry["head"], line, PathAct.HELD, "Wait.", held_until=until)
    act(ministry["head"], line, PathAct.HELD, "Wait.", held_until=date(2026, 11, 27))
    clock = system_actor("approvals")
    assert resume_held_lines(actor=clock, now=NOW + timedelta(days=3)) == 0
    assert resume_held_lines(actor=clock, now=NOW + timedelta(days=4)) == 1
    assert resume_held_lines(actor=clock, now=NOW + timedelta(days=4)) == 0
    line.refresh_from_db()
    assert (line.status, line.due_on, line.held_until) == (LineStatus.RUNNING, date(2026, 12, 4), None)
    assert acts_of(line)[-2:] == ["held", "resumed"]
    assert list_line_faults(line.number) == []


def test_the_way_ahead_is_redrawn_and_what_is_done_stays(ministry: Ministry) -> None:
    line = finish(ministry, make_line(ministry), "head")
    ahead = [
        PlannedStep(ministry.post("lawyer"), StepTask.CHECK, 1, "law"),
        PlannedStep(ministry.post("director"), StepTask.REVIEW, 2),
        PlannedStep(ministry.post("minister"), StepTask.APPROVAL, 3),
    ]
    line = reroute_line(actor=ministry["lawyer"], number=line.number, steps=ahead, opinion="Too grave.", now=LATER)
    live = [step for step in list_steps(line) if step.status != StepStatus.REMOVED]
    assert [(s.post_code.split("/")[-1], s.place, s.status) for s in live] == [
        ("head", 1, "done"),
        ("lawyer", 2, "open"),
        ("director", 3, "waiting"),
        ("minister", 4, "waiting"),
    ]
    assert waiting(line) == ["lawyer"]
    for name in ("lawyer", "director"):
        act(ministry[name], line, PathAct.AGREED)
    act(ministry["minister"], line, PathAct.APPROVED)
    assert list_line_faults(line.number) == []


def test_nobody_redraws_a_line_that_is_not_theirs_or_has_ended(ministry: Ministry) -> None:
    line = make_line(ministry)
    ahead = [PlannedStep(ministry.post("director"), StepTask.APPROVAL, 1)]
    for name in ("director", "lawyer"):
        with pytest.raises(CannotChangeLine, match="Only who drafted"):
            reroute_line(actor=ministry[name], number=line.number, steps=ahead, opinion="", now=LATER)
    withdraw_line(actor=ministry["analyst"], number=line.number, opinion="Enough.", now=LATER)
    with pytest.raises(CannotChangeLine):
        reroute_line(actor=ministry["analyst"], number=line.number, steps=ahead, opinion="", now=LATER)


def test_what_can_no_longer_be_carried_out_leaves_the_line_as_it_was(ministry: Ministry, memory: MemoryHandler) -> None:
    line, memory.is_late = finish(ministry, make_line(ministry), "neighbor"), True
    with pytest.raises(CannotDecideApproval, match="world has changed"):
        act(ministry["director"], line, PathAct.APPROVED)
    line.refresh_from_db()
    assert (line.status, acts_of(line)[-1], waiting(line)) == (LineStatus.RUNNING, "agreed", ["director"])
    memory.is_late = False
    assert act(ministry["director"], line, PathAct.APPROVED).status == LineStatus.APPROVED


DRAWN_WRONG = {
    "no approval": ([("head", StepTask.REVIEW, 1, "")], "ends with one approval"),
    "two approvals": ([("head", StepTask.APPROVAL, 1, ""), ("director", StepTask.APPROVAL, 2, "")], "one approval"),
    "something after the approval": (
        [("head", StepTask.APPROVAL, 1, ""), ("director", StepTask.REVIEW, 2, "")],
        "after all other steps",
    ),
    "beside the approval": ([("head", StepTask.REVIEW, 1, ""), ("director", StepTask.APPROVAL, 1, "")], "after all"),
    "a post twice": (
        [("head", StepTask.REVIEW, 1, ""), ("head", StepTask.REVIEW, 2, ""), ("director", StepTask.APPROVAL, 3, "")],
        "twice",
    ),
    "who drafts": ([("analyst", StepTask.REVIEW, 1, ""), ("director", StepTask.APPROVAL, 2, "")], "own post"),
    "a check of nothing": ([("lawyer", StepTask.CHECK, 1, ""), ("director", StepTask.APPROVAL, 2, "")], "check"),
    "a review of law": ([("lawyer", StepTask.REVIEW, 1, "law"), ("director", StepTask.APPROVAL, 2, "")], "check"),
}


@pytest.mark.parametrize("fault", DRAWN_WRONG)
def test_a_line_cannot_be_drawn_wrong(fault: str, ministry: Ministry) -> None:
    drawn, words = DRAWN_WRONG[fault]
    steps = [PlannedStep(ministry.post(name), task, place, check) for name, task, place, check in drawn]
    with pytest.raises(CannotChangeLine, match=words):
        make_line(ministry, steps=steps)
    assert not ApprovalLine.objects.exists()


def test_an_unknown_post_or_nobody_proven_draws_no_line(ministry: Ministry) -> None:
    with pytest.raises(CannotChangeLine, match="no post"):
        make_line(ministry, steps=[PlannedStep("kemenpan-rb//nobody", StepTask.APPROVAL, 1)])
    with pytest.raises(CannotChangeLine, match="not proven"):
        make_line(ministry, actor=replace(ministry["analyst"], person_number=None))


def test_the_same_object_is_on_one_line_at_a_time(ministry: Ministry) -> None:
    line = make_line(ministry)
    with pytest.raises(CannotChangeLine, match="already"):
        make_line(ministry)
    withdraw_line(actor=ministry["analyst"], number=line.number, opinion="Anew.", now=LATER)
    assert make_line(ministry).pk != line.pk


def test_the_table_of_matters_draws_the_line(ministry: Ministry) -> None:
    def drawn(matter: str) -> list[tuple[str, str, int, str]]:
        steps = plan_line(drafter_post=ministry.post("analyst"), matter=matter)
        return [(s.post_code.split("/")[-1], s.task.value, s.place, s.check) for s in steps]

    assert drawn("") == [("head", "approval", 2, "")]
    assert drawn("information") == [("head", "approval", 2, "")]
    assert drawn("service-standard") == [
        ("head", "review", 1, ""),
        ("lawyer", "check", 2, "law"),
        ("director", "approval", 3, ""),
    ]
    assert drawn("regulation") == [
        ("head", "review", 1, ""),
        ("director", "review", 2, ""),
        ("lawyer", "check", 3, "law"),
        ("minister", "approval", 4, ""),
    ]
    with pytest.raises(CannotChangeLine, match="no post of your agency makes"):
        drawn("budget-plan")
    with pytest.raises(CannotChangeLine, match="Nobody above"):
        plan_line(drafter_post=ministry.post("minister"), matter="routine")
    with pytest.raises(CannotChangeLine, match="no matter"):
        drawn("picnic")


def test_a_matter_keeps_its_rank_and_its_checks_however_the_line_is_drawn(ministry: Ministry) -> None:
    check = PlannedStep(ministry.post("lawyer"), StepTask.CHECK, 1, "law")
    low = [check, PlannedStep(ministry.post("head"), StepTask.APPROVAL, 2)]
    with pytest.raises(CannotChangeLine, match="this rank or a higher"):
        make_line(ministry, matter="service-standard", steps=low)
    bare = [PlannedStep(ministry.post("director"), StepTask.APPROVAL, 2)]
    with pytest.raises(CannotChangeLine, match="needs a check"):
        make_line(ministry, matter="service-standard", steps=bare)
    high = [check, PlannedStep(ministry.post("minister"), StepTask.APPROVAL, 2)]
    line = make_line(ministry, matter="service-standard", steps=high)
    with pytest.raises(CannotChangeLine, match="needs a check"):
        reroute_line(actor=ministry["analyst"], number=line.number, steps=high[1:], opinion="", now=LATER)


def test_only_who_is_on_a_line_reads_it_and_nobody_can_tell_it_from_none(ministry: Ministry) -> None:
    line = make_line(ministry)
    for name in ("analyst", "head", "neighbor", "director"):
        assert access_line(ministry[name], line.number) == line
    for number in (line.number, "NOTHING"):
        for actor in (ministry["minister"], ministry["colleague"], system_actor("test")):
            with pytest.raises(AccessDenied):
                access_line(actor, number)


def test_another_agency_reads_and_signs_and_sees_no_more_of_it(ministry: Ministry, memory: MemoryHandler) -> None:
    """Under the scope that a request of each has, as the database itself enforces it."""
    with scoped(Scope(agency="kemenpan-rb")):
        line = finish(ministry, make_line(ministry), "lawyer")
    with scoped(Scope(agency="komdigi")):
        assert list_lines(ministry["neighbor"], filters=LineFilters()).lines == (line,)
        read_line(actor=ministry["neighbor"], number=line.number, now=LATER)
        act(ministry["neighbor"], line, PathAct.OBJECTED, "Not with our system.")
        assert [step.act for step in list_steps(access_line(ministry["neighbor"], line.number))][2] == "objected"
        assert ApprovalLine.objects.exists() == (connection.vendor == "sqlite")  # where nothing enforces a scope
    with scoped(Scope(agency="kemenpan-rb")):
        assert ApprovalLine.objects.exists()
        assert act(ministry["director"], line, PathAct.APPROVED).status == LineStatus.APPROVED
    assert len(memory.carried_out) == 1


def test_the_database_refuses_to_rewrite_what_happened(ministry: Ministry) -> None:
    line = make_line(ministry)
    for rows in (PathEntry.objects.filter(line=line), line.versions.all()):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            rows.update(digest="0" * 64)
    assert ApprovalStep.objects.filter(line=line).update(opinion="may change") == 4


def test_the_database_itself_keeps_makers_and_deciders_apart(ministry: Ministry) -> None:
    line = finish(ministry, make_line(ministry), "head")
    done = {"status": "done", "acted_at": NOW, "digest": "0" * 64}
    rows = ApprovalStep.objects.filter(line=line, post_code=ministry.post("lawyer"))
    for name in ("analyst", "head"):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**done, acted_by_person=ministry[name].person_number)
    assert rows.update(**done, acted_by_person=ministry["lawyer"].person_number) == 1


def test_what_was_altered_in_the_database_is_not_carried_out(ministry: Ministry, memory: MemoryHandler) -> None:
    line = finish(ministry, make_line(ministry), "neighbor")
    ApprovalLine.objects.filter(pk=line.pk).update(payload={"colour": "gold"})
    with pytest.raises(CannotDecideApproval, match="altered"):
        act(ministry["director"], line, PathAct.APPROVED)
    assert "What is to be carried out is not what was signed." in list_line_faults(line.number)
    ApprovalLine.objects.filter(pk=line.pk).update(payload={"colour": "teal"})
    act(ministry["director"], line, PathAct.APPROVED)


def test_a_line_of_one_step_starts_and_ends(ministry: Ministry) -> None:
    steps = [PlannedStep(ministry.post("head"), StepTask.APPROVAL, 7)]
    line = start_line(
        actor=ministry["analyst"],
        kind="test.memory",
        object_ref="thing:2",
        title="Short",
        payload={},
        content=content_of("x"),
        steps=steps,
        urgent=True,
        now=NOW,
    )
    assert find_open_work(kind="approvals.act", object_ref=f"line:{line.number}")[0].urgent
    assert act(ministry["head"], line, PathAct.APPROVED).status == LineStatus.APPROVED


def test_an_act_takes_the_same_queries_however_long_the_path(ministry: Ministry) -> None:
    def queries(line: ApprovalLine) -> int:
        with CaptureQueriesContext(connection) as counted:
            act(ministry["head"], line, PathAct.AGREED)
        return len(counted)

    first = queries(make_line(ministry))
    line = make_line(ministry, object_ref="thing:2")
    for _time in range(6):
        act(ministry["head"], line, PathAct.AGREED)
        act(ministry["head"], line, PathAct.RECALLED)
    assert queries(line) <= first <= 90
