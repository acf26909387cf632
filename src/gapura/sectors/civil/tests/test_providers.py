"""What the register answers of a person, in both times, and nothing more."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil import testing
from gapura.sectors.civil.models import PersonEntry

NOW = datetime(2025, 3, 5, 9, tzinfo=UTC)
TODAY = date(2025, 3, 5)
ANI, BUDI, CITRA, DODI = (f"317101010190000{n}" for n in (1, 2, 3, 4))
HOUSE = system_actor("test")
CASE = Source(SourceKind.CASE, "C-1")
ASKER = Asker("UU 23/2006 Pasal 8", NOW)

ask, does = ASKER.ask, ASKER.does

pytestmark = pytest.mark.django_db


def test_every_declared_civil_evidence_type_and_question_is_answered() -> None:
    for declared in list_evidence_types():
        if not declared.code.startswith("civil."):
            continue
        provider = find_provider(declared.code)
        assert provider is not None, declared.code
        assert provider.agency_code == "dukcapil"
        assert set(provider.questions) == {question.code for question in declared.questions}


def test_only_the_asked_fields_come_back() -> None:
    testing.make_person(ANI, "Ani Wijaya")
    assert ask("civil.person", ANI, "full_name") == [{"full_name": "Ani Wijaya"}]
    assert ask("civil.person", BUDI, "full_name") == []


def test_every_field_of_the_standard_is_filled() -> None:
    """A key that a provider forgets comes back as None: with a whole life behind it, nothing may."""
    make_whole_life()
    living = ("person", "residence", "residence-history", "family", "family-member", "birth", "marriage")
    for code in (*living, "divorce", "adoption"):
        for record in ask(f"civil.{code}", CITRA if code == "adoption" else ANI):
            missing = {name for name, value in record.items() if value is None}
            assert missing <= {"lived_until", "ended_on"}, code
    assert None not in ask("civil.death", DODI)[0].values()


def make_whole_life() -> None:
    testing.make_person(ANI, "Ani Wijaya", marital_status="divorced", father_name="Dodi", mother_name="Eka")
    testing.make_person(BUDI, "Budi Santoso", sex="male")
    testing.make_person(CITRA, "Citra", birth_on=date(2015, 1, 1), father_number=BUDI)
    testing.make_person(DODI, "Dodi Wijaya", sex="male", birth_on=date(1960, 1, 1))
    testing.make_residence(ANI, postal_code="10150")
    testing.make_family("3171010101150001", {ANI: "head", CITRA: "child"})
    testing.make_birth(ANI, date(1990, 5, 2))
    ended = {"valid_until": date(2019, 6, 1), "end_reason": "divorce"}
    marriage = testing.make_marriage(BUDI, ANI, date(2014, 2, 3), **ended)
    testing.make_divorce(marriage, date(2019, 6, 1))
    testing.make_adoption(CITRA, mother=ANI)
    testing.make_death(DODI, date(2023, 8, 9))


def test_a_person_is_read_as_of_a_day_and_as_known_at_a_moment() -> None:
    entry = testing.make_person(ANI, occupation="teacher")
    changed = PersonEntry(**facts_of(entry) | {"occupation": "farmer", "valid_from": date(2022, 1, 1)})
    record_entry(actor=HOUSE, entry=changed, source=CASE, now=datetime(2022, 2, 1, tzinfo=UTC))
    believed = PersonEntry.objects.known_at(None).get(number=ANI, valid_from=date(2022, 1, 1))
    corrected_at = datetime(2023, 5, 1, tzinfo=UTC)
    correct_entry(actor=HOUSE, entry=believed, changes={"occupation": "trader"}, source=CASE, now=corrected_at)

    def occupation(as_of: date, known_at: datetime | None = None) -> str:
        return ask("civil.person", ANI, "occupation", as_of=as_of, known_at=known_at)[0]["occupation"]

    assert occupation(date(2021, 12, 31)) == "teacher"
    assert occupation(TODAY) == "trader"
    assert occupation(TODAY, known_at=datetime(2023, 1, 1, tzinfo=UTC)) == "farmer"
    assert occupation(TODAY, known_at=datetime(2022, 1, 15, tzinfo=UTC)) == "teacher"


def facts_of(entry: PersonEntry) -> dict[str, Any]:
    left_out = {"id", "recorded_at", "superseded_at", "source_kind", "source_reference"}
    return {f.name: getattr(entry, f.name) for f in entry._meta.concrete_fields if f.name not in left_out}


def test_the_dead_are_spoken_of_by_the_death_register_only() -> None:
    testing.make_person(DODI, "Dodi Wijaya")
    assert ask("civil.person", DODI, "full_name") == [{"full_name": "Dodi Wijaya"}]
    assert ask("civil.death", DODI) == []
    testing.make_death(DODI, date(2023, 8, 9))
    assert ask("civil.person", DODI, "full_name") == []
    assert ask("civil.person", DODI, "full_name", as_of=date(2023, 8, 8)) == [{"full_name": "Dodi Wijaya"}]
    assert ask("civil.death", DODI, "full_name", "died_on") == [{"full_name": "Dodi Wijaya", "died_on": "2023-08-09"}]
    assert ask("civil.death", DODI, "full_name", as_of=date(2023, 8, 8)) == []


def test_addresses_carry_the_names_of_their_places_newest_first() -> None:
    testing.make_residence(ANI, "32.73.01.1001", valid_from=date(2010, 1, 1), valid_until=date(2018, 7, 1))
    testing.make_residence(ANI, valid_from=date(2018, 7, 1))
    history = ask("civil.residence-history", ANI, "village", "regency", "lived_from", "lived_until")
    assert [tuple(r.values()) for r in history] == [
        ("2018-07-01", None, "Jakarta Pusat", "Cideng"),
        ("2010-01-01", "2018-07-01", "Bandung", "Sarijadi"),
    ]
    before_the_move = ask("civil.residence-history", ANI, "lived_until", as_of=date(2018, 6, 30))
    assert before_the_move == [{"lived_until": None}]
    assert ask("civil.residence", ANI, "province") == [{"province": "Jakarta"}]


def test_a_family_is_read_with_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    for number in (ANI, BUDI, CITRA, DODI):
        testing.make_person(number)
    testing.make_family("3171010101150001", {ANI: "head", BUDI: "husband", CITRA: "child", DODI: "child"})
    provider = find_provider("civil.family-member")
    assert provider is not None
    with django_assert_num_queries(3):
        members = provider.find_records(CITRA, frozenset({"number", "full_name"}), TODAY, None)
    assert [member["number"] for member in members] == [ANI, BUDI, CITRA, DODI]


def test_the_end_of_a_marriage_is_not_told_before_its_day() -> None:
    make_whole_life()
    asked = ("husband_name", "ended_on", "end_reason")
    assert ask("civil.marriage", ANI, *asked) == [
        {"husband_name": "Budi Santoso", "ended_on": "2019-06-01", "end_reason": "divorce"},
    ]
    assert ask("civil.marriage", ANI, *asked, as_of=date(2016, 1, 1)) == [
        {"husband_name": "Budi Santoso", "ended_on": None, "end_reason": ""},
    ]
    assert ask("civil.divorce", BUDI, "married_on", "divorced_on") == [
        {"married_on": "2014-02-03", "divorced_on": "2019-06-01"},
    ]


QUESTIONS: list[tuple[str, str, dict[str, Any], bool | None]] = [
    ("civil.person/is-alive", ANI, {}, True),
    ("civil.person/is-alive", DODI, {}, False),
    ("civil.person/is-alive", "3171010101000009", {}, None),
    ("civil.person/is-over-age", ANI, {"age": 34}, True),
    ("civil.person/is-over-age", ANI, {"age": 35}, False),
    ("civil.person/is-over-age", DODI, {"age": 17}, None),
    ("civil.person/is-citizen", ANI, {}, True),
    ("civil.person/has-never-married", BUDI, {}, False),
    ("civil.person/has-never-married", CITRA, {}, True),
    ("civil.person/has-never-married", DODI, {}, None),
    ("civil.residence/lives-in-region", ANI, {"region_code": "31"}, True),
    ("civil.residence/lives-in-region", ANI, {"region_code": "31.71"}, True),
    ("civil.residence/lives-in-region", ANI, {"region_code": "31.7"}, False),
    ("civil.residence/lives-in-region", BUDI, {"region_code": "31"}, None),
    ("civil.residence/lives-with", ANI, {"person_number": ANI}, True),
    ("civil.residence/lives-with", ANI, {"person_number": BUDI}, False),
    ("civil.residence/lives-with", BUDI, {"person_number": ANI}, None),
    ("civil.family/is-parent-of-minor", CITRA, {"parent_number": BUDI, "age_of_majority": 18}, True),
    ("civil.family/is-parent-of-minor", CITRA, {"parent_number": ANI, "age_of_majority": 18}, True),
    ("civil.family/is-parent-of-minor", CITRA, {"parent_number": DODI, "age_of_majority": 18}, False),
    ("civil.family/is-parent-of-minor", CITRA, {"parent_number": BUDI, "age_of_majority": 10}, False),
    ("civil.family/is-guardian-of", CITRA, {"guardian_number": DODI}, True),
    ("civil.family/is-guardian-of", CITRA, {"guardian_number": BUDI}, False),
    ("civil.family/is-close-relative-of", CITRA, {"relative_number": BUDI}, True),
    ("civil.family/is-close-relative-of", BUDI, {"relative_number": ANI}, False),
    ("civil.family/is-close-relative-of", BUDI, {"relative_number": CITRA}, True),
]


@pytest.mark.parametrize(("question", "subject", "parameters", "expected"), QUESTIONS)
def test_questions_are_answered_yes_no_or_unknown(
    question: str, subject: str, parameters: dict[str, Any], expected: bool | None
) -> None:
    make_whole_life()
    testing.make_guardianship(CITRA, DODI)
    evidence_type, code = question.split("/")
    assert does(evidence_type, code, subject, **parameters) is expected


def test_a_widow_stays_a_relative_of_the_dead() -> None:
    testing.make_person(ANI)
    testing.make_person(DODI)
    testing.make_marriage(DODI, ANI, date(2000, 1, 1), valid_until=date(2023, 8, 9), end_reason="death")
    testing.make_death(DODI, date(2023, 8, 9))
    assert does("civil.family", "is-close-relative-of", DODI, relative_number=ANI) is True
