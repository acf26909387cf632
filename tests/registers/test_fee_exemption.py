"""The map of a parcel costs what the law says, and nothing for whom the law frees. The register is asked for it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.payments.queries import find_bill_of_case
from gapura.sectors.civil import testing as civil
from gapura.sectors.property import testing as property_
from gapura.sectors.welfare import testing as welfare

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
OWNER, PARCEL = "3171014205900001", "3171010100001"


@pytest.fixture(autouse=True)
def land() -> Iterator[None]:
    civil.make_person(OWNER)
    civil.make_residence(OWNER)
    property_.make_estate(OWNER, PARCEL, "3171-0001")
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def ask_for_the_map() -> Case:
    return submit_application(
        actor=resident(OWNER),
        service_code="property.cadastral-map",
        subject=OWNER,
        relation="self",
        answers={"parcel": PARCEL},
        language="id",
        idempotency_key="map",
        now=NOW,
    )


def test_who_owns_land_pays_what_the_law_says() -> None:
    case = ask_for_the_map()
    bill = find_bill_of_case(case.number)
    assert bill is not None
    assert (case.status, bill.amount, bill.agency_code) == (CaseStatus.PAYMENT, 50_000, "atr-bpn")
    assert "128" in bill.law["id"]


def test_who_receives_social_assistance_pays_nothing_and_reads_why() -> None:
    welfare.make_recipient(OWNER)
    case = ask_for_the_map()
    bill = find_bill_of_case(case.number)
    assert bill is not None
    assert (case.status, bill.amount, bill.full_amount) == (CaseStatus.FULFILLED, 0, 50_000)
    assert "22" in bill.exemption["law"]["id"]
