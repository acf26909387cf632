"""Nothing is stuck when somebody is away, leaves, or may not decide; and whoever was stood in for learns of it."""

from datetime import date, timedelta

import pytest

from gapura.kernel.approvals.actions import (
    act_on_line,
    end_absence,
    enter_absence,
    follow_day,
    hand_over_steps,
    reseat_posts,
)
from gapura.kernel.approvals.queries import (
    access_line,
    find_decider,
    find_substitute,
    get_path,
    is_absent,
    list_acts,
    list_led_posts,
    list_line_faults,
    list_steps,
)
from gapura.kernel.approvals.testing import (
    MINISTRY,
    NOW,
    STANDARDS,
    Absence,
    Ministry,
    appoint_also,
    hold_post,
    make_line,
    make_post,
)
from gapura.kernel.approvals.tests.test_lines import act, acts_of, finish, waiting
from gapura.kernel.approvals.types import (
    CannotChangeLine,
    CannotDecideApproval,
    CannotEnterAbsence,
    PathAct,
    PlannedStep,
    StepTask,
)
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import end_appointment, merge_units
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory")]
TODAY = date(2026, 11, 23)
HOUSE = system_actor("test")


def away(
    ministry: Ministry, name: str, substitute: str = "", *, by: str = "", days: int = 5, start: date = TODAY
) -> Absence:
    return enter_absence(
        actor=ministry[by or name],
        post_code=ministry.post(name),
        reason="leave",
        valid_from=start,
        valid_until=start + timedelta(days=days),
        substitute_post=ministry.post(substitute) if substitute else "",
        now=NOW,
    )


def decider(ministry: Ministry, name: str, on: date = TODAY) -> str | None:
    code = find_decider(ministry.post(name), on=on)
    return code.split("/")[-1] if code else None


def leave(actor: Actor) -> None:
    assert actor.account_id
    assert actor.post_code
    end_appointment(actor=HOUSE, account_id=actor.account_id, post_code=actor.post_code, on=TODAY)


def test_the_substitute_acts_and_the_absent_one_acknowledges_when_back(ministry: Ministry) -> None:
    line = make_line(ministry)
    absence = away(ministry, "head", "colleague")
    assert (waiting(line), is_absent(ministry.post("head"), TODAY)) == (["colleague"], True)
    assert find_substitute(ministry.post("head"), TODAY) == ministry.post("colleague")
    with pytest.raises(CannotDecideApproval):
        act(ministry["head"], line, PathAct.AGREED)
    act(ministry["colleague"], line, PathAct.AGREED)
    entry = get_path(line)[-1]
    assert (entry.label, entry.acting_for) == ("Colleague", "Head")
    assert waiting(line, "approvals.acknowledge") == ["head"]
    end_absence(actor=ministry["head"], absence_id=absence.pk, now=NOW)
    assert find_substitute(ministry.post("head"), TODAY) is None
    act(ministry["head"], line, PathAct.ACKNOWLEDGED, "Seen.")
    assert (acts_of(line)[-1], waiting(line, "approvals.acknowledge")) == ("acknowledged", [])
    with pytest.raises(CannotDecideApproval):
        act(ministry["head"], line, PathAct.ACKNOWLEDGED)


