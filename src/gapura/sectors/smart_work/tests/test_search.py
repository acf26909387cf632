"""Finding a seat: what is free, what is near, and in how many queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gapura.sectors.smart_work.actions import note_unmet_search, open_declared_centers
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.models import Center, Seat, UnmetSearch
from gapura.sectors.smart_work.queries import count_unmet, search_centers
from gapura.sectors.smart_work.rules import kilometers, minutes_saved, read_plan, travel_minutes
from gapura.sectors.smart_work.testing import HOUSE, NOW, TOMORROW, make_booking, make_center, make_staff, make_worker
from gapura.sectors.smart_work.types import CannotChangeCenter, Half, SeatKind, SeatSearch

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = (Half.AM, Half.PM)
MONAS, DEPOK = (-6.1754, 106.8272), (-6.39, 106.83)


def look(near="32.76", day=TOMORROW, halves=DAY, **wishes):
    return search_centers(SeatSearch(day, halves, near, **wishes), now=NOW)


def test_the_nearest_center_with_a_free_seat_comes_first():
    make_center("bogor", at=[-6.60, 106.80])
    make_center("depok", at=[-6.39, 106.82])
    make_center("far", at=[-7.27, 112.74])
    assert [(one.code, one.free, one.km) for one in look()] == [("depok", 5, 1), ("bogor", 5, 22), ("far", 5, 661)]
    assert [one.code for one in look(near="32.71")] == ["bogor", "depok", "far"]
    assert [one.km for one in look(near="00.00")] == [None] * 3


def test_what_is_held_for_either_half_is_not_free_for_the_day():
    staff, center = make_staff(), make_center(plan="DD\n")
    make_booking(staff.analyst, center, halves=[Half.AM])
    assert [(one.free, one.seats) for one in look()] == [(1, 2)]
    assert [one.free for one in look(halves=(Half.PM,))] == [2]
    make_booking(staff.colleague, center, "D02", halves=[Half.PM])
    assert look() == []
    assert [one.free for one in look(halves=(Half.AM,))] == [1]


def test_wishes_narrow_the_search():
    make_center()
    assert [one.free for one in look(accessible=True)] == [1]
    assert [one.free for one in look(equipment=("phone",))] == [4]
    assert [one.free for one in look(equipment=("phone", "monitor"))] == [4]
    assert look(equipment=("standing",)) == []
    assert [one.free for one in look(kind=SeatKind.VIDEO_ROOM)] == [1]
    assert look(kind=SeatKind.MEETING_ROOM) == []


def test_an_equipment_is_its_code_and_no_pattern():
    Seat.objects.filter(center=make_center(), kind=SeatKind.DESK).update(equipment=" standing-desk ")
    assert look(equipment=("standing_desk",)) == look(equipment=("%",)) == []
    assert [one.free for one in look(equipment=("standing-desk",))] == [5]


def test_where_the_half_day_has_begun_a_center_is_left_out_and_others_stay():
    make_center("west")
    make_center("east", timezone="Asia/Jayapura")
    at_eight = NOW.replace(hour=0)  # seven in Jakarta, nine in Jayapura
    today = SeatSearch(NOW.date(), DAY, "32.76")
    assert [one.code for one in search_centers(today, now=at_eight)] == ["west"]
    assert {one.code for one in look()} == {"west", "east"}


def test_days_without_work_and_days_that_are_over_have_no_seat():
    make_center()
    assert look(day=date(2026, 11, 28)) == look(day=date(2026, 11, 20)) == look(halves=()) == []
    assert look(day=NOW.date(), halves=DAY) == []
    assert look(day=NOW.date(), halves=(Half.PM,))


def test_a_search_takes_a_handful_of_queries_at_any_number_of_centers():
    counts = []
    for size in (3, 60):
        for number in range(Center.objects.count(), size):
            make_center(f"c{number}", plan="DD\n")
        with CaptureQueriesContext(connection) as queries:
            assert len(look()) == min(size, 20)
        counts.append(len(queries))
    assert counts == [3, 2]  # three where fewer than twenty are free: all are looked into


def test_where_the_nearest_are_full_the_others_are_looked_into():
    staff = make_staff()
    for number in range(40):
        make_center(f"full{number}", plan="V\n")
    far = make_center("far", at=[-7.27, 112.74])
    with CaptureQueriesContext(connection) as queries:
        assert [one.code for one in look()] == ["far"]
    assert len(queries) == 3
    for number in range(1, 6):
        make_booking(make_worker(f"worker{number}", 80 + number, unit_code=staff.head.unit_code), far, f"D{number:02}")
    assert look() == []


def test_a_search_in_vain_is_counted_once_a_person_and_day_and_names_nobody():
    staff = make_staff()
    search = SeatSearch(TOMORROW, DAY, "32.76")
    for actor in (staff.analyst, staff.analyst, staff.colleague):
        note_unmet_search(actor=actor, search=search)
    assert UnmetSearch.objects.count() == 2
    assert count_unmet(first=TOMORROW, last=TOMORROW) == []  # fewer than five
    for actor in (staff.head, staff.host, staff.minister):
        note_unmet_search(actor=actor, search=search)
    assert count_unmet(first=TOMORROW, last=TOMORROW) == [("32.76", 5)]
    assert count_unmet(first=TOMORROW + timedelta(days=1), last=TOMORROW + timedelta(days=1)) == []


def test_distances_and_times_are_those_of_the_map():
    travel = get_rules().travel
    assert round(kilometers(MONAS, DEPOK), 1) == 23.9
    # 23.9 km × 1.3 = 31.0 km of road: 25 at 21 km/h and 6.0 at 45 km/h are 79 minutes, and 10 for the doors
    assert travel_minutes(MONAS, DEPOK, travel) == 89
    assert minutes_saved(DEPOK, MONAS, DEPOK, travel) == 2 * (travel_minutes(DEPOK, MONAS, travel) - 10)
    assert minutes_saved(MONAS, MONAS, DEPOK, travel) < 0  # the center is farther: it is told so
    assert minutes_saved(None, MONAS, DEPOK, travel) is None
    assert minutes_saved((-7.27, 112.74), MONAS, DEPOK, travel) is None  # nobody goes to work from Surabaya to Jakarta


def test_every_region_of_the_country_is_where_it_is_said_to_be():
    assert len(get_rules().regions) == 41
    assert get_place("32.76.01.1001") == get_place("32.76") is not None
    assert get_place("99.99") is None


def test_a_plan_in_letters_is_read_and_what_is_wrong_in_it_is_said_where():
    seats = {seat.code: (seat.x, seat.y, seat.width, seat.height) for seat in read_plan("DA.VV\nFF.VV\n", first={})}
    assert seats == {
        "D01": (0, 0, 1, 1),
        "D02": (1, 0, 1, 1),
        "V01": (3, 0, 2, 2),
        "B01": (0, 1, 1, 1),
        "B02": (1, 1, 1, 1),
    }
    with pytest.raises(ValueError, match="line 2, step 1: nobody knows 'X'"):
        read_plan("DD\nXD\n", first={})
    with pytest.raises(ValueError, match="line 2: a room must be a rectangle"):
        read_plan("VV\nV.\n", first={})


def test_the_centers_of_the_country_open_once_and_their_plans_fit():
    assert open_declared_centers(actor=HOUSE) == 12
    assert open_declared_centers(actor=HOUSE) == 0
    assert Seat.objects.count() > 250
    assert set(Seat.objects.values_list("kind", flat=True)) == {kind.value for kind in SeatKind}


@pytest.mark.parametrize(
    "given", [{"timezone": "Asia/Atlantis"}, {"networks": ["everywhere"]}, {"floors": [{"plan": "X"}]}]
)
def test_a_center_that_makes_no_sense_does_not_open(given):
    with pytest.raises(CannotChangeCenter, match="Center depok"):
        make_center(**given)
    assert not Center.objects.exists()
