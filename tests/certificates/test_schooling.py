"""Papers of schooling: for a person who has everything, one who has nothing, and one who may not."""

from datetime import date, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.actions import is_faithful, offer_records
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry
from gapura.sectors.education.models import ResultEntry
from gapura.sectors.education.testing import (
    LOWER,
    PRIMARY,
    make_enrollment,
    make_graduation,
    make_result,
    make_school,
)
from tests.certificates.people import ACTOR, ANI, BUDI, CORRECTION, NOW, STRANGER, ask, paper, stated

pytestmark = pytest.mark.usefixtures("people", "schools")

SERVICES = {
    "education.graduation": {"diploma": "D-1"},
    "education.expected-graduation": {},
    "education.transcript": {"school": PRIMARY},
    "education.school-record": {"marks": "all"},
}


@pytest.fixture
def schools(people: None) -> None:
    """Budi has everything: a diploma of primary school, marks, and the last year of the next school."""
    make_school(PRIMARY, "primary")
    make_school(LOWER, "lower_secondary")
    ended = {"valid_until": date(2023, 6, 15), "school_exit": "graduated", "expected_on": date(2023, 6, 15)}
    make_enrollment(BUDI, PRIMARY, valid_from=date(2020, 7, 13), **ended)
    make_enrollment(BUDI, LOWER, valid_from=date(2023, 7, 17))
    make_graduation(BUDI, diploma_number="D-1", valid_from=date(2023, 6, 15))
    for year, subject, mark in ((2022, "mathematics", 77), (2022, "english", 84), (2021, "mathematics", 70)):
        when = {"school_year": f"{year}/{year + 1}", "school_class": year - 2017, "valid_from": date(year + 1, 6, 20)}
        make_result(BUDI, subject, mark, **when)
    latest = {"npsn": LOWER, "school_year": "2024/2025", "school_class": 8, "valid_from": date(2025, 6, 20)}
    make_result(BUDI, "mathematics", 91, **latest)


@pytest.mark.parametrize("service", SERVICES)
def test_a_parent_gets_the_paper_of_a_child_who_has_everything(service: str) -> None:
    document = paper(ask(service, BUDI, applicant=ANI, **SERVICES[service]))
    assert (document.subject, document.holder) == (BUDI, ANI)
    assert is_faithful(actor=ACTOR, code=document.code, now=NOW)


@pytest.mark.parametrize("service", SERVICES)
def test_who_has_nothing_is_told_why_and_what_to_do(service: str) -> None:
    case = ask(service, ANI, **SERVICES[service])
    assert case.status == CaseStatus.REFUSED
    assert all(case.decision_reason[language] and case.decision_remedy[language] for language in ("id", "en", "ko"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_stranger_opens_no_case(service: str) -> None:
    with pytest.raises(CannotSubmitApplication):
        ask(service, BUDI, applicant=STRANGER, **SERVICES[service])


def test_the_form_offers_the_schools_of_the_child_to_the_parent_and_to_nobody_else() -> None:
    service = get_service("education.transcript", on=NOW.date())
    asked = {"service": service, "subject": BUDI, "idempotency_key": "form-1", "now": NOW}
    offers = offer_records(actor=resident(ANI), **asked)
    assert {offer.value for offer in offers["school"]} == {PRIMARY, LOWER}
    assert any("Sekolah 2" in offer.note for offer in offers["school"])
    with pytest.raises(CannotSubmitApplication):
        offer_records(actor=resident(STRANGER), **asked)


def test_a_transcript_states_the_marks_of_the_chosen_school_only() -> None:
    marks = stated(ask("education.transcript", BUDI, school=PRIMARY), "education.result")
    assert sorted(one["mark"] for one in marks) == [70, 77, 84]
    assert [one["mark"] for one in stated(ask("education.transcript", BUDI, school=LOWER), "education.result")] == [91]


def test_a_school_one_never_attended_cannot_be_chosen() -> None:
    case = ask("education.transcript", BUDI, school="20109999")
    assert case.status == CaseStatus.REFUSED


@pytest.mark.parametrize(("asked", "marks"), [("none", []), ("last-year", [91]), ("all", [70, 77, 84, 91])])
def test_a_school_record_states_as_many_marks_as_were_asked_for(asked: str, marks: list[int]) -> None:
    case = ask("education.school-record", BUDI, marks=asked)
    assert sorted(one["mark"] for one in stated(case, "education.result")) == marks
    assert [one["school_exit"] for one in stated(case, "education.enrollment-history")] == ["graduated", ""]


def test_only_the_final_year_expects_to_graduate() -> None:
    with clock.frozen(NOW - timedelta(days=365)):
        assert ask("education.expected-graduation", BUDI).status == CaseStatus.REFUSED


def test_a_corrected_mark_replaces_the_transcript_and_a_later_one_does_not() -> None:
    old = paper(ask("education.transcript", BUDI, school=PRIMARY))
    with clock.frozen(NOW + timedelta(days=1)):
        make_result(BUDI, "english", 60, school_year="2025/2026", school_class=6, valid_from=date(2026, 5, 5))
        deliver_pending()
        old.refresh_from_db()
        assert old.status == DocumentStatus.VALID
        entry = ResultEntry.objects.get(number=BUDI, mark=84)
        correct_entry(actor=ACTOR, entry=entry, changes={"mark": 48}, source=CORRECTION, now=clock.now())
        deliver_pending()
    old.refresh_from_db()
    assert old.status == DocumentStatus.REPLACED
