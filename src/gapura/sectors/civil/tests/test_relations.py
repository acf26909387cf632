"""Who is related to whom, and the paper that says so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import Case, resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.civil.models import PersonEntry
from gapura.sectors.civil.queries import list_relations
from gapura.sectors.civil.testing import make_adoption, make_death, make_marriage, make_person, make_residence

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
ANI, BUDI, CITRA, DODI, EKA, FAJAR = (f"317101010190000{n}" for n in range(1, 7))
HOUSE = system_actor("test")


@pytest.fixture(autouse=True)
def family() -> Iterator[None]:
    """Ani, her mother Eka, her husband Budi, their child Citra, and Dodi, whom Ani adopted from Fajar."""
    make_person(EKA, "Eka", birth_on=date(1960, 1, 1))
    make_person(FAJAR, "Fajar", sex="male")
    make_person(BUDI, "Budi", sex="male")
    make_person(ANI, "Ani", mother_number=EKA, mother_name="Eka", father_name="Pak Tua")
    make_person(CITRA, "Citra", birth_on=date(2018, 3, 2), mother_number=ANI, father_number=BUDI)
    make_person(DODI, "Dodi", sex="male", birth_on=date(2016, 3, 2), father_number=FAJAR, father_name="Fajar")
    make_adoption(DODI, mother=ANI)
    make_marriage(BUDI, ANI, date(2014, 5, 1))
    for number in (ANI, BUDI, FAJAR):
        make_residence(number)
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def named(person: str, on: date = TODAY) -> list[tuple[str, str]]:
    return [(one.kinship.value, one.full_name) for one in list_relations(person, on=on, known_at=None)]


def test_parents_spouse_and_children_are_found_whichever_card_they_stand_on() -> None:
    assert named(ANI) == [
        ("parent", "Pak Tua"),
        ("parent", "Eka"),
        ("spouse", "Budi"),
        ("child", "Citra"),
        ("adopted_child", "Dodi"),
    ]
    assert named(DODI) == [("adoptive_parent", "Ani"), ("parent", "Fajar")]
    assert named(EKA) == [("child", "Ani")]


def test_nothing_is_told_before_its_day_and_a_relative_who_died_is_named_as_such() -> None:
    assert ("spouse", "Budi") not in named(ANI, date(2014, 4, 30))
    make_death(EKA, date(2025, 1, 1))
    dead = {one.full_name for one in list_relations(ANI, on=TODAY, known_at=None) if one.has_died}
    assert dead == {"Eka"}


def apply(person: str, assurance: AssuranceLevel = AssuranceLevel.SUBSTANTIAL, **answers: str) -> Case:
    return submit_application(
        actor=resident(person, assurance),
        service_code="civil.family-relations",
        subject=person,
        relation="self",
        answers=answers,
        language="en",
        idempotency_key=person,
        now=NOW,
    )


def test_the_certificate_states_them_and_is_replaced_when_a_relative_s_name_is_corrected() -> None:
    case = apply(ANI)
    stated = [r["full_name"] for f in get_facts(find_document(case.document_code)) for r in f.records]
    assert stated == ["Ani", "Pak Tua", "Eka", "Budi", "Citra", "Dodi"]
    with clock.frozen(datetime(2026, 5, 5, tzinfo=UTC)):
        entry = PersonEntry.objects.get(number=EKA)
        correct_entry(
            actor=HOUSE, entry=entry, changes={"full_name": "Eka Putri"}, source=Source("case", "1"), now=clock.now()
        )
        deliver_pending()
    assert find_document(case.document_code).status == DocumentStatus.REPLACED


def test_who_has_no_relative_is_refused_with_what_to_do() -> None:
    make_person("3171010101990009", "Sendiri")
    make_residence("3171010101990009")
    case = apply("3171010101990009")
    assert case.status == CaseStatus.REFUSED
    assert "registration" in case.decision_remedy["en"]


def test_a_weak_sign_in_does_not_open_it() -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(ANI, AssuranceLevel.LOW)
