"""The demonstration nation as policy simulations see it."""

from datetime import date

import pytest
from django.conf import settings

from gapura.demo.population import DemonstrationNation
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.sectors.insight.types import FamilyKind, Household

ON, PEOPLE = date(2026, 5, 4), 300


def draw(seed: int = 1) -> list[Household]:
    return [one for part in DemonstrationNation().draw(PEOPLE, seed=seed, on=ON) for one in part]


def test_everybody_stands_in_one_family_and_the_same_seed_gives_the_same() -> None:
    families = draw()
    assert sum(len(family.members) for family in families) == PEOPLE
    assert families == draw()
    assert families != draw(seed=2)


def test_nobody_can_be_told_from_what_is_drawn() -> None:
    plan = NationPlan(PEOPLE, 1, ON)
    people = [person for batch in Nation(load(settings.GAPURA_JURISDICTION), plan) for person in batch.community.people]
    names = {person.name for person in people} | {person.number for person in people if person.number}
    for family in draw():
        said = {str(value) for facts in (family.facts, *family.members) for value in facts.values()}
        assert not said & names
        assert all(len(value) < 16 for value in said), "no address, no long number"


def test_what_is_assessed_in_the_register_is_what_is_earned_in_the_simulation() -> None:
    nation = Nation(load(settings.GAPURA_JURISDICTION), NationPlan(PEOPLE, 1, ON))
    assessed = {row[6]: row[8] for batch in nation for row in batch.rows["tax.IncomeEntry"]}
    earned = [member["wage"] + member["profit"] for family in draw() for member in family.members]
    assert set(assessed.values()) <= set(earned)


def test_families_are_of_every_kind_and_earners_are_grown_up() -> None:
    families = draw()
    assert {family.kind for family in families} == set(FamilyKind)
    for member in (member for family in families for member in family.members):
        assert member["age"] >= 10 or not member["wage"] + member["profit"]
        assert not (member["is_dependent"] and member["wage"] + member["profit"])
        assert member["wage"] == 0 or member["profit"] == 0


@pytest.mark.parametrize("people", [1, 2, 7])
def test_the_smallest_population_is_exact(people: int) -> None:
    parts = DemonstrationNation().draw(people, seed=1, on=ON)
    assert sum(len(family.members) for part in parts for family in part) == people
