"""What the database of land and buildings refuses, each beside what it takes."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gapura.sectors.property import testing
from gapura.sectors.property.models import ParcelEntry
from gapura.sectors.property.rules import box, lies_around

pytestmark = pytest.mark.django_db

ANI = "3171014205900001"
PARCEL = "31710000000010"

REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("parcel_whole", (testing.make_parcel, PARCEL), {"land_class": ""}),
    ("parcel_has_area", (testing.make_parcel, PARCEL), {"land_area": 0}),
    ("right_whole", (testing.make_right, "", PARCEL), {}),
    ("right_share_at_most_whole", (testing.make_right, ANI, PARCEL), {"share": (3, 2)}),
    ("right_share_at_most_whole", (testing.make_right, ANI, PARCEL), {"share": (0, 1)}),
    ("right_expires_later", (testing.make_right, ANI, PARCEL), {"expires_on": testing.SINCE}),
    ("mortgage_whole", (testing.make_mortgage, PARCEL), {"creditor": ""}),
    ("mortgage_has_rank_and_amount", (testing.make_mortgage, PARCEL), {"rank": 0}),
    ("mortgage_has_rank_and_amount", (testing.make_mortgage, PARCEL), {"secured_amount": 0}),
    ("zone_whole", (testing.make_zone, PARCEL), {"zone": ""}),
    ("zone_covers_at_most_the_parcel", (testing.make_zone, PARCEL), {"building_coverage": 60, "green_share": 41}),
    ("landpriceentry_has_price", (testing.make_land_price, PARCEL, 0), {}),
    ("buildingpriceentry_has_price", (testing.make_building_price, "B-1", 0), {}),
    ("building_whole", (testing.make_building, "B-1", ""), {}),
    ("building_has_floors_and_area", (testing.make_building, "B-1", PARCEL), {"floors": 0}),
    ("building_year_has_four_digits", (testing.make_building, "B-1", PARCEL), {"completed_year": 14}),
    ("unit_whole", (testing.make_unit, "", "B-1"), {}),
    ("unit_has_area", (testing.make_unit, PARCEL, "B-1"), {"unit_area": 0}),
    ("forest_whole", (testing.make_forest, ANI), {"forest_scheme": ""}),
    ("forest_has_area", (testing.make_forest, ANI), {"forest_area": 0}),
    ("farmland_whole", (testing.make_farmland, ANI), {"tenure": ""}),
    ("farmland_has_area", (testing.make_farmland, ANI), {"plot_area": 0}),
]


@pytest.mark.parametrize(("constraint", "call", "facts"), REFUSED)
def test_an_entry_that_says_nothing_or_the_impossible_is_refused(
    constraint: str, call: tuple[Any, ...], facts: dict[str, Any]
) -> None:
    make, *arguments = call
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(*arguments, **facts)


def test_every_kind_of_entry_is_taken_when_it_is_whole() -> None:
    testing.make_estate(ANI, PARCEL, "B-1")
    testing.make_unit("31710000000028", "B-1")
    testing.make_right(ANI, "31710000000028", right_kind="unit_ownership", expires_on=date(2045, 4, 2))
    assert ParcelEntry.objects.count() == 1


def test_a_parcel_is_described_once_a_day_and_a_right_is_held_by_several() -> None:
    testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL, share=(1, 2))
    testing.make_right("3171010105880002", PARCEL, share=(1, 2))
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        testing.make_parcel(PARCEL, land_area=200)
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        testing.make_right(ANI, PARCEL)
    testing.make_parcel(PARCEL, valid_from=date(2010, 1, 1), valid_until=testing.SINCE)


def test_what_lies_beside_or_across_the_street_lies_around_and_the_next_block_does_not() -> None:
    own = testing.plot()
    assert box(own) == (106.8, -6.17, 106.80012, -6.16985)
    assert lies_around(own, testing.plot(east=12))
    assert lies_around(own, testing.plot(north=-26))
    assert not lies_around(own, testing.plot(east=30))
    assert not lies_around(own, testing.plot(north=60))
