"""No order of events loses a step, lets a wrong person sign, or moves a line that is closed.

``LINE_EXAMPLES=100`` tries more of them than a build has time for.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how_long
from hypothesis.stateful import run_state_machine_as_test

from gapura.kernel.approvals.testing import MemoryHandler, Ministry
from gapura.kernel.approvals.tests.line_machine import OneLine
from gapura.kernel.approvals.types import PathAct

THOROUGH = int(os.environ.get("LINE_EXAMPLES", "4"))


def machine_of(ministry: Ministry, memory: MemoryHandler) -> type[OneLine]:
    return type("OneLine", (OneLine,), {"ministry": ministry, "memory": memory})


@pytest.mark.django_db
def test_no_order_of_events_loses_a_step_or_lets_a_wrong_person_sign(ministry: Ministry, memory: MemoryHandler) -> None:
    how = how_long(
        max_examples=THOROUGH,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine_of(ministry, memory), settings=how)


def changes_after_a_signature(machine: OneLine) -> None:
    machine.decide("head", PathAct.AGREED)
    machine.send_a_new_version("analyst", "red")


def decides_about_what_was_not_shown(machine: OneLine) -> None:
    machine.send_a_new_version("analyst", "red")
    machine.decide("head", PathAct.AGREED, is_stale=True)


def signs_in_two_posts(machine: OneLine) -> None:
    machine.decide("head", PathAct.AGREED)
    machine.leave("lawyer")
    machine.take_a_post(0, "head")


def goes_away_while_standing_in(machine: OneLine) -> None:
    machine.go_away(0, "colleague", days=5, start=0, names=True)
    machine.go_away(0, "secretary", days=5, start=0, names=True)


def goes_away_while_the_house_is_off(machine: OneLine) -> None:
    machine.go_away(0, "colleague", days=5, start=1, names=True)
    machine.time_goes_by(3)


FAULTS: dict[Callable[[OneLine], None], tuple[str, Any]] = {
    changes_after_a_signature: ("actions.lines._void_signatures", lambda line: None),
    decides_about_what_was_not_shown: ("actions.acts._require_words", lambda *_given: None),
    signs_in_two_posts: ("queries.lines.excluded_persons", lambda *_given: set()),
    goes_away_while_standing_in: ("actions.following.ELSEWHERE", Q(pk=None)),
    goes_away_while_the_house_is_off: ("actions.following._reseat", lambda *_given: 0),
}


@pytest.mark.django_db
@pytest.mark.parametrize("is_planted", [False, True])
@pytest.mark.parametrize("story", FAULTS, ids=lambda story: story.__name__)
def test_the_machine_notices_a_planted_fault(
    story: Callable[[OneLine], None],
    is_planted: bool,
    ministry: Ministry,
    memory: MemoryHandler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_planted:
        name, fault = FAULTS[story]
        monkeypatch.setattr(f"gapura.kernel.approvals.{name}", fault)
    machine = machine_of(ministry, memory)()
    try:
        if is_planted:
            with pytest.raises(AssertionError):
                check_after(machine, story)
        else:
            check_after(machine, story)
    finally:
        machine.teardown()


def check_after(machine: OneLine, story: Callable[[OneLine], None]) -> None:
    story(machine)
    for one in machine.invariants:
        one.function(machine)
