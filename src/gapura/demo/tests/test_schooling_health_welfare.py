"""Schooling, health and welfare of the nation keep the rules of their registers and fit people's lives."""

from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from gapura.demo.simulation.holdings.education import Schooling
from gapura.demo.simulation.holdings.health import HealthCare
from gapura.demo.simulation.holdings.welfare import Welfare
from gapura.demo.simulation.nation import Nation, NationPlan, list_columns
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on
from gapura.kernel.audit.types import system_actor
from gapura.kernel.registers.actions import CannotLoadRegister, bulk_load, load_rows

COUNTRY = load("indonesia")
ON = date(2026, 7, 1)
REGISTERS = [*Schooling.facts, *HealthCare.facts, *Welfare.facts]
Facts = dict[str, Any]


@cache
def rows() -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for batch in Nation(COUNTRY, NationPlan(1500, 3, ON)):
        for register, held in batch.rows.items():
            found[register] += held
    return found


@cache
def entries(register: str) -> list[Facts]:
    return [dict(zip(list_columns()[register], row, strict=True)) for row in rows()[register]]


def people() -> dict[str, Facts]:
    """Everybody alive, by number, as the population register has them."""
    living = (row for row in entries("civil.PersonEntry") if row["superseded_at"] is None and not row["valid_until"])
    return {row["number"]: row for row in living}


def load_all(changed: dict[str, list[tuple[Any, ...]]]) -> None:
    models = [apps.get_model(register) for register in REGISTERS]
    with bulk_load(actor=system_actor("test"), reference="test", registers=models):
        for model in models:
            held = changed.get(model._meta.label, rows()[model._meta.label])
            load_rows(model, list_columns()[model._meta.label], held)


@pytest.mark.django_db
@pytest.mark.usefixtures("table_owner")  # a bulk load drops indexes and checks
def test_the_database_takes_every_row_and_would_not_take_a_wrong_one() -> None:
    twice = {
        "education.EnrollmentEntry": [*rows()["education.EnrollmentEntry"], rows()["education.EnrollmentEntry"][0]]
    }
    with pytest.raises((CannotLoadRegister, IntegrityError)), transaction.atomic():
        load_all(twice)
    load_all({})
    assert all(apps.get_model(register).objects.exists() for register in REGISTERS)


def test_nothing_is_known_of_tomorrow_or_of_people_who_do_not_live() -> None:
    living = people()
    for register in REGISTERS:
        assert entries(register), register
        for row in entries(register):
            assert row["valid_from"] <= ON
            assert row["valid_until"] is None or row["valid_from"] < row["valid_until"] <= ON
            assert row["recorded_at"].date() <= ON
            assert row.get("number", "") in {*living, ""}


def test_children_go_to_school_at_their_age_and_finish_before_they_are_too_old() -> None:
    oldest = {"primary": 13, "lower_secondary": 16, "upper_secondary": 19, "vocational": 19}
    levels = {row["npsn"]: row["school_level"] for row in entries("education.SchoolEntry")}
    for row in entries("education.EnrollmentEntry"):
        born = people()[row["number"]]["birth_on"]
        assert 6 <= age_on(born, row["valid_from"]) < oldest[levels[row["npsn"]]]
        assert row["expected_on"] > row["valid_from"]
    for row in entries("education.GraduationEntry"):
        born = people()[row["number"]]["birth_on"]
        assert oldest[row["school_level"]] - 2 <= age_on(born, row["valid_from"]) <= oldest[row["school_level"]]
        assert levels[row["npsn"]] == row["school_level"]


def test_who_graduated_was_at_that_school_until_that_day_and_has_that_schooling() -> None:
    ends = {(row["number"], row["npsn"], row["valid_until"]) for row in entries("education.EnrollmentEntry")}
    reached = ["none", "primary_incomplete", "primary", "lower_secondary", "upper_secondary"]
    for row in entries("education.GraduationEntry"):
        assert (row["number"], row["npsn"], row["valid_from"]) in ends
        person = people()[row["number"]]
        if (
            age_on(person["birth_on"], ON) >= 20
            and person["occupation"] != "student"
            and person["education"] in reached
        ):
            level = row["school_level"].replace("vocational", "upper_secondary")
            assert reached.index(person["education"]) >= reached.index(level)


def test_one_school_follows_the_other_and_some_change_between() -> None:
    attended: dict[str, list[Facts]] = defaultdict(list)
    for row in entries("education.EnrollmentEntry"):
        attended[row["number"]].append(row)
    for history in attended.values():
        for before, after in pairwise(sorted(history, key=lambda row: row["valid_from"])):
            assert before["valid_until"] is not None
            assert before["valid_until"] <= after["valid_from"]
    exits = Counter(row["school_exit"] for row in entries("education.EnrollmentEntry"))
    assert set(exits) == {"", "graduated", "transferred", "left"}


def test_marks_are_of_a_school_the_student_was_at_in_that_year() -> None:
    attended: dict[tuple[str, str], list[Facts]] = defaultdict(list)
    for row in entries("education.EnrollmentEntry"):
        attended[row["number"], row["npsn"]].append(row)
    for row in entries("education.ResultEntry"):
        assert any(
            one["valid_from"] < row["valid_from"]
            and (one["valid_until"] is None or one["valid_until"] >= row["valid_from"])
            for one in attended[row["number"], row["npsn"]]
        )
        assert row["school_year"].endswith(str(row["valid_from"].year))


def test_nobody_is_insured_or_immunized_before_birth_and_mothers_are_alive_at_the_birth() -> None:
    for register in HealthCare.facts:
        if register != "health.BirthAttendedEntry":
            assert all(row["valid_from"] >= people()[row["number"]]["birth_on"] for row in entries(register))
    mothers = {row["number"] for row in entries("civil.PersonEntry")}
    for row in entries("health.BirthAttendedEntry"):
        child = people()[row["child_number"]]
        assert (child["birth_on"], child["mother_number"], child["sex"]) == (
            row["valid_from"],
            row["mother_number"],
            row["sex"],
        )
        assert row["mother_number"] in mothers


def test_nearly_everybody_is_insured_and_families_alike() -> None:
    insured = {
        row["number"]: row["insurance_segment"] for row in entries("health.InsuranceEntry") if not row["valid_until"]
    }
    assert 0.94 < len(insured) / len(people()) <= 1
    assert all(len({insured[number] for number in family if number in insured}) <= 1 for family in families())


def test_a_family_has_one_rank_and_only_the_poorer_receive_assistance() -> None:
    ranks = {row["number"]: row["welfare_decile"] for row in entries("welfare.SocialRegistryEntry")}
    assert set(ranks) == set(people())
    assert all(len({ranks[number] for number in family}) == 1 for family in families())
    assert all(ranks[row["number"]] <= 4 for row in entries("welfare.RecipientEntry"))
    recipients = Counter((row["number"], row["social_program"]) for row in entries("welfare.RecipientEntry"))
    assert max(recipients.values()) == 1
    poorer = sum(1 for rank in ranks.values() if rank <= 4) / len(ranks)
    assert 0.3 < poorer < 0.5


def families() -> list[list[str]]:
    """The members of every family card, as it stands."""
    cards: dict[str, list[str]] = defaultdict(list)
    for row in entries("civil.FamilyMembership"):
        if row["superseded_at"] is None and row["valid_until"] is None:
            cards[row["family_number"]].append(row["number"])
    return list(cards.values())
