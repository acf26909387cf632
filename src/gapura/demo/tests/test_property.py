"""The land and buildings of the nation keep the rules of their registers and fit the lives of their holders."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import cos, radians
from typing import Any

import pytest
import yaml
from django.apps import apps

from gapura.demo.simulation.entries import COLUMNS
from gapura.demo.simulation.holdings.property import Property
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

COUNTRY = load("indonesia")
PLAN = NationPlan(people=2500, seed=4, on=date(2026, 7, 1))
Facts = dict[str, Any]
SUBJECTS = {
    "ParcelEntry": ("parcel_number",),
    "RightEntry": ("holder_number", "right_number"),
    "MortgageEntry": ("mortgage_number",),
    "ZoneEntry": ("parcel_number",),
    "LandPriceEntry": ("parcel_number",),
    "BuildingPriceEntry": ("building_number",),
    "BuildingEntry": ("building_number",),
    "UnitEntry": ("unit_number",),
    "ForestEntry": ("holder_number", "forest_number"),
    "FarmlandEntry": ("farmer_number", "plot_number"),
}


@cache
def made() -> dict[str, list[Facts]]:
    columns = COLUMNS | Property.columns()
    found: dict[str, list[Facts]] = defaultdict(list)
    for batch in Nation(COUNTRY, PLAN):
        for register, names in columns.items():
            found[register] += [dict(zip(names, row, strict=True)) for row in batch.rows.get(register, ())]
    return found


def rows(register: str) -> list[Facts]:
    return made()[f"property.{register}"]


def current(register: str) -> list[Facts]:
    return [row for row in rows(register) if row["valid_until"] is None]


def homes() -> dict[str, str]:
    believed = [row for row in made()["civil.ResidenceEntry"] if row["superseded_at"] is None]
    return {row["number"]: row["village_code"] for row in believed if row["valid_until"] is None}


@pytest.mark.parametrize("register", SUBJECTS)
def test_nothing_begins_after_today_ends_before_it_began_or_stands_twice_on_a_day(register: str) -> None:
    histories: dict[tuple[str, ...], list[Facts]] = defaultdict(list)
    for row in rows(register):
        assert row["valid_from"] <= PLAN.on
        assert row["valid_until"] is None or row["valid_until"] > row["valid_from"]
        assert row["recorded_at"].date() <= PLAN.on
        histories[tuple(row[name] for name in SUBJECTS[register])].append(row)
    assert histories
    for history in histories.values():
        for before, after in pairwise(sorted(history, key=lambda row: row["valid_from"])):
            assert before["valid_until"] is not None
            assert before["valid_until"] <= after["valid_from"]


def test_everybody_who_holds_something_is_grown_up_and_lives_in_the_regency_where_it_lies() -> None:
    born = {row["number"]: row["birth_on"] for row in made()["civil.PersonEntry"]}
    villages = {row["parcel_number"]: row["village_code"] for row in rows("ParcelEntry")}
    villages |= {row["unit_number"]: "" for row in rows("UnitEntry")}
    for right in rows("RightEntry"):
        assert age_on(born[right["holder_number"]], right["valid_from"]) >= 21
        village = villages[right["parcel_number"]]
        if right["valid_until"] is None and village:
            assert village == homes()[right["holder_number"]]
    for name, register in (("holder_number", "ForestEntry"), ("farmer_number", "FarmlandEntry")):
        for row in rows(register):
            assert row["village_code"] == homes()[row[name]]
            assert age_on(born[row[name]], row["valid_from"]) >= 21


def test_the_holders_of_a_parcel_hold_it_whole_one_after_the_other() -> None:
    days: dict[tuple[str, date], list[Facts]] = defaultdict(list)
    for right in rows("RightEntry"):
        days[right["parcel_number"], right["valid_from"]].append(right)
    assert any(len(holders) == 2 for holders in days.values())
    for holders in days.values():
        assert sum(one["share_numerator"] for one in holders) == holders[0]["share_denominator"]
    died = {row["number"]: row["valid_from"] for row in made()["civil.DeathEntry"] if row["superseded_at"] is None}
    inherited = [right for right in rows("RightEntry") if right["acquisition"] == "inheritance"]
    assert inherited
    ended = {(one["parcel_number"], one["valid_until"]): one["holder_number"] for one in rows("RightEntry")}
    for right in inherited:
        assert died[ended[right["parcel_number"], right["valid_from"]]] == right["valid_from"]


def test_every_title_lies_on_a_surveyed_parcel_or_in_a_unit_of_a_building() -> None:
    parcels = {row["parcel_number"]: row for row in rows("ParcelEntry")}
    units = {row["unit_number"]: row for row in rows("UnitEntry")}
    buildings = {row["building_number"]: row for row in rows("BuildingEntry")}
    for right in rows("RightEntry"):
        thing = parcels.get(right["parcel_number"]) or units[right["parcel_number"]]
        assert thing["valid_from"] <= right["valid_from"]
    for building in buildings.values():
        assert building["parcel_number"] in parcels
        assert building["completed_year"] <= building["valid_from"].year
    for unit in units.values():
        building = buildings[unit["building_number"]]
        assert unit["unit_floor"] <= building["floors"]
        assert building["valid_from"] <= unit["valid_from"]
    for register in ("ZoneEntry", "LandPriceEntry"):
        assert {row["parcel_number"] for row in current(register)} == set(parcels)
    assert {row["building_number"] for row in current("BuildingPriceEntry")} == set(buildings)
    assert {row["parcel_number"] for row in rows("MortgageEntry")} <= set(parcels)


def test_a_boundary_encloses_the_area_of_the_parcel_and_the_next_parcel_shares_its_side() -> None:
    sheets: dict[str, list[list[list[float]]]] = defaultdict(list)
    for parcel in rows("ParcelEntry"):
        (ring,) = json.loads(parcel["boundary"])["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == 5
        assert _square_meters(ring) == pytest.approx(parcel["land_area"], abs=parcel["land_area"] * 0.02 + 2)
        sheets[parcel["map_sheet"]].append(ring)
    shared = Counter(
        tuple(corner) for rings in sheets.values() if len(rings) > 1 for ring in rings for corner in ring[:-1]
    )
    assert max(shared.values()) >= 2


def _square_meters(ring: list[list[float]]) -> float:
    """By the shoelace formula, degrees east being as long as at the equator times the cosine of the latitude."""
    east = 111_320 * cos(radians(ring[0][1]))
    corners = [((x - ring[0][0]) * east, (y - ring[0][1]) * 111_320) for x, y in ring]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(corners))) / 2


def test_amounts_are_whole_and_a_loan_is_smaller_than_what_the_home_is_worth() -> None:
    prices = {row["parcel_number"]: row["price_per_square_meter"] for row in current("LandPriceEntry")}
    areas = {row["parcel_number"]: row["land_area"] for row in rows("ParcelEntry")}
    buildings = {row["parcel_number"]: row for row in rows("BuildingEntry")}
    built = {row["building_number"]: row["price_per_square_meter"] for row in current("BuildingPriceEntry")}
    assert rows("MortgageEntry")
    for mortgage in rows("MortgageEntry"):
        parcel = mortgage["parcel_number"]
        building = buildings[parcel]
        worth = prices[parcel] * areas[parcel] + built[building["building_number"]] * building["floor_area"]
        assert isinstance(mortgage["secured_amount"], int)
        assert 0 < mortgage["secured_amount"] <= max(worth, 1_000_000)


def test_numbers_are_given_once_and_have_the_form_of_the_register() -> None:
    parcels = Counter(row["parcel_number"] for row in rows("ParcelEntry"))
    units = Counter(row["unit_number"] for row in rows("UnitEntry"))
    assert max((parcels + units).values()) == 1
    assert {len(number) for number in parcels} == {14}
    assert all(row["parcel_number"][:4] == row["village_code"][:5].replace(".", "") for row in rows("ParcelEntry"))


@pytest.mark.parametrize("register", SUBJECTS)
def test_every_value_fits_its_column(register: str) -> None:
    columns = apps.get_model(f"property.{register}")._meta.concrete_fields
    longest = {column.attname: column.max_length for column in columns if column.max_length}
    for row in rows(register):
        assert all(len(row[name]) <= length for name, length in longest.items() if name in row), row


def test_codes_are_those_of_the_countrys_code_lists() -> None:
    columns = {
        "ParcelEntry": {"land_class": "land_class"},
        "RightEntry": {"right_kind": "right_kind", "acquisition": "acquisition"},
        "ZoneEntry": {"zone": "zone", "permitted_use": "permitted_use"},
        "BuildingEntry": {"building_use": "building_use", "structure": "building_structure"},
        "ForestEntry": {"forest_function": "forest_function", "forest_scheme": "forest_scheme"},
        "FarmlandEntry": {"crop": "crop", "tenure": "tenure"},
    }
    for register, codes in columns.items():
        for column, name in codes.items():
            known = set(yaml.safe_load(COUNTRY.path("codelists", f"{name}.yaml").read_text("utf-8")))
            assert {row[column] for row in rows(register)} <= known, column


def test_the_same_plan_gives_the_same_land() -> None:
    first = made()
    made.cache_clear()
    assert made() == first


def test_farmers_work_the_fields_and_own_land_is_titled_at_most_as_far_as_it_is_worked() -> None:
    occupations = {
        row["number"]: row["occupation"]
        for row in made()["civil.PersonEntry"]
        if row["superseded_at"] is None and row["valid_until"] is None
    }
    assert {occupations[row["farmer_number"]] for row in rows("FarmlandEntry")} <= {"farmer", "farm_laborer"}
    titled = Counter(row["land_class"] for row in rows("ParcelEntry"))
    own = [row for row in rows("FarmlandEntry") if row["tenure"] == "own"]
    assert 0 < titled["paddy"] + titled["dry_field"] <= len(own)
    assert any(row["valid_until"] is not None for row in rows("FarmlandEntry"))
    assert all(row["valid_from"] >= PLAN.on - timedelta(days=80 * 366) for row in rows("FarmlandEntry"))
