"""Land passes for one thousandth of its value and Rp 50.000: exact, explained before anybody pays, waived by law."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.cases.actions import answer_consent, submit_application
from gapura.kernel.cases.testing import Case, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_refusal, get_service
from gapura.kernel.catalogue.testing import changing, stand_all_agreements
from gapura.kernel.catalogue.types import FeeInput
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider, memory_providers
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.payments.queries import find_bill_of_case
from gapura.kernel.payments.testing import Bill
from gapura.sectors.civil import testing as civil
from gapura.sectors.property import testing as land
from gapura.sectors.welfare import testing as welfare

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SELLER, BUYER = "3171014205900001", "3171010105880002"
PARCEL, OTHER = "31710000000010", "31710000000011"
SERVICE = "property.transfer"


@pytest.fixture(autouse=True)
def town() -> Iterator[MemoryProvider]:
    """A seller with one parcel of 200 m² and another of 900 m²; prices are what each test makes them."""
    stand_all_agreements()
    for number in (SELLER, BUYER):
        civil.make_person(number)
        civil.make_residence(number)
    for parcel, area in ((PARCEL, 200), (OTHER, 900)):
        land.make_parcel(parcel, land_area=area)
        land.make_right(SELLER, parcel)
    land.make_land_price(OTHER, 9_000_000)
    with ExitStack() as stack:
        tax = stack.enter_context(memory_providers("tax.local-assessment"))["tax.local-assessment"]
        tax.answers["has-no-arrears-on", SELLER] = True
        stack.enter_context(clock.frozen(NOW))
        yield tax


def sell(price: str = "1") -> Case:
    return submit_application(
        actor=resident(SELLER),
        service_code=SERVICE,
        subject=SELLER,
        relation="self",
        answers={"parcel": PARCEL, "buyer": BUYER, "price": price, "deed": "AJB 12/2026"},
        language="id",
        idempotency_key=new_code(23),
        now=NOW,
    )


def sell_and_agree(price: str = "1") -> Case:
    return answer_consent(actor=resident(BUYER), number=sell(price).number, agreed=True, now=NOW)


def bill_of(case: Case) -> Bill:
    bill = find_bill_of_case(case.number)
    assert bill is not None, case.decision_reason
    return bill


@pytest.mark.parametrize(
    ("per_meter", "fee"),
    [(2_500_000, 550_000), (12_345, 52_469), (1, 50_000), (4, 50_000), (5, 50_001), (999_999_999, 200_049_999)],
)
def test_the_fee_is_one_thousandth_of_the_value_and_the_fixed_part_to_the_rupiah(per_meter: int, fee: int) -> None:
    land.make_land_price(PARCEL, per_meter)
    case = sell_and_agree("999999999999")
    bill = bill_of(case)
    assert (case.status, bill.amount, bill.full_amount) == (CaseStatus.PAYMENT, fee, fee)
    assert fee == 200 * per_meter // 1000 + 50_000


def test_who_pays_reads_before_how_it_was_reckoned_in_every_language() -> None:
    land.make_land_price(PARCEL, 2_500_000)
    bill = bill_of(sell_and_agree())
    assert set(bill.law) == {"id", "en", "ko"}
    for language, thousand in (("id", "2.500.000"), ("en", "2,500,000"), ("ko", "2,500,000")):
        told = bill.law[language].replace("\xa0", " ")
        for part in ("128", "16", thousand, "200", "500", "0", "550", "50"):
            assert part in told, (language, told)
    assert bill.law["id"].index("Nilai tanah") < bill.law["id"].index("Biaya pendaftaran")

    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_resident("seller", person_number=SELLER), second_factor=True)
    page = client.get(f"/bills/{bill.number}/").content.decode().replace("\xa0", " ")
    assert "IDR 550,000" in page
    assert "IDR 500,000,000" in page
    assert "depends on the value" in client.get(f"/services/{SERVICE}/").content.decode().casefold()


@pytest.mark.parametrize(
    ("who", "left", "article"), [("assisted", 0, "22"), ("older", 275_000, "17"), ("anybody", 550_000, "")]
)
def test_an_exemption_reduces_what_was_reckoned(who: str, left: int, article: str) -> None:
    land.make_land_price(PARCEL, 2_500_000)
    if who == "assisted":
        welfare.make_recipient(SELLER)
    if who == "older":
        entry = civil.PersonEntry.objects.get(number=SELLER)
        civil.PersonEntry.objects.filter(pk=entry.pk).update(birth_on=date(1950, 1, 1))
    case = sell_and_agree()
    bill = bill_of(case)
    assert (bill.amount, bill.full_amount) == (left, 550_000)
    assert article in str(bill.exemption)
    assert case.status == (CaseStatus.REVIEW if left == 0 else CaseStatus.PAYMENT)
    assert "550" in bill.law["id"]


def test_land_without_an_official_value_is_refused_at_once_and_nothing_is_half_done() -> None:
    case = sell()
    assert (case.status, dict(case.decision_reason)) == (
        CaseStatus.REFUSED,
        dict(get_refusal("land-price-not-known").reason),
    )
    assert not Bill.objects.exists()
    assert AccessRecord.objects.filter(evidence_type="property.land-price", subject=SELLER).exists()
    land.make_land_price(PARCEL, 2_500_000)
    assert sell().status == CaseStatus.CONSENT, "the control: with a value the sale goes on"


def test_a_value_that_the_law_cannot_reckon_with_ends_the_case_before_anybody_pays() -> None:
    land.make_land_price(PARCEL, 10_000_000_001)
    case = sell_and_agree()
    assert (case.status, dict(case.decision_reason)) == (
        CaseStatus.REFUSED,
        dict(get_refusal("fee-not-known").reason),
    )
    assert not Bill.objects.exists()


def test_a_fee_may_be_reckoned_from_what_the_form_says() -> None:
    land.make_land_price(PARCEL, 2_500_000)
    fee = get_service(SERVICE, on=NOW.date()).fee
    inputs = dict(fee.inputs) | {"harga_tanah_per_meter": FeeInput(answer="price")}
    with changing(SERVICE, fee=replace(fee, inputs=inputs)):
        assert bill_of(sell_and_agree("3000000")).amount == 650_000
        assert sell_and_agree("99999999999").status == CaseStatus.REFUSED
