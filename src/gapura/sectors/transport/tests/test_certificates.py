"""The vehicle register extract and the driving record: for who has everything, who has nothing, and who may not."""

from datetime import date, timedelta
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import is_faithful
from gapura.kernel.cases.testing import apply, stated
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.documents.queries import find_document
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry, end_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.transport.models import OwnershipEntry
from gapura.sectors.transport.testing import make_licence, make_lien, make_offence, make_vehicle
from gapura.sectors.transport.tests.conftest import ANI, BUDI, NOW

REGISTER, RECORD = "transport.vehicle-register", "transport.driving-record"
ACTOR = system_actor("test")
SOURCE = Source(SourceKind.CASE, "CORRECTION1")

pytestmark = pytest.mark.usefixtures("town")


def test_the_extract_states_the_chosen_vehicle_alone_and_no_lien_unless_asked() -> None:
    make_lien(make_vehicle(ANI))
    make_vehicle(ANI, "B 2 A")
    facts = stated(apply(REGISTER, ANI, vehicle="B 2 A", part="a"))
    assert [one["plate_number"] for one in facts["transport.vehicle"]] == ["B 2 A"]
    assert "transport.vehicle-lien" not in facts


def test_part_b_states_the_liens_of_that_vehicle_standing_and_released() -> None:
    vehicle = make_vehicle(ANI)
    lien = make_lien(vehicle)
    make_lien(vehicle, lien_number="old", valid_from=date(2019, 1, 1), valid_until=date(2022, 1, 1))
    make_lien(make_vehicle(ANI, "B 2 A"), lien_number="of another vehicle")
    facts = stated(apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a-b"))
    assert [(one["lien_number"], one["released_on"]) for one in facts["transport.vehicle-lien"]] == [
        ("old", "2022-01-01"),
        (lien.lien_number, None),
    ]


def test_who_owns_no_vehicle_is_told_what_to_do() -> None:
    make_vehicle(BUDI)
    case = apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a")
    assert case.status == CaseStatus.REFUSED
    assert "Samsat" in case.decision_remedy["id"]


def test_a_vehicle_of_another_is_not_stated_to_an_owner_of_one() -> None:
    make_vehicle(ANI)
    make_vehicle(BUDI, "B 2 A")
    assert apply(REGISTER, ANI, vehicle="B 2 A", part="a").status == CaseStatus.REFUSED


@pytest.mark.parametrize(("service", "answers"), [(REGISTER, {"vehicle": "B 1234 KLM"}), (RECORD, {})])
def test_a_stranger_cannot_ask(service: str, answers: dict[str, str]) -> None:
    make_vehicle(ANI)
    make_licence(ANI)
    with pytest.raises(CannotSubmitApplication):
        apply(service, BUDI, ANI, **answers)


def test_a_driving_record_needs_a_second_factor() -> None:
    make_licence(ANI)
    with pytest.raises(CannotSubmitApplication):
        apply(RECORD, ANI, assurance=AssuranceLevel.LOW)
    assert apply(RECORD, ANI).document_code


@pytest.mark.parametrize(
    ("period", "years"), [("year", [2025]), ("five-years", [2025, 2022]), ("all", [2025, 2022, 2018])]
)
def test_the_record_states_the_offences_of_the_chosen_period(period: str, years: list[int]) -> None:
    make_licence(ANI)
    for year in (2018, 2022, 2025):
        make_offence(ANI, date(year, 6, 1))
    facts = stated(apply(RECORD, ANI, offence_period=period))
    assert [int(one["offended_on"][:4]) for one in facts["transport.traffic-offence"]] == years
    assert [one["licence_class"] for one in facts["transport.driving-licence"]] == ["A"]


def test_who_holds_no_licence_is_told_what_to_do() -> None:
    make_licence(ANI, valid_from=date(2015, 1, 1), valid_until=date(2020, 1, 1))
    case = apply(RECORD, ANI)
    assert case.status == CaseStatus.REFUSED
    assert "SIM" in case.decision_remedy["id"]


def test_the_papers_are_what_the_register_says_and_stay_so_when_asked_again() -> None:
    make_lien(make_vehicle(ANI))
    make_licence(ANI)
    for case in (apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a-b"), apply(RECORD, ANI)):
        assert is_faithful(actor=ACTOR, code=case.document_code, now=NOW + timedelta(days=3))


def correct(entry: Any, **changes: Any) -> None:
    with clock.frozen(NOW + timedelta(days=1)):
        correct_entry(actor=ACTOR, entry=entry, changes=changes, source=SOURCE, now=clock.now())
        deliver_pending()


def test_a_corrected_vehicle_replaces_the_paper_of_its_owner() -> None:
    vehicle = make_vehicle(ANI)
    case = apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a")
    old = find_document(case.document_code)
    correct(vehicle, vehicle_color="Putih")
    case.refresh_from_db()
    assert old is not None
    old.refresh_from_db()
    assert old.status == DocumentStatus.REPLACED
    assert stated(case)["transport.vehicle"][0]["vehicle_color"] == "Putih"


def test_a_corrected_lien_replaces_the_paper_and_a_wrong_owner_loses_it() -> None:
    vehicle = make_vehicle(ANI)
    case = apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a-b")
    lien = make_lien(vehicle)
    correct(lien, secured_amount=90_000_000)
    case.refresh_from_db()
    assert stated(case)["transport.vehicle-lien"][0]["secured_amount"] == 90_000_000
    correct(OwnershipEntry.objects.get(), owner_number=BUDI)
    case.refresh_from_db()
    document = find_document(case.document_code)
    assert document is not None
    assert document.status == DocumentStatus.REVOKED


def test_a_corrected_offence_replaces_the_driving_record() -> None:
    make_licence(ANI)
    offence = make_offence(ANI, date(2026, 1, 5))
    case = apply(RECORD, ANI)
    correct(offence, penalty_points=1)
    case.refresh_from_db()
    assert stated(case)["transport.traffic-offence"][0]["penalty_points"] == 1


def test_a_later_release_leaves_the_paper_of_an_earlier_day_alone() -> None:
    lien = make_lien(make_vehicle(ANI))
    case = apply(REGISTER, ANI, vehicle="B 1234 KLM", part="a-b")
    with clock.frozen(NOW + timedelta(days=30)):
        end_entry(actor=ACTOR, entry=lien, ended_on=date(2026, 6, 1), source=SOURCE, now=clock.now())
        deliver_pending()
    document = find_document(case.document_code)
    assert document is not None
    assert document.status == DocumentStatus.VALID
