"""The school registers refuse what cannot be, and answer what is asked, in both times and nothing more."""

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
from gapura.sectors.education.testing import (
    LOWER,
    PRIMARY,
    make_enrollment,
    make_graduation,
    make_result,
    make_school,
)

NOW = datetime(2025, 9, 5, 9, tzinfo=UTC)
TODAY = date(2025, 9, 5)
ANI, BUDI = "3171014101130001", "3171010101130002"
HOUSE = system_actor("test")
ASKER = Asker("UU 20/2003 Pasal 61", NOW)

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


def test_every_declared_evidence_type_and_question_is_answered_by_the_keeper() -> None:
    declared = [one for one in list_evidence_types() if one.code.startswith("education.")]
    assert len(declared) == 4
    for one in declared:
        provider = find_provider(one.code)
        assert provider is not None
        assert provider.agency_code == "kemendikdasmen"
        assert set(provider.questions) == {question.code for question in one.questions}


def test_every_field_of_the_standard_is_filled_and_only_the_asked_ones_come_back() -> None:
    make_school()
    make_enrollment(ANI)
    make_result(ANI, "mathematics", 88)
    make_graduation(ANI)
    for code in ("enrollment", "enrollment-history", "result", "graduation"):
        (record,) = ask(f"education.{code}", ANI)
        assert {name for name, value in record.items() if value is None} <= {"enrolled_until"}, code
        assert ask(f"education.{code}", BUDI) == []
    assert ask("education.enrollment", ANI, "school_name") == [{"school_name": "Sekolah 1"}]
    assert ask("education.result", ANI, "mark") == [{"mark": 88}]


def test_nobody_is_answered_without_an_agreement() -> None:
    make_graduation(ANI)
    asked = request("education.graduation", ANI, fields=frozenset({"diploma_number"}), consumer="bank-nusantara")
    with pytest.raises(NoAgreement):
        request_evidence(actor=HOUSE, request=asked, now=NOW)
    assert ask("education.graduation", ANI, "school_level") == [{"school_level": "primary"}]


def test_a_school_left_later_is_still_attended_on_an_earlier_day() -> None:
    make_school(PRIMARY)
    make_school(LOWER, "lower_secondary")
    make_enrollment(ANI, PRIMARY, valid_until=date(2025, 6, 15), school_exit="graduated")
    make_enrollment(ANI, LOWER, valid_from=date(2025, 7, 14), expected_on=date(2028, 6, 15))

    def history(on: date) -> list[tuple[str, Any, str]]:
        asked = ask("education.enrollment-history", ANI, "npsn", "enrolled_until", "school_exit", as_of=on)
        return [(one["npsn"], one["enrolled_until"], one["school_exit"]) for one in asked]

    assert history(date(2025, 6, 1)) == [(PRIMARY, None, "")]
    assert history(TODAY) == [(PRIMARY, "2025-06-15", "graduated"), (LOWER, None, "")]
    assert ask("education.enrollment", ANI, "npsn", as_of=date(2025, 6, 1)) == [{"npsn": PRIMARY}]
    assert not does("education.enrollment", "is-enrolled", ANI, date(2025, 7, 1))


def test_a_corrected_mark_is_known_from_its_correction_on() -> None:
    entry = make_result(ANI, "english", 70)
    corrected_at = datetime(2025, 8, 1, tzinfo=UTC)
    source = Source(SourceKind.CASE, "C-1")
    correct_entry(actor=HOUSE, entry=entry, changes={"mark": 90}, source=source, now=corrected_at)
    assert ask("education.result", ANI, "mark") == [{"mark": 90}]
    assert ask("education.result", ANI, "mark", known_at=datetime(2025, 7, 15, tzinfo=UTC)) == [{"mark": 70}]


def test_yes_or_no_where_that_is_enough() -> None:
    make_enrollment(ANI, expected_on=date(2026, 6, 15))
    make_graduation(ANI)
    assert does("education.enrollment", "is-enrolled", ANI)
    assert not does("education.enrollment", "is-enrolled", BUDI)
    assert does("education.enrollment", "graduates-within", ANI, days=366)
    assert not does("education.enrollment", "graduates-within", ANI, days=30)
    assert does("education.graduation", "has-graduated-from", ANI, school_level="primary")
    assert not does("education.graduation", "has-graduated-from", ANI, school_level="vocational")


def test_a_school_that_closed_is_still_named_on_its_diplomas() -> None:
    make_school(closed_on=date(2021, 7, 1))
    make_graduation(ANI)
    assert ask("education.graduation", ANI, "school_name", "school_place") == [
        {"school_name": "Sekolah 1", "school_place": "Bandung"}
    ]


IMPOSSIBLE = {
    "a mark above a hundred": lambda: make_result(ANI, "english", 101),
    "a class that no school has": lambda: make_result(ANI, "english", 50, school_class=14),
    "a mark in nothing": lambda: make_result(ANI, "", 50),
    "an unknown level": lambda: make_school(school_level="kindergarten"),
    "a school without a number": lambda: make_school(""),
    "an unknown reason of leaving": lambda: make_enrollment(ANI, valid_until=TODAY, school_exit="expelled"),
    "a reason of leaving while at school": lambda: make_enrollment(ANI, school_exit="left"),
    "to graduate before the first day": lambda: make_enrollment(ANI, expected_on=date(2020, 7, 13)),
    "a diploma of an unknown level": lambda: make_graduation(ANI, "kindergarten"),
}
POSSIBLE = {
    "a mark of a hundred": lambda: make_result(ANI, "english", 100),
    "leaving with a reason": lambda: make_enrollment(ANI, valid_until=TODAY, school_exit="left"),
    "one diploma of each level": lambda: (make_graduation(ANI), make_graduation(ANI, "lower_secondary")),
    "the same subject in another year": lambda: (
        make_result(ANI, "english", 60),
        make_result(ANI, "english", 70, school_year="2023/2024"),
    ),
}
TWICE = {
    "two schools at once": lambda: (make_enrollment(ANI), make_enrollment(ANI, LOWER, valid_from=date(2021, 1, 1))),
    "two marks for one subject and year": lambda: (make_result(ANI, "arts", 60), make_result(ANI, "arts", 70)),
    "two diplomas of one level": lambda: (make_graduation(ANI), make_graduation(ANI, diploma_number="D-2")),
    "one diploma of two people": lambda: (
        make_graduation(ANI, diploma_number="D-1"),
        make_graduation(BUDI, diploma_number="D-1"),
    ),
}


@pytest.mark.parametrize("what", [*IMPOSSIBLE, *TWICE])
def test_what_cannot_be_is_refused_by_the_database(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        (IMPOSSIBLE | TWICE)[what]()


@pytest.mark.parametrize("what", POSSIBLE)
def test_what_can_be_is_kept(what: str) -> None:
    assert POSSIBLE[what]()
