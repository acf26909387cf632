"""Who inherits by law: nearer kin before farther, by the law of the religion of the dead."""

from datetime import date

import pytest

from gapura.sectors.civil.queries import list_heirs
from gapura.sectors.civil.testing import make_adoption, make_death, make_marriage, make_person
from gapura.sectors.civil.types import Kin

pytestmark = pytest.mark.django_db
DEAD, FATHER, MOTHER, SPOUSE, CHILD, ADOPTED, GONE, GRANDCHILD, SIBLING, EARLIER = (
    f"317101010170000{n}" for n in range(10)
)
DIED, TODAY = date(2026, 2, 1), date(2026, 5, 4)
ISLAM, CHRISTIAN = "islam", "christian"


def settle(religion: str) -> None:
    for number, sex in ((FATHER, "male"), (MOTHER, "female"), (SPOUSE, "female"), (EARLIER, "female")):
        make_person(number, sex=sex, birth_on=date(1950, 1, 1))
    parents = {"father_number": FATHER, "mother_number": MOTHER}
    make_person(DEAD, sex="male", religion=religion, **parents)
    make_person(SIBLING, **parents)


def marry_and_have_children() -> None:
    ended = {"valid_until": date(2014, 1, 1), "end_reason": "divorce", "certificate_number": "M1"}
    make_marriage(DEAD, EARLIER, date(2012, 1, 1), **ended)
    make_marriage(DEAD, SPOUSE, date(2015, 1, 1), valid_until=DIED, end_reason="death", certificate_number="M2")
    for number, father in ((CHILD, DEAD), (GONE, DEAD), (GRANDCHILD, GONE)):
        make_person(number, father_number=father, birth_on=date(2000, 1, 1))
    make_person(ADOPTED)
    make_adoption(ADOPTED, father=DEAD)
    make_death(GONE, date(2024, 1, 1))


def heirs() -> dict[str, Kin]:
    make_death(DEAD, DIED)
    found = list_heirs(DEAD, on=TODAY, known_at=None)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("religion", "besides"),
    [
        (ISLAM, {FATHER: Kin.FATHER, MOTHER: Kin.MOTHER}),
        (CHRISTIAN, {ADOPTED: Kin.ADOPTED_CHILD}),
    ],
)
def test_spouse_and_children_inherit_and_who_else_is_the_laws(religion: str, besides: dict[str, Kin]) -> None:
    settle(religion)
    marry_and_have_children()
    assert heirs() == {SPOUSE: Kin.SPOUSE, CHILD: Kin.CHILD, GRANDCHILD: Kin.GRANDCHILD} | besides


@pytest.mark.parametrize(("religion", "sibling"), [(ISLAM, False), (CHRISTIAN, True)])
def test_without_spouse_and_children_the_parents_inherit(religion: str, sibling: bool) -> None:
    settle(religion)
    expected = {FATHER: Kin.FATHER, MOTHER: Kin.MOTHER}
    assert heirs() == expected | ({SIBLING: Kin.SIBLING} if sibling else {})


@pytest.mark.parametrize("religion", [ISLAM, CHRISTIAN])
def test_brothers_and_sisters_inherit_where_nobody_nearer_lives(religion: str) -> None:
    settle(religion)
    make_death(FATHER, date(2020, 1, 1))
    make_death(MOTHER, date(2021, 1, 1))
    assert heirs() == {SIBLING: Kin.SIBLING}


def test_nobody_inherits_from_the_living() -> None:
    settle(ISLAM)
    assert list_heirs(DEAD, on=TODAY, known_at=None) is None
    assert list_heirs("3171010101999999", on=TODAY, known_at=None) is None
