"""The nation's officials at centers near home: what the pages show, and that one seed gives one history."""

from datetime import date, timedelta

import pytest

from gapura.demo.simulation.smart_work import Commuters
from gapura.demo.tests.test_demo_command import ON, make_nation
from gapura.foundation.jurisdictions import load
from gapura.sectors.smart_work.queries import (
    get_minutes_saved,
    list_occupancy,
    list_occupancy_by_week,
)
from gapura.sectors.smart_work.testing import Booking, Hold
from gapura.sectors.smart_work.types import BookingStatus, Half, Worker

FIRST, LAST = ON - timedelta(weeks=12), ON - timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("table_owner")
def test_the_pages_of_smart_work_show_the_last_weeks_and_the_next_days() -> None:
    make_nation("--people", "6000")
    assert all(used for _monday, _held, used in list_occupancy_by_week(first=FIRST, last=LAST))
    assert list_occupancy(first=FIRST, last=LAST)[0].used > 0
    saved = get_minutes_saved(first=FIRST, last=LAST)
    assert saved.uses >= 50
    assert saved.mean is not None
    assert saved.unsigned > 0
    states = set(Booking.objects.values_list("status", flat=True))
    assert states >= {"finished", "no-show", "cancelled", "refused", "confirmed", "requested"}
    assert Hold.objects.filter(day__gt=ON).exists(), "the plan has taken seats"
    waits = Booking.objects.get(status=BookingStatus.REQUESTED)
    assert waits.approver_post == "kemenpan-rb/division"
    assert Booking.objects.filter(person_number=waits.person_number, status=BookingStatus.FINISHED).exists()
    no_show = Booking.objects.filter(status=BookingStatus.NO_SHOW).first()
    assert no_show is not None
    assert not no_show.holds.exists()


def _spend(seed: int) -> list[object]:
    figures = load("indonesia").read("data", "smart_work_days.yaml")
    workers = [Worker(str(n), "djp", f"djp/{n}", "Official", "32.76", ("Head", "x"), n) for n in range(20)]
    return list(Commuters(figures, workers, seed=seed, today=ON, is_working_day=lambda day: day.weekday() < 5))


def test_one_seed_gives_one_history_and_another_seed_another() -> None:
    assert _spend(1) == _spend(1)
    assert _spend(1) != _spend(2)


def test_nobody_leaves_before_they_came_and_nobody_has_come_on_a_day_to_come() -> None:
    minutes = {(Half.AM, Half.PM): 510, (Half.AM,): 270, (Half.PM,): 180}
    for one in _spend(3):
        if one.left is not None:
            assert one.came < minutes[one.halves] + one.left
        if one.day > ON:
            assert (one.status, one.came) == (BookingStatus.CONFIRMED, None)
    assert date(2026, 7, 1) not in {one.day for one in _spend(3)}
