"""The nation is consistent, plausible, reproducible and made in bounded memory."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
import yaml

from gapura.demo.simulation.entries import COLUMNS
from gapura.demo.simulation.nation import Nation, NationPlan, list_columns
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

COUNTRY = load("indonesia")
ON = date(2026, 7, 1)
PEOPLE = 2000
Facts = dict[str, Any]


class Registers(NamedTuple):
    """A whole nation by register; ``entries`` with superseded versions, ``believed`` without."""

    living: int
    digest: str
    entries: dict[str, list[Facts]]
    believed: dict[str, list[Facts]]


@cache
def made(people: int = PEOPLE, seed: int = 1, on: date = ON) -> Registers:
    nation, columns = Nation(COUNTRY, NationPlan(people, seed, on)), list_columns()
    entries: dict[str, list[Facts]] = defaultdict(list)
    living = 0
    for batch in nation:
        living += batch.living
        for register, rows in batch.rows.items():
            entries[register] += [dict(zip(columns[register], row, strict=True)) for row in rows]
    believed = {name: [row for row in rows if row["superseded_at"] is None] for name, rows in entries.items()}
    return Registers(living, nation.digest, entries, believed)


def current(register: str) -> list[Facts]:
    return [row for row in made().believed[register] if row["valid_until"] is None]


def people() -> dict[str, Facts]:
    return {row["number"]: row for row in current("civil.PersonEntry")}


def everybody() -> dict[str, Facts]:
    return {row["number"]: row for row in made().believed["civil.PersonEntry"]}


def test_exactly_the_people_asked_for_are_alive() -> None:
    assert made().living == len(people()) == PEOPLE


@pytest.mark.parametrize("size", [1, 2, 7, 60, 333])
def test_a_nation_may_be_of_any_size(size: int) -> None:
    assert made(size).living == size
    assert len([r for r in made(size).believed["civil.PersonEntry"] if r["valid_until"] is None]) == size


def test_the_same_seed_and_day_give_the_same_nation_byte_for_byte() -> None:
    first = made(300, 7).digest
    made.cache_clear()
    assert made(300, 7).digest == first
    assert made(300, 8).digest != first
    assert made(300, 7, ON + timedelta(days=1)).digest != first


def test_every_number_is_one_persons_and_tells_birth_and_sex() -> None:
    for number, person in everybody().items():
        told = COUNTRY.person_numbers.parse(number)
        assert told.sex == person["sex"]
        assert (told.birth_on.day, told.birth_on.month) == (person["birth_on"].day, person["birth_on"].month)
        assert told.birth_on.year % 100 == person["birth_on"].year % 100
    assert len({(row["number"], row["birth_on"], row["sex"]) for row in everybody().values()}) == len(
        {row["number"] for row in made().entries["civil.PersonEntry"]}
    )


SUBJECTS = {
    "civil.PersonEntry": "number",
    "civil.ResidenceEntry": "number",
    "civil.FamilyEntry": "family_number",
    "civil.FamilyMembership": "number",
    "civil.Guardianship": "ward_number",
}


@pytest.mark.parametrize("register", SUBJECTS)
def test_no_two_believed_entries_of_a_subject_share_a_day(register: str) -> None:
    histories: dict[str, list[Facts]] = defaultdict(list)
    for row in made().believed[register]:
        assert row["valid_until"] is None or row["valid_until"] > row["valid_from"]
        histories[row[SUBJECTS[register]]].append(row)
    assert histories
    for history in histories.values():
        for before, after in pairwise(sorted(history, key=lambda row: row["valid_from"])):
            assert before["valid_until"] is not None
            assert before["valid_until"] <= after["valid_from"]


@pytest.mark.parametrize("register", COLUMNS)
def test_nothing_is_known_before_it_was_recorded_or_after_today(register: str) -> None:
    for row in made().entries[register]:
        assert row["recorded_at"].date() <= ON
        assert row["valid_from"] <= ON
        assert row["superseded_at"] is None or row["superseded_at"] > row["recorded_at"]


@pytest.mark.parametrize(
    "register", ["civil.BirthEntry", "civil.MarriageEntry", "civil.DivorceEntry", "civil.DeathEntry"]
)
def test_every_certificate_number_is_given_once(register: str) -> None:
    numbers = Counter(row["certificate_number"] for row in made().believed[register])
    assert numbers
    assert max(numbers.values()) == 1


def test_every_living_person_stands_on_one_family_card_and_lives_in_one_village() -> None:
    villages = {code for code in _regions() if code.count(".") == 3}
    assert {row["number"] for row in current("civil.FamilyMembership")} == set(people())
    assert {row["number"] for row in current("civil.ResidenceEntry")} == set(people())
    assert all(row["village_code"] in villages for row in current("civil.ResidenceEntry"))


def test_every_family_has_one_living_adult_head_among_its_members() -> None:
    heads = {row["family_number"]: row["head_number"] for row in current("civil.FamilyEntry")}
    listed = [
        (row["family_number"], row["number"])
        for row in current("civil.FamilyMembership")
        if row["relation_to_head"] == "head"
    ]
    assert sorted(listed) == sorted(heads.items())
    assert {row["family_number"] for row in current("civil.FamilyMembership")} == set(heads)
    for head in heads.values():
        assert age_on(people()[head]["birth_on"], ON) >= 17


def test_positions_on_a_family_card_are_given_once() -> None:
    lines = Counter((row["family_number"], row["position"]) for row in current("civil.FamilyMembership"))
    assert max(lines.values()) == 1


def test_parents_are_at_least_fourteen_years_older_than_their_children() -> None:
    checked = 0
    for person in everybody().values():
        for side in ("father_number", "mother_number"):
            parent = everybody().get(person[side])
            if parent is not None:
                checked += 1
                assert person["birth_on"] - parent["birth_on"] > timedelta(days=14 * 365)
                assert parent["sex"] == ("male" if side == "father_number" else "female")
    assert checked > PEOPLE / 2


def test_nobody_is_married_twice_at_once() -> None:
    weddings: dict[str, list[Facts]] = defaultdict(list)
    for marriage in made().believed["civil.MarriageEntry"]:
        assert (marriage["valid_until"] is None) == (marriage["end_reason"] == "")
        for side in ("husband_number", "wife_number"):
            weddings[marriage[side]].append(marriage)
    assert any(len(history) > 1 for history in weddings.values())
    for history in weddings.values():
        for before, after in pairwise(sorted(history, key=lambda row: row["valid_from"])):
            assert before["valid_until"] is not None
            assert before["valid_until"] <= after["valid_from"]


def test_marital_status_agrees_with_the_marriages() -> None:
    married = {m[side] for m in current("civil.MarriageEntry") for side in ("husband_number", "wife_number")}
    assert married <= set(people())
    for number, person in people().items():
        assert (person["marital_status"] == "married") == (number in married)


def test_every_divorce_ends_its_marriage_on_the_same_day() -> None:
    ended = {m["certificate_number"]: m for m in made().believed["civil.MarriageEntry"]}
    divorces = made().believed["civil.DivorceEntry"]
    assert divorces
    for divorce in divorces:
        marriage = ended[divorce["marriage_number"]]
        assert (marriage["valid_until"], marriage["end_reason"]) == (divorce["valid_from"], "divorce")


def test_everything_about_the_dead_ends_on_the_day_of_death() -> None:
    died = {row["number"]: row["valid_from"] for row in made().believed["civil.DeathEntry"]}
    assert died
    assert not died.keys() & people().keys()
    for register in ("civil.PersonEntry", "civil.ResidenceEntry", "civil.FamilyMembership"):
        last = {}
        for row in made().believed[register]:
            last[row["number"]] = max(last.get(row["number"], date.min), row["valid_until"] or date.max)
        assert all(last[number] <= day for number, day in died.items() if number in last)


def test_wards_are_minors_with_a_living_guardian_and_no_living_parents() -> None:
    wards = current("civil.Guardianship") if made().believed["civil.Guardianship"] else []
    for ward in wards:
        person = people()[ward["ward_number"]]
        assert age_on(person["birth_on"], ON) < 18
        assert ward["guardian_number"] in people()
        assert person["father_number"] not in people()
    assert made().believed["civil.Guardianship"]


def test_a_history_can_be_read_as_it_was_known_before_it_changed() -> None:
    superseded = [row for row in made().entries["civil.ResidenceEntry"] if row["superseded_at"] is not None]
    assert superseded
    corrected = {(row["number"], row["valid_from"]): row for row in made().believed["civil.ResidenceEntry"]}
    for row in superseded:
        assert row["valid_until"] is None
        after = corrected[row["number"], row["valid_from"]]
        assert after["recorded_at"] == row["superseded_at"]
        assert after["valid_until"] is not None


def test_codes_are_those_of_the_countrys_code_lists() -> None:
    for name in ("sex", "religion", "marital_status", "occupation", "education", "citizenship"):
        codes = set(yaml.safe_load(COUNTRY.path("codelists", f"{name}.yaml").read_text("utf-8")))
        assert {row[name] for row in made().entries["civil.PersonEntry"]} <= codes
    relations = {row["relation_to_head"] for row in made().entries["civil.FamilyMembership"]}
    known = yaml.safe_load(COUNTRY.path("codelists", "relation_to_head.yaml").read_text("utf-8"))
    assert relations <= set(known)


def test_school_and_work_fit_the_age() -> None:
    for person in people().values():
        age = age_on(person["birth_on"], ON)
        if age < 6:
            assert (person["occupation"], person["education"]) == ("none", "none")
        if age < 15:
            assert person["marital_status"] == "single"
        if person["education"] in ("bachelor", "master", "doctorate"):
            assert age >= 22


def test_the_nation_looks_like_the_published_one() -> None:
    """Statistics Indonesia: 60+ 11.75 %, under 15 23.3 %, households 3.7, cards 3.1 (population.yaml)."""
    nation = made(8_000, 3)
    alive = [row for row in nation.believed["civil.PersonEntry"] if row["valid_until"] is None]
    ages = [age_on(row["birth_on"], ON) for row in alive]
    assert sum(age >= 60 for age in ages) / len(ages) == pytest.approx(0.1175, abs=0.025)
    assert sum(age < 15 for age in ages) / len(ages) == pytest.approx(0.233, abs=0.03)
    men = sum(row["sex"] == "male" for row in alive)
    assert men / (len(alive) - men) == pytest.approx(1.02, abs=0.06)
    homes = {
        (row["street"], row["rt"], row["rw"], row["village_code"])
        for row in nation.believed["civil.ResidenceEntry"]
        if row["valid_until"] is None
    }
    assert len(alive) / len(homes) == pytest.approx(3.7, abs=0.4)
    cards = sum(row["valid_until"] is None for row in nation.believed["civil.FamilyEntry"])
    assert len(alive) / cards == pytest.approx(3.1, abs=0.3)


def test_a_larger_nation_is_made_of_more_batches_not_of_larger_ones() -> None:
    def largest(size: int) -> int:
        return max(batch.living for batch in Nation(COUNTRY, NationPlan(size, 1, ON)))

    assert largest(4000) < 1.7 * largest(1500) < 2000


def _regions() -> Iterator[str]:
    for level in ("provinces", "regencies", "districts", "villages"):
        for line in COUNTRY.path("data", f"{level}.csv").read_text("utf-8").splitlines()[1:]:
            yield line.partition(",")[0]