def test_an_acknowledgement_after_the_end_is_chained_behind_the_seal(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head", "colleague")
    act(ministry["colleague"], line, PathAct.AGREED)
    for name in ("lawyer", "neighbor"):
        act(ministry[name], line, PathAct.AGREED)
    act(ministry["director"], line, PathAct.APPROVED)
    act(ministry["head"], line, PathAct.ACKNOWLEDGED)
    assert acts_of(line)[-2:] == ["approved", "acknowledged"]
    assert list_line_faults(line.number) == []


def test_open_steps_come_back_with_who_comes_back(ministry: Ministry) -> None:
    line, absence = make_line(ministry), away(ministry, "head", "colleague")
    assert waiting(line) == ["colleague"]
    end_absence(actor=ministry["director"], absence_id=absence.pk, now=NOW)
    assert waiting(line) == ["head"]
    assert list_acts(ministry["colleague"], line, on=TODAY) == []


def test_who_comes_back_in_the_middle_of_a_chain_of_substitutes_has_the_step_again(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head", "colleague")
    absence = away(ministry, "colleague", "secretary")
    assert waiting(line) == ["secretary"]
    end_absence(actor=ministry["colleague"], absence_id=absence.pk, now=NOW)
    assert waiting(line) == ["colleague"]


def test_a_step_that_nobody_could_decide_finds_whoever_comes_back(ministry: Ministry) -> None:
    line = make_line(ministry)
    absences = {name: away(ministry, name) for name in ("minister", "director", "head")}
    assert (waiting(line), list_acts(ministry["head"], line, on=TODAY)) == (["head"], [])
    end_absence(actor=ministry["director"], absence_id=absences["director"].pk, now=NOW)
    assert waiting(line) == ["director"]


def test_a_day_on_which_the_house_was_off_is_made_up_for(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head", "colleague", start=TODAY + timedelta(days=1), days=9)
    follow_day(now=NOW + timedelta(days=4))
    assert waiting(line) == ["colleague"]
    follow_day(now=NOW + timedelta(days=40))
    assert waiting(line) == ["head"]


def test_a_new_day_moves_steps_to_and_from_the_substitute(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head", "colleague", start=TODAY + timedelta(days=1), days=2)
    assert waiting(line) == ["head"]
    assert follow_day(now=NOW + timedelta(days=1)) == 1
    assert waiting(line) == ["colleague"]
    follow_day(now=NOW + timedelta(days=3))
    assert waiting(line) == ["head"]


def test_a_substitute_of_a_substitute_decides(ministry: Ministry) -> None:
    away(ministry, "head", "colleague")
    line = make_line(ministry)
    away(ministry, "colleague", "lawyer", by="director")
    assert decider(ministry, "head") == "lawyer"
    assert waiting(line) == ["lawyer"]
    act(ministry["lawyer"], line, PathAct.AGREED)
    # The lawyer has taken a step now, so their own goes to whoever leads their unit: nobody signs twice.
    assert waiting(line) == ["minister", "neighbor"]


def test_a_circle_of_substitutes_leaves_nobody_and_is_not_entered_knowingly(ministry: Ministry) -> None:
    away(ministry, "head", "colleague", start=TODAY + timedelta(days=2), days=1)
    away(ministry, "colleague", "head", by="director", start=TODAY, days=5)
    with pytest.raises(CannotEnterAbsence, match="you stand in for them"):
        away(ministry, "head", "colleague", start=TODAY, days=1)
    on = TODAY + timedelta(days=2)
    assert decider(ministry, "head") == "head"
    assert decider(ministry, "head", on) is None
    line = make_line(ministry, now=NOW + timedelta(days=2))
    assert waiting(line) == ["head"]
    for name in ("head", "colleague"):
        with pytest.raises((CannotDecideApproval, AccessDenied)):
            act_on_line(
                actor=ministry[name],
                number=line.number,
                act=PathAct.AGREED,
                seen_digest=get_path(line)[-1].digest,
                now=NOW + timedelta(days=2),
            )


def test_without_a_substitute_and_while_a_post_is_vacant_who_leads_the_unit_decides(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head")
    assert waiting(line) == ["director"]
    Absence.objects.update(ended_at=NOW)
    leave(ministry["head"])
    reseat_posts([ministry.post("head")], now=NOW)
    assert waiting(line) == ["director"]
    act(ministry["director"], line, PathAct.AGREED)
    assert waiting(line, "approvals.acknowledge") == []
    for name in ("lawyer", "neighbor"):
        act(ministry[name], line, PathAct.AGREED)
    # The director has signed already, so the minister approves in their place.
    assert waiting(line) == ["minister"]
    act(ministry["minister"], line, PathAct.APPROVED)
    assert list_line_faults(line.number) == []


def test_a_new_holder_of_the_post_finds_the_step(ministry: Ministry) -> None:
    line = make_line(ministry)
    leave(ministry["head"])
    reseat_posts([ministry.post("head")], now=NOW)
    successor = hold_post(ministry.post("head"), "successor", "3171016003860077")
    reseat_posts([ministry.post("head")], now=NOW)
    assert waiting(line) == ["head"]
    act(successor, line, PathAct.AGREED)


def test_a_strategic_matter_is_never_decided_by_a_substitute(ministry: Ministry) -> None:
    vice = make_post("vice", unit=MINISTRY, rank="senior-leader")
    ministry.people["vice"] = hold_post(vice, "vice", "3171016003860078")
    steps = [
        PlannedStep(ministry.post("lawyer"), StepTask.CHECK, 1, "law"),
        PlannedStep(ministry.post("minister"), StepTask.APPROVAL, 2),
    ]
    line = make_line(ministry, matter="regulation", steps=steps)
    enter_absence(
        actor=ministry["minister"],
        post_code=ministry.post("minister"),
        reason="travel",
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=2),
        substitute_post=vice,
        now=NOW,
    )
    act(ministry["lawyer"], line, PathAct.AGREED)
    assert waiting(line) == ["minister"]
    with pytest.raises(AccessDenied):
        act(ministry["vice"], line, PathAct.APPROVED)
    ordinary = make_line(ministry, object_ref="thing:2", steps=steps[1:])
    assert waiting(ordinary) == ["vice"]
    act(ministry["vice"], ordinary, PathAct.APPROVED)


def test_one_person_by_two_posts_is_drawn_by_nobody_and_decides_once(ministry: Ministry) -> None:
    second = make_post("second", unit=STANDARDS, rank="expert")
    ministry.people["second"] = appoint_also(ministry["head"], second)
    steps = [
        PlannedStep(ministry.post("head"), StepTask.REVIEW, 1),
        PlannedStep(second, StepTask.REVIEW, 2),
        PlannedStep(ministry.post("director"), StepTask.APPROVAL, 3),
    ]
    with pytest.raises(CannotChangeLine, match="by two posts"):
        make_line(ministry, steps=steps)
    ministry.people["third"] = appoint_also(ministry["lawyer"], make_post("third", unit=STANDARDS, rank="expert"))
    line = make_line(ministry, steps=[steps[0], PlannedStep(ministry.post("director"), StepTask.APPROVAL, 2)])
    act(ministry["head"], line, PathAct.AGREED)
    twice = appoint_also(ministry["head"], ministry.post("director"))
    with pytest.raises(CannotDecideApproval):
        act(twice, line, PathAct.APPROVED)
    act(ministry["director"], line, PathAct.APPROVED)


def test_who_drafted_a_version_never_decides_also_in_another_post(ministry: Ministry) -> None:
    line = finish(ministry, make_line(ministry), "neighbor")
    promoted = appoint_also(ministry["analyst"], ministry.post("director"))
    with pytest.raises(CannotDecideApproval):
        act(promoted, line, PathAct.APPROVED)
    leave(ministry["director"])
    reseat_posts([ministry.post("director")], now=NOW)
    assert waiting(line) == ["minister"]


def test_a_hand_over_takes_what_is_open_and_what_was_drafted(ministry: Ministry) -> None:
    mine = make_line(ministry)
    both = make_line(
        ministry,
        object_ref="thing:2",
        steps=[
            PlannedStep(ministry.post("head"), StepTask.REVIEW, 1),
            PlannedStep(ministry.post("secretary"), StepTask.REVIEW, 2),
            PlannedStep(ministry.post("director"), StepTask.APPROVAL, 3),
        ],
    )
    given = {"actor": ministry["director"], "now": NOW}
    assert hand_over_steps(source_post=ministry.post("head"), target_post=ministry.post("secretary"), **given) == 1
    assert (waiting(mine), waiting(both)) == (["secretary"], ["head"])
    act(ministry["secretary"], mine, PathAct.RETURNED, "Unclear.")
    assert hand_over_steps(source_post=ministry.post("analyst"), target_post=ministry.post("colleague"), **given) == 2
    assert waiting(mine, "approvals.rework") == ["colleague"]
    assert access_line(ministry["colleague"], mine.number)
    assert list_line_faults(mine.number) == list_line_faults(both.number) == []


def test_units_that_merge_stop_no_line(ministry: Ministry) -> None:
    line = make_line(ministry)
    merge_units(actor=HOUSE, code=STANDARDS, successor="kemenpan-rb/services", on=TODAY)
    away(ministry, "head")
    assert waiting(line) == ["director"]


WHO_MAY_ENTER = {
    "head": True,
    "director": True,
    "minister": True,
    "colleague": False,
    "lawyer": False,
    "neighbor": False,
}


@pytest.mark.parametrize("who", WHO_MAY_ENTER)
def test_an_absence_is_entered_for_oneself_or_by_who_leads(who: str, ministry: Ministry) -> None:
    if WHO_MAY_ENTER[who]:
        assert away(ministry, "head", by=who).entered_by_label == who.title()
        return
    with pytest.raises(AccessDenied):
        away(ministry, "head", by=who)
    absence = away(ministry, "head")
    with pytest.raises(AccessDenied):
        end_absence(actor=ministry[who], absence_id=absence.pk, now=NOW)


def test_absences_that_cannot_be(ministry: Ministry) -> None:
    for days, start in ((0, TODAY), (-3, TODAY), (2, TODAY - timedelta(days=9))):
        with pytest.raises(CannotEnterAbsence, match="Check the days"):
            away(ministry, "head", days=days, start=start)
    for substitute in ("head", "neighbor"):
        with pytest.raises(CannotEnterAbsence, match="your own agency"):
            away(ministry, "head", substitute)
    away(ministry, "head")
    with pytest.raises(CannotEnterAbsence, match="already"):
        away(ministry, "head", start=TODAY + timedelta(days=4))
    assert Absence.objects.count() == 1


def test_a_leader_sees_whose_absences_they_enter(ministry: Ministry) -> None:
    def led(name: str) -> list[str]:
        return [code.split("/")[-1] for code in list_led_posts(ministry[name])]

    assert led("director") == ["head", "secretary"]
    assert led("head") == ["analyst", "colleague"]
    assert led("analyst") == led("lawyer") == []


def test_every_basket_holds_a_line_once(ministry: Ministry) -> None:
    line = make_line(ministry)
    away(ministry, "head", "colleague")
    reseat_posts([ministry.post("head")], now=NOW)
    reseat_posts([ministry.post("head")], now=NOW)
    items = find_open_work(kind="approvals.act", object_ref=f"line:{line.number}")
    assert [item.path for item in items] == [f"/desk/lines/{line.number}/"]
    assert [step.acting_post for step in list_steps(line) if step.status == "open"] == [ministry.post("colleague")]
