"""The demonstration nation as a population for policy simulation: its families without names and numbers.

Drawn anew from the same chances as the registers', so no register is read: one seed gives the same lives in both.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

from django.conf import settings

from gapura.demo.simulation.figures import load_figures
from gapura.demo.simulation.holdings.tax import Taxes
from gapura.demo.simulation.holdings.welfare import Welfare
from gapura.demo.simulation.households import relation_to
from gapura.demo.simulation.nation import Batch, Nation, NationPlan
from gapura.demo.simulation.people import Family, Person
from gapura.demo.simulation.working_life import WorkingLife
from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.sectors.civil.types import RelationToHead, Sex
from gapura.sectors.insight.plugin import PopulationSource
from gapura.sectors.insight.types import FamilyKind, Household
from gapura.sectors.welfare.types import DisabilityDegree

_HOLDINGS = (Taxes, Welfare)
_THOUSAND = 1000
_RELATIONS = {
    RelationToHead.HEAD: "head",
    RelationToHead.WIFE: "wife",
    RelationToHead.HUSBAND: "husband",
    RelationToHead.CHILD: "child",
    RelationToHead.ADOPTED_CHILD: "child",
}
OLD_FROM = 60
HIGHEST_DECILE = 10


class DemonstrationNation(PopulationSource):
    """``people`` of the nation that ``gapura demo`` makes with the same numbers."""

    code = "demonstration"
    title = {"id": "Negara contoh", "en": "Demonstration nation", "ko": "시범 국가"}

    @cached_property
    def _country(self) -> Jurisdiction:
        return load(settings.GAPURA_JURISDICTION)

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        return load_figures(self._country).population

    @cached_property
    def _earnings(self) -> Mapping[str, Any]:
        return self._country.read("data", Taxes.figures_file)

    @cached_property
    def represents(self) -> int:  # type: ignore[override]  # read when it is asked for, not at each start
        provinces: Mapping[str, Any] = self._facts["provinces"]
        return sum(facts["people"] for facts in provinces.values()) * _THOUSAND

    def draw(self, people: int, *, seed: int, on: date) -> Iterator[Sequence[Household]]:
        """One part for each community."""
        nation = Nation(self._country, NationPlan(people, seed, on), _HOLDINGS)
        for batch in nation:
            yield _Drawing(nation, self._facts, self._earnings, batch).draw()


class _Drawing:
    """What simulations may know of one community."""

    def __init__(self, nation: Nation, facts: Mapping[str, Any], earnings: Mapping[str, Any], batch: Batch) -> None:
        self._nation, self._facts, self._earnings, self._batch = nation, facts, earnings, batch
        self._today = batch.community.world.today
        self._work = WorkingLife(facts)
        self._earned: dict[str, int] = {row[6]: row[8] for row in batch.rows["tax.IncomeEntry"]}  # the last year's
        self._disabled = {row[6] for row in batch.rows["welfare.DisabilityEntry"] if row[8] == DisabilityDegree.SEVERE}
        self._deciles = {row[6]: row[7] for row in batch.rows["welfare.SocialRegistryEntry"]}

    def draw(self) -> list[Household]:
        families: dict[int, tuple[Family, list[Person]]] = {}
        for person in self._batch.community.people:
            if person.died > self._today and person.family is not None:
                families.setdefault(id(person.family), (person.family, []))[1].append(person)
        return [self._household(family, living) for family, living in families.values()]

    def _household(self, family: Family, living: Sequence[Person]) -> Household:
        members = tuple(self._member(family, person) for person in living)
        province = family.address.village.partition(".")[0]
        facts = {"decile": self._deciles.get(family.head.number, HIGHEST_DECILE)}
        return Household(self._nation.places.place_name(province), _kind(members), facts, members)

    def _member(self, family: Family, person: Person) -> dict[str, Any]:
        _, occupation, _ = self._work.stations(person, self._today)[-1][1]
        age, relation = person.age_at(self._today), _RELATIONS.get(relation_to(family.head, person), "other")
        income = self._income(person, occupation)
        is_own_business = occupation in self._facts["own_business"]
        return {
            "age": age,
            "is_female": person.sex is Sex.FEMALE,
            "relation": relation,
            "is_dependent": not income and relation in ("child", "other"),
            "wage": 0 if is_own_business else income,
            "profit": income if is_own_business else 0,
            "school": self._school(age) if occupation == self._facts["work_words"]["learning"] else "",
            "is_disabled": person.number in self._disabled,
        }

    def _income(self, person: Person, occupation: str) -> int:
        """What was assessed; of those the tax office does not know, drawn from the same figures."""
        if person.number in self._earned:
            return self._earned[person.number]
        words = self._facts["work_words"]
        if occupation in (words["none"], words["learning"], words["married_only"]):
            return 0
        chance = Random(f"income/{person.number}")  # noqa: S311 - reproducible on purpose
        least, most = self._earnings["income_spread"]
        return int(self._middle(occupation) * chance.triangular(least, most, 1)) // _THOUSAND * _THOUSAND

    def _middle(self, occupation: str) -> float:
        """What most earn in a year by this work."""
        monthly = self._earnings["monthly_income"].get(occupation, self._earnings["monthly_income_else"])
        share = self._earnings["pension_share"] if occupation == self._facts["work_words"]["retired"] else 1
        return float(monthly * _THOUSAND * 12 * share)

    def _school(self, age: int) -> str:
        """The level of somebody who learns: the first that is left later. After school there is none."""
        leaves = self._facts["leaves_school_at"]
        return next((step for step in self._facts["while_at_school"][1:] if age < leaves[step]), "")


def _kind(members: Sequence[Mapping[str, Any]]) -> FamilyKind:
    if all(one["age"] >= OLD_FROM for one in members):
        return FamilyKind.OLD_AGE
    if len(members) == 1:
        return FamilyKind.ALONE
    relations = [one["relation"] for one in members]
    if "other" in relations:
        return FamilyKind.OTHER
    if "child" not in relations:
        return FamilyKind.COUPLE
    is_couple = "wife" in relations or "husband" in relations
    return FamilyKind.COUPLE_WITH_CHILDREN if is_couple else FamilyKind.ONE_PARENT
