"""The businesses of the nation fit the lives of those who run them."""

from datetime import date
from itertools import pairwise

import pytest

from gapura.demo.simulation.holdings.business import Businesses
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

PLAN = NationPlan(people=1500, seed=3, on=date(2026, 3, 2))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, object]]]:
    nation = Nation(load("indonesia"), PLAN)
    columns = Businesses.columns() | {
        "civil.PersonEntry": ("valid_from", *["-"] * 5, "number", "-", "-", "-", "birth_on")
    }
    found: dict[str, list[dict[str, object]]] = {register: [] for register in columns}
    for batch in nation:
        for register, names in columns.items():
            found[register] += [dict(zip(names, row, strict=False)) for row in batch.rows[register]]
    return found


def test_somebody_runs_a_business_and_was_grown_up_when_it_began(rows) -> None:
    born = {row["number"]: row["birth_on"] for row in rows["civil.PersonEntry"]}
    assert rows["business.RepresentativeEntry"]
    for row in rows["business.RepresentativeEntry"]:
        assert age_on(born[row["representative_number"]], row["valid_from"]) >= 20


def test_every_business_has_one_state_at_a_time_and_a_reason_when_it_does_not_work(rows) -> None:
    by_number: dict[object, list[dict[str, object]]] = {}
    for row in rows["business.BusinessEntry"]:
        by_number.setdefault(row["business_number"], []).append(row)
    for states in by_number.values():
        assert states[0]["valid_from"] == states[0]["founded_on"]
        assert states[-1]["valid_until"] is None
        for earlier, later in pairwise(states):
            assert earlier["valid_until"] == later["valid_from"]
        for state in states:
            assert bool(state["status_reason"]) == (state["business_status"] != "active")
    assert {state["business_status"] for states in by_number.values() for state in states} >= {"active", "closed"}


def test_no_number_is_given_twice_and_the_shares_of_a_company_are_all_held(rows) -> None:
    numbers = [row["business_number"] for row in rows["business.RepresentativeEntry"]]
    assert len(numbers) == len(set(numbers))
    held: dict[object, int] = {}
    issued: dict[object, int] = {}
    for row in rows["business.ShareEntry"]:
        held[row["business_number"]] = held.get(row["business_number"], 0) + int(str(row["shares"]))
        issued[row["business_number"]] = int(str(row["shares_issued"]))
    assert held
    assert held == issued
