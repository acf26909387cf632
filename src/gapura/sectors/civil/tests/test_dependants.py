"""For whom somebody may act, and which office works their cases."""

from datetime import date

import pytest

from gapura.kernel.mandates.types import Representable
from gapura.sectors.civil import testing
from gapura.sectors.civil.queries import find_office_code, list_dependants, list_family_of

TODAY = date(2025, 3, 5)
ANI, BUDI, CITRA, DODI = (f"317101010190000{n}" for n in (1, 2, 3, 4))

pytestmark = pytest.mark.django_db


def test_minor_children_wards_and_dead_relatives_can_be_represented() -> None:
    testing.make_person(ANI)
    testing.make_person(BUDI, "Budi", birth_on=date(2010, 1, 1), mother_number=ANI)
    testing.make_person(CITRA, "Citra")
    testing.make_person(DODI, "Dodi", sex="male")
    testing.make_guardianship(CITRA, ANI)
    testing.make_marriage(DODI, ANI, date(2005, 1, 1), valid_until=date(2020, 1, 1), end_reason="death")
    testing.make_death(DODI, date(2020, 1, 1))
    assert list_dependants(ANI, on=TODAY, age_of_majority=18) == [
        Representable(BUDI, "Budi", "child"),
        Representable(CITRA, "Citra", "ward"),
        Representable(DODI, "Dodi", "family"),
    ]


def test_a_child_is_represented_until_the_day_before_coming_of_age() -> None:
    testing.make_person(BUDI, "Budi", birth_on=date(2010, 3, 6), mother_number=ANI)
    assert list_dependants(ANI, on=date(2028, 3, 5), age_of_majority=18)
    assert list_dependants(ANI, on=date(2028, 3, 6), age_of_majority=18) == []


def test_a_stranger_and_a_living_spouse_cannot_be_represented() -> None:
    testing.make_person(ANI)
    testing.make_person(BUDI, sex="male")
    testing.make_marriage(BUDI, ANI, date(2015, 1, 1))
    assert list_dependants(ANI, on=TODAY, age_of_majority=18) == []


def test_an_adopted_child_is_represented_by_the_adoptive_parent() -> None:
    testing.make_person(CITRA, "Citra", birth_on=date(2015, 1, 1))
    testing.make_adoption(CITRA, mother=ANI)
    assert list_dependants(ANI, on=TODAY, age_of_majority=18) == [Representable(CITRA, "Citra", "child")]


def test_cases_go_to_the_office_of_the_residence_also_after_death() -> None:
    testing.make_residence(ANI, "32.73.01.1001", valid_from=date(2010, 1, 1), valid_until=date(2018, 7, 1))
    testing.make_residence(ANI, valid_from=date(2018, 7, 1), valid_until=date(2024, 1, 1))
    assert find_office_code(ANI, on=date(2015, 1, 1)) == "32.73"
    assert find_office_code(ANI, on=TODAY) == "31.71"
    assert find_office_code(BUDI, on=TODAY) is None


def test_a_family_is_listed_in_the_order_of_its_card() -> None:
    testing.make_family("3171010101150001", {CITRA: "head", ANI: "wife", BUDI: "child"})
    assert list_family_of(BUDI, on=TODAY) == [CITRA, ANI, BUDI]
    assert list_family_of(DODI, on=TODAY) == []
