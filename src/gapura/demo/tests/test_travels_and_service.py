"""Passports, crossings and service fit the lives of those they belong to."""

from datetime import date
from typing import Any

import pytest

from gapura.demo.simulation.holdings.immigration import Travels
from gapura.demo.simulation.holdings.personnel import Service
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

PLAN = NationPlan(people=3000, seed=3, on=date(2026, 3, 2))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    columns = Travels.columns() | Service.columns()
    columns |= {"civil.PersonEntry": ("valid_from", *["-"] * 5, "number", "-", "-", "-", "birth_on")}
    found: dict[str, list[dict[str, Any]]] = {register: [] for register in columns}
    for batch in Nation(load("indonesia"), PLAN):
        for register, names in columns.items():
            found[register] += [dict(zip(names, row, strict=False)) for row in batch.rows[register]]
    return found


def test_nobody_crosses_without_a_passport_that_was_theirs_that_day(rows) -> None:
    holders: dict[str, list[dict[str, Any]]] = {}
    for row in rows["immigration.PassportEntry"]:
        holders.setdefault(row["passport_number"], []).append(row)
    assert rows["immigration.CrossingEntry"]
    for crossing in rows["immigration.CrossingEntry"]:
        states = holders[crossing["passport_number"]]
        assert {state["number"] for state in states} == {crossing["number"]}
        assert states[0]["issued_on"] <= crossing["valid_from"] < states[0]["expires_on"]


def test_passports_are_given_to_adults_and_some_were_lost(rows) -> None:
    born = {row["number"]: row["birth_on"] for row in rows["civil.PersonEntry"]}
    for row in rows["immigration.PassportEntry"]:
        assert age_on(born[row["number"]], row["issued_on"]) >= 18
    assert {row["passport_status"] for row in rows["immigration.PassportEntry"]} == {"valid", "lost"}


def test_service_begins_in_youth_and_no_two_ranks_meet(rows) -> None:
    born = {row["number"]: row["birth_on"] for row in rows["civil.PersonEntry"]}
    served: dict[str, list[dict[str, Any]]] = {}
    for row in rows["personnel.MilitaryServiceEntry"]:
        served.setdefault(row["number"], []).append(row)
    assert served
    for number, ranks in served.items():
        assert 18 <= age_on(born[number], ranks[0]["valid_from"]) <= 19
        assert [one["valid_until"] for one in ranks[:-1]] == [one["valid_from"] for one in ranks[1:]]
