from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapura.foundation.calendars import WorkingCalendar

FEAST = date(2026, 3, 20)  # a Friday
CALENDAR = WorkingCalendar({FEAST: {"en": "Feast"}})


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 3, 19), True), (FEAST, False), (date(2026, 3, 21), False), (date(2026, 3, 23), True)],
)
def test_weekends_and_holidays_are_no_working_days(day, works):
    assert CALENDAR.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 3, 16), 1, date(2026, 3, 17)),
        (date(2026, 3, 19), 1, date(2026, 3, 23)),  # over the feast and the weekend
        (date(2026, 3, 21), 1, date(2026, 3, 23)),  # received on a Saturday
        (date(2026, 3, 16), 5, date(2026, 3, 24)),
        (date(2026, 3, 16), 0, date(2026, 3, 16)),
        (FEAST, 0, date(2026, 3, 23)),
    ],
)
def test_a_term_counts_working_days_after_the_day_it_starts(start, days, last):
    assert CALENDAR.add_working_days(start, days) == last


def test_another_country_rests_on_other_days():
    assert WorkingCalendar({}, frozenset({5, 6})).add_working_days(date(2026, 3, 19), 1) == date(2026, 3, 22)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_counting_undoes_adding(start, days):
    last = CALENDAR.add_working_days(start, days)

    assert CALENDAR.is_working_day(last)
    assert CALENDAR.count_working_days(start, last) == days


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 30))
def test_subtracting_finds_the_latest_start_of_a_term_that_is_over(end, days):
    start = CALENDAR.subtract_working_days(end, days)

    assert CALENDAR.count_working_days(start, end) > days
    assert CALENDAR.count_working_days(date.fromordinal(start.toordinal() + 1), end) <= days


def test_nothing_is_counted_backwards():
    assert CALENDAR.count_working_days(date(2026, 3, 20), date(2026, 3, 16)) == 0
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 3, 16), -1)


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError, match="leave a weekday"):
        WorkingCalendar({}, frozenset(range(1, 8)))


def test_a_calendar_says_which_years_it_knows():
    assert CALENDAR.covers(date(2026, 12, 31))
    assert not CALENDAR.covers(date(2027, 1, 1))
