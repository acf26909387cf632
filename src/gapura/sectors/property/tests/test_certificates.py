"""Each certificate for who has everything, who has nothing, and who may not; what it states; how it is replaced."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import is_faithful, submit_application
from gapura.kernel.cases.testing import Case, MemoryPopulation, resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import charging
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.documents.queries import find_document, get_facts, verify_code
from gapura.kernel.documents.testing import Document
from gapura.kernel.documents.types import DocumentStatus, VerificationOutcome
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.property import testing
from gapura.sectors.property.models import MortgageEntry, ParcelEntry, RightEntry
from gapura.sectors.property.tests.conftest import ANI, BUDI, BUILDING, CHILD, CITRA, NOW, PARCEL

pytestmark = pytest.mark.usefixtures("people")

ACTOR = system_actor("test")
CORRECTION = Source(SourceKind.CASE, "CORRECTION1")
ASKED: dict[str, dict[str, str]] = {
    "property.land-register": {"parcel": PARCEL, "history": "all"},
    "property.cadastral-map": {"parcel": PARCEL},
    "property.land-use": {"parcel": PARCEL},
    "property.land-price": {"parcel": PARCEL, "history": "all"},
    "property.building-price": {"building": BUILDING, "history": "six-years"},
    "property.building-register": {"building": BUILDING},
    "property.forest-register": {"forest": f"HKM-{PARCEL}"},
    "property.farmland-ledger": {"history": "all"},
}


@pytest.fixture(autouse=True)
def free_map() -> Iterator[None]:
    """How a map is paid for is tested with the payments; here it costs nothing."""
    with charging("property.cadastral-map", 0):
        yield


def apply(
    person: str, service: str, answers: Mapping[str, str] | None = None, *, subject: str = "", relation: str = "self"
) -> Case:
    return submit_application(
        actor=resident(person),
        service_code=service,
        subject=subject or person,
        relation=relation,
        answers=ASKED[service] if answers is None else answers,
        language="ko",
        idempotency_key=f"{person}-{service}-{Case.objects.count()}",
        now=clock.now(),
    )


def issued(case: Case) -> Document:
    document = find_document(case.document_code)
    assert document is not None, case.status
    return document


def stated(document: Document) -> dict[str, list[dict[str, Any]]]:
    return {one.evidence_type: [dict(record) for record in one.records] for one in get_facts(document)}


@pytest.mark.parametrize("service", ASKED)
def test_who_has_everything_gets_a_sealed_document_that_verifies(service: str) -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    case = apply(ANI, service)
    assert case.status == CaseStatus.FULFILLED
    document = issued(case)
    assert verify_code(document.code, today=date(2026, 5, 4)).outcome is VerificationOutcome.GENUINE
    assert is_faithful(actor=ACTOR, code=document.code, now=NOW)
    assert stated(document)["civil.person"] == [{"number": ANI, "full_name": "Ani Wijaya"}]


@pytest.mark.parametrize("service", ASKED)
def test_who_has_nothing_is_told_why_and_what_to_do(service: str) -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    case = apply(BUDI, service)
    assert case.status == CaseStatus.REFUSED
    absent = [need.absent for need in get_service(service, on=NOW.date()).evidence if need.type.startswith("property.")]
    assert (case.decision_reason, case.decision_remedy) in [(one.reason, one.remedy) for one in absent if one]
    assert not Document.objects.exists()


@pytest.mark.parametrize("service", ASKED)
def test_a_stranger_may_not_ask_for_somebody_else(service: str) -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    with pytest.raises(CannotSubmitApplication):
        apply(BUDI, service, subject=ANI)
    with pytest.raises(CannotSubmitApplication):
        apply(BUDI, service, subject=ANI, relation="family")
    assert not Document.objects.exists()


def test_the_title_with_its_mortgage_needs_a_stronger_sign_in_than_the_map() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    weak = resident(ANI, AssuranceLevel.LOW)
    shared = {"actor": weak, "subject": ANI, "relation": "self", "language": "id", "now": NOW}
    with pytest.raises(CannotSubmitApplication):
        submit_application(
            service_code="property.land-register", answers={"parcel": PARCEL}, idempotency_key="title", **shared
        )
    case = submit_application(
        service_code="property.cadastral-map", answers={"parcel": PARCEL}, idempotency_key="map", **shared
    )
    assert case.status == CaseStatus.FULFILLED


def test_a_parent_gets_the_title_of_a_child_who_inherited(people: MemoryPopulation) -> None:
    testing.make_estate(CHILD, PARCEL, BUILDING, name="Dodi Wijaya")
    case = apply(ANI, "property.land-register", subject=CHILD, relation="child")
    assert stated(issued(case))["property.right"][0]["holder_name"] == "Dodi Wijaya"


def test_a_parcel_must_be_chosen_and_be_ones_own() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    testing.make_estate(BUDI, "31710000000020", "BG-2", name="Budi Santoso")
    with pytest.raises(InvalidAnswers):
        apply(ANI, "property.land-use", {})
    assert apply(ANI, "property.land-use", {"parcel": "31710000000020"}).status == CaseStatus.REFUSED
    assert apply(BUDI, "property.land-use", {"parcel": "31710000000020"}).status == CaseStatus.FULFILLED


def test_a_document_states_the_chosen_parcel_alone_with_all_its_holders_and_mortgages() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    testing.make_estate(ANI, "31710000000020", "BG-2")
    testing.make_right(BUDI, PARCEL, holder_name="Budi Santoso", share=(1, 2))
    title = stated(issued(apply(ANI, "property.land-register", {"parcel": PARCEL})))
    assert [record["parcel_number"] for record in title["property.parcel"]] == [PARCEL]
    assert [record["holder_name"] for record in title["property.right"]] == ["Ani Wijaya", "Budi Santoso"]
    assert [record["parcel_number"] for record in title["property.mortgage"]] == [PARCEL]
    assert "property.right-history" not in title


def test_earlier_holders_are_stated_as_far_back_as_was_chosen() -> None:
    testing.make_parcel(PARCEL)
    sold_on, bought_on = date(2012, 1, 1), date(2020, 1, 1)
    testing.make_right(CITRA, PARCEL, holder_name="Citra", valid_from=date(2000, 1, 1), valid_until=sold_on)
    testing.make_right(BUDI, PARCEL, holder_name="Budi", valid_from=sold_on, valid_until=bought_on)
    testing.make_right(ANI, PARCEL, valid_from=bought_on)

    def holders(history: str) -> list[str]:
        answers = {"parcel": PARCEL, "history": history}
        told = stated(issued(apply(ANI, "property.land-register", answers))).get("property.right-history", [])
        return [record["holder_name"] for record in told]

    assert holders("current") == []
    assert holders("ten-years") == ["Ani Wijaya", "Budi"]
    assert holders("all") == ["Ani Wijaya", "Budi", "Citra"]


def test_a_unit_is_stated_with_its_building() -> None:
    testing.make_building("BG-9", "31710000000099", building_use="flats", floors=20)
    testing.make_building_price("BG-9")
    testing.make_unit("31710000000038", "BG-9")
    testing.make_right(ANI, "31710000000038", right_kind="unit_ownership")
    found = stated(issued(apply(ANI, "property.building-register", {"building": "BG-9"})))
    assert [record["unit_name"] for record in found["property.unit"]] == ["A/12/3"]
    priced = stated(issued(apply(ANI, "property.building-price", {"building": "BG-9"})))
    assert [record["unit_area"] for record in priced["property.unit"]] == [45]


def correct(entry: Any, **changes: Any) -> None:
    with clock.frozen(NOW + timedelta(days=1)):
        correct_entry(actor=ACTOR, entry=entry, changes=changes, source=CORRECTION, now=clock.now())
        deliver_pending()


def test_a_corrected_area_replaces_the_title_of_every_holder() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    testing.make_right(BUDI, PARCEL, holder_name="Budi Santoso", share=(1, 2))
    old = [issued(apply(person, "property.land-register", {"parcel": PARCEL})) for person in (ANI, BUDI)]
    correct(ParcelEntry.objects.get(), land_area=178)
    for document in old:
        document.refresh_from_db()
        assert document.status == DocumentStatus.REPLACED
    new = Document.objects.filter(status=DocumentStatus.VALID)
    assert [stated(document)["property.parcel"][0]["land_area"] for document in new] == [178, 178]


def test_a_mortgage_entered_by_mistake_leaves_the_title_and_a_map_that_does_not_state_it_stays() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    title = issued(apply(ANI, "property.land-register", {"parcel": PARCEL}))
    drawn = issued(apply(ANI, "property.cadastral-map"))
    correct(MortgageEntry.objects.get(), valid_until=date(2016, 1, 1))
    title.refresh_from_db()
    drawn.refresh_from_db()
    assert (title.status, drawn.status) == (DocumentStatus.REPLACED, DocumentStatus.VALID)
    new = Document.objects.get(service_code="property.land-register", status=DocumentStatus.VALID)
    assert stated(new)["property.mortgage"] == []


def test_a_corrected_boundary_replaces_the_neighbors_map_too() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    testing.make_parcel("31710000000020", boundary=testing.plot(east=12))
    testing.make_right(BUDI, "31710000000020")
    drawn = issued(apply(BUDI, "property.cadastral-map", {"parcel": "31710000000020"}))
    correct(ParcelEntry.objects.get(parcel_number=PARCEL), boundary=testing.plot(width=11))
    drawn.refresh_from_db()
    assert drawn.status == DocumentStatus.REPLACED


def test_a_right_entered_by_mistake_revokes_the_title() -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    title = issued(apply(ANI, "property.land-register"))
    correct(RightEntry.objects.get(), valid_until=date(2016, 1, 1))
    title.refresh_from_db()
    assert title.status == DocumentStatus.REVOKED


def test_the_form_offers_ones_own_parcels_and_tells_who_has_none_what_to_do(client: Client) -> None:
    testing.make_estate(ANI, PARCEL, BUILDING)
    address = "/services/property.cadastral-map/apply/"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    sign_in(client, make_resident("ani", person_number=ANI))
    assert PARCEL in client.get(address).content.decode()
    client.logout()
    sign_in(client, make_resident("budi", person_number=BUDI))
    page = client.get(address).content.decode()
    assert PARCEL not in page
    assert "No parcel of land is registered in this person&#39;s name." in page
