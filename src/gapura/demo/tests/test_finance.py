"""Money of the nation: nobody opens an account as a child or after death, and heirs find something to ask for."""

from datetime import date

import pytest

from gapura.demo.simulation.holdings.business import Businesses
from gapura.demo.simulation.holdings.finance import Finance
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

PLAN = NationPlan(people=1500, seed=3, on=date(2026, 3, 2))


@pytest.fixture(scope="module")
def nation() -> tuple[dict[str, list[dict[str, object]]], dict[str, object], dict[str, object]]:
    columns = Finance.columns() | {"business.BusinessEntry": Businesses.columns()["business.BusinessEntry"]}
    found: dict[str, list[dict[str, object]]] = {register: [] for register in columns}
    born: dict[str, object] = {}
    died: dict[str, object] = {}
    for batch in Nation(load("indonesia"), PLAN):
        for person in batch.community.people:
            born[person.number] = date.fromordinal(person.born)
            if person.died <= PLAN.on.toordinal():
                died[person.number] = date.fromordinal(person.died)
        for register, names in columns.items():
            found[register] += [dict(zip(names, row, strict=True)) for row in batch.rows[register]]
    return found, born, died


@pytest.mark.parametrize("register", list(Finance.facts))
def test_everything_was_begun_by_somebody_grown_up_and_alive(nation, register: str) -> None:
    rows, born, died = nation
    assert rows[register]
    for row in rows[register]:
        person = row["number"]
        assert age_on(born[person], row["valid_from"]) >= 16
        assert row["valid_from"] <= died.get(person, PLAN.on)


def test_the_dead_of_the_last_years_left_something(nation) -> None:
    rows, _, died = nation
    assert any(row["number"] in died for row in rows["finance.AccountEntry"])


def test_no_protected_name_is_borne_twice(nation) -> None:
    rows, _, _ = nation
    named = {(row["name_key"], row["business_number"]) for row in rows["business.BusinessEntry"] if row["name_key"]}
    assert len(named) > 3
    assert len({key for key, _ in named}) == len(named)
