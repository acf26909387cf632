"""What is counted, what is not, and what is not shown because it would be about people."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from gapura.sectors.smart_work.models import Booking, Hold, Seat
from gapura.sectors.smart_work.presentation import list_tables
from gapura.sectors.smart_work.queries import (
    get_minutes_saved,
    list_occupancy,
    list_occupancy_by_half,
    list_occupancy_by_week,
)
from gapura.sectors.smart_work.rules import mean_and_middle
from gapura.sectors.smart_work.testing import TOMORROW, make_center
from gapura.sectors.smart_work.types import Half

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LAST_WEEK = (date(2026, 11, 16), date(2026, 11, 20))  # five working days


def visit(center, number, *, day=LAST_WEEK[0], stayed=300, saved=60, own=None, rating=None, seat="D01", halves="am"):
    """A day that is over, as the actions leave it; ``stayed`` None: nobody signed out."""
    begins = _moment(day)
    place = Seat.objects.get(center=center, code=seat)
    booking = Booking.objects.create(
        number=f"V{number}", agency_code="kemenpan-rb", post_code="p", post_label="p",
        person_number=f"3171{number:012}", center=center, seat=place, day=day, halves=halves, starts_at=begins,
        ends_at=begins + timedelta(hours=4), status="finished", asked_at=begins, is_pre_approved=True,
        arrived_at=begins,
        left_at=None if stayed is None else begins + timedelta(minutes=stayed), ended_at=begins + timedelta(hours=9),
        estimated_minutes=saved, own_minutes=own, rating=rating,
    )  # fmt: skip
    for half in halves.split():
        Hold.objects.create(
            booking=booking, seat=place, center=center, day=day, half=half, sitter=str(number), is_used=True
        )
    return booking


def _moment(day):
    return datetime.combine(day, time(0, 30), UTC)


def days(number):
    return LAST_WEEK[0] + timedelta(days=number % 5)


def test_the_mean_has_its_spread_and_says_how_many_said_so_themselves():
    center = make_center()
    for number, saved in enumerate((20, 40, 60, 80, 100)):
        visit(center, number, day=days(number), saved=saved, rating=5 if number else 2)
    visit(center, 7, seat="D02", saved=None)
    visit(center, 8, seat="D03", saved=10, own=120)
    found = get_minutes_saved(first=LAST_WEEK[0], last=LAST_WEEK[1])
    assert (found.uses, found.own, found.unknown, found.mean) == (7, 1, 1, 70)
    assert (found.lower, found.upper) == (45, 95)
    assert (found.satisfied, found.ratings) == (80, 5)


def test_five_minute_visits_and_visits_without_signing_out_are_no_use():
    center = make_center()
    for number in range(5):
        visit(center, number, day=days(number), saved=60)
    visit(center, 11, seat="D02", stayed=5, saved=600)
    visit(center, 12, seat="D03", stayed=None, saved=600)
    found = get_minutes_saved(first=LAST_WEEK[0], last=LAST_WEEK[1])
    assert (found.uses, found.short, found.unsigned, found.mean) == (5, 1, 1, 60)


def test_a_figure_about_few_is_not_shown():
    center = make_center()
    for number in range(4):
        visit(center, number, day=days(number), rating=5)
    found = get_minutes_saved(first=LAST_WEEK[0], last=LAST_WEEK[1])
    assert (found.uses, found.mean, found.lower, found.satisfied) == (4, None, None, None)
    nothing = get_minutes_saved(first=TOMORROW, last=TOMORROW)
    assert (nothing.uses, nothing.mean) == (0, None)


def test_time_lost_is_told_too():
    center = make_center()
    for number in range(5):
        visit(center, number, day=days(number), saved=-30)
    assert get_minutes_saved(first=LAST_WEEK[0], last=LAST_WEEK[1]).mean == -30
    assert mean_and_middle([-30, -30]) == (-30, -30, -30)


def test_occupancy_is_of_what_was_offered_on_days_that_were_open():
    empty, full = make_center("empty"), make_center("full", plan="D\n")
    for number in range(5):
        visit(full, number, day=days(number), halves="am pm")
    occupancy = {one.center: one for one in list_occupancy(first=LAST_WEEK[0], last=LAST_WEEK[1])}
    assert (occupancy["full"].offered, occupancy["full"].held, occupancy["full"].percent) == (10, 10, 100)
    assert (occupancy["empty"].offered, occupancy["empty"].percent) == (60, 0)  # rooms are counted apart
    weekend = list_occupancy(first=LAST_WEEK[0], last=LAST_WEEK[1] + timedelta(days=2))
    assert {one.center: one.offered for one in weekend} == {"full": 10, "empty": 60}
    assert empty.code == "empty"
    assert list_occupancy_by_half(first=LAST_WEEK[0], last=LAST_WEEK[0]) == [
        ("full", 1, Half.AM, 1, 1),
        ("full", 1, Half.PM, 1, 1),
    ]
    weeks = list_occupancy_by_week(first=LAST_WEEK[0] - timedelta(weeks=1), last=LAST_WEEK[1])
    assert weeks == [(date(2026, 11, 9), 0, 0), (date(2026, 11, 16), 10, 10)]


def test_files_hold_no_person():
    tables = list_tables((), (), (), [("32.76", 7)])
    assert tables["unmet"][2] == [("32.76", "Depok", "7")]
