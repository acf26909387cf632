"""Duty: planned fairly, on the days of the country, exchanged by two and confirmed by one."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from gapura.foundation import clock
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import count_open_work
from gapura.sectors.office.actions import duty
from gapura.sectors.office.actions.duty import (
    agree_swap,
    ask_swap,
    confirm_swap,
    give_duty,
    plan_duty,
    refuse_swap,
    write_handover,
)
from gapura.sectors.office.models import DutyShift
from gapura.sectors.office.queries.duty import access_shift, list_duty_kinds, list_exchangeable, list_shifts
from gapura.sectors.office.testing import NOW, STANDARDS, make_office
from gapura.sectors.office.types import CannotChangeDuty, SwapState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FIRST, LAST = date(2026, 12, 21), date(2027, 1, 3)


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


def plan(office, kind="weekend", by="head", first=FIRST, last=LAST):
    return plan_duty(actor=getattr(office, by), unit_code=STANDARDS, kind=kind, first=first, last=last, now=NOW)


def test_free_days_are_weekends_holidays_and_joint_leave_and_turns_are_even(office):
    shifts = plan(office)
    assert [one.day.day for one in shifts] == [24, 25, 26, 27, 1, 2, 3]
    counts = Counter(one.post_code for one in shifts)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert all(one.post_code != two.post_code for one, two in pairwise(shifts))


def test_a_night_goes_over_midnight_in_the_offices_own_zone(office):
    plan(office, kind="evening", first=FIRST, last=FIRST)
    shift = DutyShift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (
        datetime(2026, 12, 21, 9, tzinfo=UTC),
        datetime(2026, 12, 22, 0, 30, tzinfo=UTC),
    )
    night = list_duty_kinds()["evening"]
    assert night.span(date(2027, 3, 27), "Europe/Berlin")[1].hour == 5  # 7:30 after the clocks changed


def test_planning_twice_adds_nothing_and_a_later_plan_goes_on_evenly(office):
    plan(office)
    assert plan(office) == []
    more = plan(office, first=date(2027, 1, 9), last=date(2027, 1, 10))
    counts = Counter(DutyShift.objects.values_list("post_code", flat=True))
    assert len(more) == 2
    assert max(counts.values()) - min(counts.values()) <= 1


def test_who_is_away_gets_no_turn(office, monkeypatch):
    monkeypatch.setattr(duty, "is_absent", lambda post, on: post == office.colleague.post_code)
    assert office.colleague.post_code not in {one.post_code for one in plan(office)}
    monkeypatch.setattr(duty, "is_absent", lambda post, on: True)
    with pytest.raises(CannotChangeDuty, match="Nobody is there"):
        plan(office, first=date(2027, 1, 9), last=date(2027, 1, 10))


@pytest.mark.parametrize("by", ["analyst", "lawyer", "neighbor"])
def test_only_who_answers_for_the_unit_plans(office, by):
    with pytest.raises(AccessDenied):
        plan(office, by=by)


def test_who_leads_above_plans_too_but_not_too_far(office):
    assert plan(office, by="director")
    for chosen in ({"kind": "never"}, {"last": FIRST + timedelta(days=101)}, {"last": FIRST - timedelta(days=1)}):
        with pytest.raises(CannotChangeDuty):
            plan(office, **chosen)


def two_turns(office):
    shifts = plan(office)
    mine = next(one for one in shifts if one.post_code == office.analyst.post_code)
    their = next(one for one in shifts if one.post_code == office.colleague.post_code)
    return mine, their


def test_two_exchange_and_who_leads_confirms(office):
    mine, their = two_turns(office)
    swap = ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="Wedding", now=NOW)
    assert ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="Wedding", now=NOW) == swap
    assert count_open_work(office.colleague) == {"office.duty-swap": 1}
    with pytest.raises(CannotChangeDuty):
        confirm_swap(actor=office.head, code=swap.code, now=NOW)
    agree_swap(actor=office.colleague, code=swap.code, now=NOW)
    assert count_open_work(office.colleague) == {}
    assert count_open_work(office.head) == {"office.duty-swap": 1}
    with pytest.raises(AccessDenied):
        confirm_swap(actor=office.analyst, code=swap.code, now=NOW)
    for _twice in range(2):
        assert confirm_swap(actor=office.head, code=swap.code, now=NOW).state == SwapState.CONFIRMED
    mine.refresh_from_db()
    their.refresh_from_db()
    assert (mine.post_code, their.post_code) == (office.colleague.post_code, office.analyst.post_code)
    assert count_open_work(office.head) == {}


def test_an_exchange_can_be_refused_and_then_asked_for_again(office):
    mine, their = two_turns(office)
    swap = ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="", now=NOW)
    refuse_swap(actor=office.colleague, code=swap.code, now=NOW)
    with pytest.raises(CannotChangeDuty):
        agree_swap(actor=office.colleague, code=swap.code, now=NOW)
    assert ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="", now=NOW) != swap


def test_what_cannot_be_exchanged_is_refused(office):
    mine, their = two_turns(office)
    with pytest.raises(AccessDenied):
        ask_swap(actor=office.lawyer, code=mine.code, other=their.code, reason="", now=NOW)
    with pytest.raises(CannotChangeDuty):
        ask_swap(actor=office.analyst, code=mine.code, other=mine.code, reason="", now=NOW)
    with pytest.raises(CannotChangeDuty):
        ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="", now=their.ends_at)
    with pytest.raises(AccessDenied):
        access_shift(office.neighbor, mine.code)
    assert their in list_exchangeable(mine, now=NOW)


def test_a_turn_in_an_exchange_is_in_no_second_one(office):
    mine, their = two_turns(office)
    another = next(one for one in DutyShift.objects.all() if one.post_code == office.head.post_code)
    ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="", now=NOW)
    with pytest.raises(CannotChangeDuty, match="already"):
        ask_swap(actor=office.analyst, code=mine.code, other=another.code, reason="", now=NOW)


def test_who_leads_gives_a_turn_away_and_an_exchange_of_it_ends(office):
    mine, their = two_turns(office)
    swap = ask_swap(actor=office.analyst, code=mine.code, other=their.code, reason="", now=NOW)
    give_duty(actor=office.head, code=mine.code, post_code=office.head.post_code, now=NOW)
    swap.refresh_from_db()
    assert swap.state == SwapState.REFUSED
    for actor, post in ((office.analyst, office.analyst.post_code), (office.lawyer, office.head.post_code)):
        with pytest.raises(AccessDenied):
            give_duty(actor=actor, code=mine.code, post_code=post, now=NOW)
    with pytest.raises(CannotChangeDuty):
        give_duty(actor=office.head, code=mine.code, post_code=office.lawyer.post_code, now=NOW)


def test_the_note_is_written_on_duty_by_who_has_it(office):
    mine, _their = two_turns(office)
    with pytest.raises(CannotChangeDuty):
        write_handover(actor=office.analyst, code=mine.code, note="Quiet.", now=NOW)
    with pytest.raises(AccessDenied):
        write_handover(actor=office.colleague, code=mine.code, note="Quiet.", now=mine.starts_at)
    assert write_handover(actor=office.analyst, code=mine.code, note="Quiet.", now=mine.starts_at).note == "Quiet."
    assert list_shifts(office.lawyer, since=mine.starts_at, until=mine.ends_at)[0].note == "Quiet."
    assert list_shifts(office.neighbor, since=mine.starts_at, until=mine.ends_at) == []
