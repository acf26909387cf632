"""Many at once: each step is taken once, nothing is lost, and whoever comes second is told."""

from collections.abc import Callable

import pytest

from gapura.foundation.testing import at_once
from gapura.kernel.approvals.actions import act_on_line, read_line, renew_line
from gapura.kernel.approvals.queries import access_line, get_path, list_line_faults
from gapura.kernel.approvals.testing import NOW, ApprovalLine, MemoryHandler, Ministry, content_of, make_line
from gapura.kernel.approvals.tests.test_lines import act, acts_of, finish, waiting
from gapura.kernel.approvals.types import CannotChangeLine, CannotDecideApproval, LineStatus, PathAct
from gapura.kernel.audit.types import Actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory")]


def outcomes_at_once(*doing: Callable[[], object]) -> list[str]:
    """What came of each: done, or refused; anything else fails the test."""
    raised = at_once(*doing)
    assert all(isinstance(one, CannotDecideApproval | CannotChangeLine | None) for one in raised), raised
    return sorted("refused" if one else "done" for one in raised)


def deciding(actor: Actor, line: ApprovalLine, what: PathAct) -> Callable[[], object]:
    seen = get_path(access_line(actor, line.number))[-1].digest
    return lambda: act_on_line(actor=actor, number=line.number, act=what, seen_digest=seen, opinion="x", now=NOW)


def test_a_double_click_approves_once(ministry: Ministry, memory: MemoryHandler) -> None:
    line = finish(ministry, make_line(ministry), "neighbor")
    approve = deciding(ministry["director"], line, PathAct.APPROVED)
    assert outcomes_at_once(approve, approve, approve) == ["done", "refused", "refused"]
    assert len(memory.carried_out) == 1
    assert acts_of(line).count("approved") == 1
    assert list_line_faults(line.number) == []


def test_two_beside_each_other_both_count_and_the_next_place_opens_once(ministry: Ministry) -> None:
    line = finish(ministry, make_line(ministry), "head")
    both = [deciding(ministry[name], line, PathAct.AGREED) for name in ("lawyer", "neighbor")]
    assert outcomes_at_once(*both) == ["done", "done"]
    assert waiting(line) == ["director"]
    assert acts_of(line) == ["started", "agreed", "agreed", "agreed"]
    assert list_line_faults(line.number) == []


def test_a_new_version_and_a_signature_meet_and_no_signature_is_about_what_was_not_seen(ministry: Ministry) -> None:
    line = make_line(ministry)

    def renew() -> object:
        return renew_line(
            actor=ministry["analyst"],
            number=line.number,
            content=content_of("red"),
            payload={"colour": "red"},
            note="",
            now=NOW,
        )

    assert "done" in outcomes_at_once(renew, deciding(ministry["head"], line, PathAct.AGREED))
    line.refresh_from_db()
    assert (line.version, line.status, waiting(line)) == (2, LineStatus.RUNNING, ["head"])
    assert list_line_faults(line.number) == []


def test_a_recall_and_a_first_look_meet_and_one_of_them_comes_first(ministry: Ministry) -> None:
    line = make_line(ministry)
    outcomes_at_once(
        deciding(ministry["analyst"], line, PathAct.RECALLED),
        lambda: read_line(actor=ministry["head"], number=line.number, now=NOW),
    )
    assert acts_of(line) in (["started", "recalled"], ["started", "read"])
    assert list_line_faults(line.number) == []


def test_one_first_key_is_made_when_an_official_signs_twice_at_once(ministry: Ministry) -> None:
    lines = [make_line(ministry, object_ref=f"thing:{number}") for number in range(4)]
    assert outcomes_at_once(*[deciding(ministry["head"], line, PathAct.AGREED) for line in lines]) == ["done"] * 4
    assert len({get_path(line)[-1].key_id for line in lines}) == 1
    act(ministry["head"], make_line(ministry, object_ref="thing:9"), PathAct.AGREED)
