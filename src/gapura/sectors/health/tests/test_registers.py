"""The health registers refuse what cannot be, and answer what is asked, in both times and nothing more."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.exchange.types import NoAgreement
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.health.testing import make_birth_attended, make_death_certified, make_immunization, make_insurance

NOW = datetime(2025, 9, 5, 9, tzinfo=UTC)
TODAY = date(2025, 9, 5)
ANI, BUDI = "3171014101900001", "3171010101900002"
HOUSE = system_actor("test")
GROUND = "UU 17/2023 Pasal 44"
ASKER = Asker(GROUND, NOW)
KEEPERS = {
    "health.insurance": "bpjs-kesehatan",
    "health.insurance-history": "bpjs-kesehatan",
    "health.immunization": "kemenkes",
    "health.birth-attended": "kemenkes",
    "health.death-certified": "kemenkes",
}

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


def test_each_register_is_answered_for_by_its_keeper() -> None:
    declared = {one.code: one for one in list_evidence_types() if one.code.startswith("health.")}
    assert set(declared) == set(KEEPERS)
    for code, keeper in KEEPERS.items():
        provider = find_provider(code)
        assert provider is not None
        assert provider.agency_code == keeper
        assert set(provider.questions) == {question.code for question in declared[code].questions}


def test_every_field_of_the_standard_is_filled_and_only_the_asked_ones_come_back() -> None:
    make_insurance(ANI)
    make_immunization(ANI)
    make_birth_attended(ANI)
    make_death_certified(ANI)
    for code in KEEPERS:
        (record,) = ask(code, ANI)
        assert {name for name, value in record.items() if value is None} <= {"insured_until"}, code
        assert ask(code, BUDI) == []
    assert ask("health.immunization", ANI, "vaccine") == [{"vaccine": "mr"}]
    assert ask("health.birth-attended", ANI, "born_on", "born_at") == [{"born_on": "2025-05-04", "born_at": "07:45"}]


def test_nobody_is_answered_without_an_agreement() -> None:
    make_immunization(ANI)
    asked = request("health.immunization", ANI, fields=frozenset({"vaccine"}), consumer="bank-nusantara")
    with pytest.raises(NoAgreement):
        request_evidence(actor=HOUSE, request=asked, now=NOW)
    assert ask("health.immunization", ANI, "dose") == [{"dose": 1}]


def test_a_membership_that_ended_later_is_open_on_an_earlier_day() -> None:
    make_insurance(ANI, valid_until=date(2025, 3, 1), insurance_end="employment_ended")

    def history(on: date) -> list[dict[str, Any]]:
        return ask("health.insurance-history", ANI, "insured_until", "insurance_end", as_of=on)

    assert history(date(2025, 2, 28)) == [{"insured_until": None, "insurance_end": ""}]
    assert history(TODAY) == [{"insured_until": "2025-03-01", "insurance_end": "employment_ended"}]
    assert does("health.insurance", "is-insured", ANI, date(2025, 2, 28))
    assert not does("health.insurance", "is-insured", ANI)
    assert ask("health.insurance", ANI, "card_number") == []


def test_a_corrected_class_is_known_from_its_correction_on() -> None:
    entry = make_insurance(ANI, insurance_class=3)
    corrected_at = datetime(2025, 8, 1, tzinfo=UTC)
    source = Source(SourceKind.CASE, "C-1")
    correct_entry(actor=HOUSE, entry=entry, changes={"insurance_class": 1}, source=source, now=corrected_at)
    assert ask("health.insurance", ANI, "insurance_class") == [{"insurance_class": 1}]
    earlier = datetime(2025, 7, 15, tzinfo=UTC)
    assert ask("health.insurance", ANI, "insurance_class", known_at=earlier) == [{"insurance_class": 3}]
    assert ask("health.insurance-history", ANI, "insurance_class", known_at=earlier) == [{"insurance_class": 3}]


IMPOSSIBLE = {
    "a class that there is not": lambda: make_insurance(ANI, insurance_class=4),
    "a membership that nobody pays": lambda: make_insurance(ANI, insurance_payer=""),
    "a reason of ending while insured": lambda: make_insurance(ANI, insurance_end="changed"),
    "an unknown reason of ending": lambda: make_insurance(ANI, valid_until=TODAY, insurance_end="bored"),
    "a vaccine without a name": lambda: make_immunization(ANI, ""),
    "no dose": lambda: make_immunization(ANI, dose=0),
    "a child lighter than any": lambda: make_birth_attended(ANI, weight_grams=31),
    "a child of an unknown sex": lambda: make_birth_attended(ANI, sex="other"),
    "a birth at no time of day": lambda: make_birth_attended(ANI, born_at="early"),
    "the child before the first": lambda: make_birth_attended(ANI, child_order=0),
}
TWICE = {
    "two memberships at once": lambda: (make_insurance(ANI), make_insurance(ANI, valid_from=date(2020, 1, 1))),
    "the same dose twice": lambda: (make_immunization(ANI), make_immunization(ANI, valid_from=date(2020, 1, 1))),
    "a birth told by two hospitals": lambda: (
        make_birth_attended(ANI),
        make_birth_attended(ANI, notice_number="SKL-2", facility_code="R2", born_at="08:00"),
    ),
    "one notice for two mothers": lambda: (
        make_birth_attended(ANI, notice_number="SKL-1"),
        make_birth_attended(BUDI, notice_number="SKL-1"),
    ),
}
POSSIBLE = {
    "a second dose": lambda: (make_immunization(ANI), make_immunization(ANI, dose=2)),
    "ending with a reason": lambda: make_insurance(ANI, valid_until=TODAY, insurance_end="changed"),
    "twins": lambda: (make_birth_attended(ANI), make_birth_attended(ANI, notice_number="SKL-2", child_order=2)),
    "a brother two years later": lambda: (
        make_birth_attended(ANI, valid_from=date(2023, 5, 4)),
        make_birth_attended(ANI, notice_number="SKL-2"),
    ),
}


@pytest.mark.parametrize("what", [*IMPOSSIBLE, *TWICE])
def test_what_cannot_be_is_refused_by_the_database(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        (IMPOSSIBLE | TWICE)[what]()


@pytest.mark.parametrize("what", POSSIBLE)
def test_what_can_be_is_kept(what: str) -> None:
    assert POSSIBLE[what]()
