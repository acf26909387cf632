"""The table of transitions, read whole."""

from datetime import date

import pytest

from gapura.foundation.calendars import WorkingCalendar
from gapura.kernel.cases.rules import (
    DECIDED_STATUSES,
    OFFICIAL,
    OPEN_STATUSES,
    RESIDENT,
    SYSTEM,
    TRANSITIONS,
    due_after_pause,
    find_transition,
    possible_actions,
)
from gapura.kernel.cases.types import CaseStatus


def test_every_status_is_either_open_or_decided() -> None:
    assert set(CaseStatus) == OPEN_STATUSES | DECIDED_STATUSES
    assert not OPEN_STATUSES & DECIDED_STATUSES


def test_from_receipt_every_status_can_be_reached_and_every_way_ends_closed() -> None:
    reached, frontier = {CaseStatus.RECEIVED}, {CaseStatus.RECEIVED}
    while frontier:
        frontier = {t.target for t in TRANSITIONS if t.sources & frontier} - reached
        reached |= frontier
    assert reached == set(CaseStatus)
    ends = {s for s in CaseStatus if not any(s in t.sources for t in TRANSITIONS)}
    assert ends == {CaseStatus.CLOSED}


def test_no_action_is_ambiguous_for_one_kind_of_actor_in_one_status() -> None:
    seen = [(t.action, s, a) for t in TRANSITIONS for s in t.sources for a in t.actors]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("status", CaseStatus)
def test_a_resident_never_decides_and_an_official_never_submits_withdraws_or_appeals(status: CaseStatus) -> None:
    appeals = {"uphold_appeal", "remand", "dismiss_appeal"}
    deciding = {"approve", "refuse", "take", "request_supplement", "fulfill"} | appeals
    assert not deciding & set(possible_actions(status, RESIDENT))
    assert not {"withdraw", "answer_supplement", "appeal"} & set(possible_actions(status, OFFICIAL))


def test_a_decided_case_cannot_be_withdrawn_but_a_waiting_one_can() -> None:
    assert find_transition("withdraw", CaseStatus.FULFILLED, RESIDENT) is None
    assert find_transition("withdraw", CaseStatus.SUPPLEMENT, RESIDENT) is not None


def test_the_system_decides_only_what_no_official_has_taken() -> None:
    assert find_transition("approve", CaseStatus.RECEIVED, SYSTEM) is not None
    assert find_transition("approve", CaseStatus.REVIEW, SYSTEM) is None


def test_the_clock_stands_still_while_the_person_is_asked() -> None:
    calendar = WorkingCalendar({})
    due_on = date(2026, 5, 8)  # a Friday
    assert due_after_pause(due_on, date(2026, 5, 5), date(2026, 5, 5), calendar) == due_on
    assert due_after_pause(due_on, date(2026, 5, 5), date(2026, 5, 7), calendar) == date(2026, 5, 12)
    assert due_after_pause(due_on, date(2026, 5, 8), date(2026, 5, 11), calendar) == date(2026, 5, 11)
