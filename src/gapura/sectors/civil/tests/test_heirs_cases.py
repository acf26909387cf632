"""The worked examples of inheritance (heirs_cases.yaml), each a family that somebody can read."""

from datetime import date
from typing import Any

import pytest
import yaml

from gapura.foundation.jurisdictions import load
from gapura.sectors.civil.queries import list_heirs
from gapura.sectors.civil.testing import make_adoption, make_death, make_marriage, make_person

pytestmark = pytest.mark.django_db
DEAD, DIED, TODAY = "3171010101700001", date(2026, 2, 1), date(2026, 5, 4)
CASES: list[dict[str, Any]] = yaml.safe_load(load("indonesia").path("heirs_cases.yaml").read_text("utf-8"))
# A fault put into the examples must be found.
PLANTED = {
    "case": "planted",
    "religion": "christian",
    "family": [{"name": "Maria", "is": "wife"}, {"name": "Lukas", "is": "brother"}],
    "heirs": ["Lukas"],
}


def settle(case: dict[str, Any]) -> dict[str, str]:
    """The family in the register; person numbers by name."""
    family = [{"name": "-father", "is": "father"}, {"name": "-mother", "is": "mother"}, *case["family"]]
    numbers = {one["name"]: f"31710101017100{place:02d}" for place, one in enumerate(family)}
    given = {one["is"]: numbers[one["name"]] for one in family}  # a parent who is named takes the place of the unnamed
    parents = {"father_number": given["father"], "mother_number": given["mother"]}
    make_person(DEAD, sex="male", religion=case["religion"], birth_on=date(1960, 1, 1), **parents)
    own = {"child": {"father_number": DEAD}, "brother": parents}
    of_named: dict[str, dict[str, str]] = {}
    for one in family:
        side, _, named = one["is"].partition(" of ")
        if named and side != "child":
            of_named.setdefault(named, {})[f"{side}_number"] = numbers[one["name"]]
    for one in family:
        side, _, named = one["is"].partition(" of ")
        facts = of_named.get(one["name"], {}) | own.get(one["is"], {})
        if side == "child" and named:
            facts = {"father_number": numbers[named]}
        sex = "male" if side in ("father", "brother", "child") else "female"
        make_person(numbers[one["name"]], one["name"], sex=sex, birth_on=date(1950, 1, 1), **facts)
        tie(one["is"], numbers[one["name"]])
        if one.get("died") or one["name"].startswith("-"):
            make_death(numbers[one["name"]], one.get("died") or date(2000, 1, 1))
    return numbers


def tie(relation: str, number: str) -> None:
    if relation == "wife":
        make_marriage(DEAD, number, date(2015, 1, 1), valid_until=DIED, end_reason="death", certificate_number="M2")
    elif relation == "former wife":
        ended = {"valid_until": date(2014, 1, 1), "end_reason": "divorce", "certificate_number": "M1"}
        make_marriage(DEAD, number, date(2012, 1, 1), **ended)
    elif relation == "adopted child":
        make_adoption(number, father=DEAD)


def heirs_of(case: dict[str, Any]) -> set[str]:
    names = {number: name for name, number in settle(case).items()}
    make_death(DEAD, DIED)
    found = list_heirs(DEAD, on=TODAY, known_at=None)
    assert found is not None
    return {names[number] for number in found}


@pytest.mark.parametrize("case", CASES, ids=[one["case"] for one in CASES])
def test_the_heirs_are_those_of_the_example(case: dict[str, Any]) -> None:
    assert heirs_of(case) == set(case["heirs"])


def test_a_wrong_example_is_found() -> None:
    assert heirs_of(PLANTED) != set(PLANTED["heirs"])
