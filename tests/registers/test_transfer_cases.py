"""A sale from the form to the buyer's paper: who must agree does, the register moves with the case, old papers end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.foundation.testing import answers_at_once
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions import answer_consent, approve_case, close_finished_cases, submit_application
from gapura.kernel.cases.queries import get_results
from gapura.kernel.cases.testing import Case, MemoryPopulation, memory_population, official, resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_refusal, get_service
from gapura.kernel.catalogue.testing import charging, stand_all_agreements
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.documents.testing import Document
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.identity import plugin as names
from gapura.kernel.mandates.actions import begin_acting
from gapura.kernel.mandates.testing import acting, make_mandate
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.business.models import ShareEntry
from gapura.sectors.business.testing import BUSINESS, make_business, make_share
from gapura.sectors.property import testing as land
from gapura.sectors.property.models import RightEntry
from gapura.sectors.transport import testing as traffic
from gapura.sectors.transport.models import OwnershipEntry

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI, CITRA, CHILD = "3171014205900001", "3171010105880002", "3171014101800003", "3171010203180001"
NAMES = {ANI: "Ani Wijaya", BUDI: "Budi Santoso", CITRA: "Citra Dewi", CHILD: "Dodi Wijaya"}
PARCEL, PLATE = "31710000000010", "B 1234 KLM"
VEHICLE, LAND, SHARES = "transport.transfer", "property.transfer", "business.share-transfer"
ANSWERS = {
    VEHICLE: {"vehicle": PLATE, "price": "150000000"},
    LAND: {"parcel": PARCEL, "price": "900000000", "deed": "AJB 12/2026, 2 Mei 2026"},
    SHARES: {"business": BUSINESS, "quantity": "60", "price": "60000000"},
}


@dataclass
class Town:
    """What the registers outside say: persons, marriages, local tax."""

    population: MemoryPopulation
    person: MemoryProvider
    spouse: MemoryProvider
    tax: MemoryProvider


class Names(names.PersonNames):
    def find_name(self, person_number: str, on: date) -> str:
        return NAMES.get(person_number, "")


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Four who live in Jakarta; Ani has a vehicle, a parcel and shares. Nothing costs a fee."""
    stand_all_agreements()
    monkeypatch.setattr(names, "_names", [Names()])
    with ExitStack() as stack:
        providers = ("civil.person", "civil.family", "civil.spouse", "tax.local-assessment")
        found = stack.enter_context(memory_providers(*providers))
        population = stack.enter_context(memory_population())
        for service in (VEHICLE, LAND):
            stack.enter_context(charging(service, 0))
        stack.enter_context(clock.frozen(NOW))
        town = Town(population, found["civil.person"], found["civil.spouse"], found["tax.local-assessment"])
        for number, name in NAMES.items():
            population.offices[number] = "31.71"
            town.person.records[number] = [{"number": number, "full_name": name}]
            for question in ("is-alive", "is-over-age", "is-citizen"):
                town.person.answers[question, number] = True
            found["civil.family"].answers["has-guardian", number] = False
        town.person.answers["is-over-age", CHILD] = False
        town.tax.answers["has-no-arrears-on", ANI] = True
        traffic.make_vehicle(ANI, PLATE)
        land.make_parcel(PARCEL)
        land.make_land_price(PARCEL)
        land.make_right(ANI, PARCEL)
        make_business()
        make_share(ANI)
        yield town


def sell(
    service: str, buyer: str = BUDI, *, key: str = "", seller: str = ANI, proxy: Actor | None = None, **answers: str
) -> Case:
    return submit_application(
        actor=proxy or resident(seller),
        service_code=service,
        subject=seller,
        relation="proxy" if proxy else "self",
        answers=ANSWERS[service] | {"buyer": buyer} | answers,
        language="id",
        idempotency_key=key or new_code(23),
        now=clock.now(),
    )


def agree(case: Case, person: str = BUDI, agreed: bool = True) -> Case:
    return answer_consent(actor=resident(person), number=case.number, agreed=agreed, now=clock.now())


def register(case: Case) -> Case:
    """The land office says yes."""
    registrar = official("land.registrar", agency="atr-bpn", office="31.71")
    return approve_case(actor=registrar, number=case.number, note="", now=clock.now())


def sell_whole(service: str, buyer: str = BUDI) -> Case:
    case = agree(sell(service, buyer), buyer)
    return register(case) if service == LAND else case


def owner(service: str) -> list[str]:
    today = clock.today("Asia/Jakarta")
    model, column = {
        VEHICLE: (OwnershipEntry, "owner_number"),
        LAND: (RightEntry, "holder_number"),
        SHARES: (ShareEntry, "holder_number"),
    }[service]
    return list(model.objects.as_of(today).known_at(None).values_list(column, flat=True))


def refused_for(case: Case) -> dict[str, str]:
    assert case.status == CaseStatus.REFUSED, case.status
    return dict(case.decision_reason)


EVERY = pytest.mark.parametrize("service", [VEHICLE, LAND, SHARES])


@EVERY
def test_nothing_moves_before_the_buyer_agrees_and_all_moves_then(town: Town, service: str) -> None:
    case = sell(service)
    assert (case.status, owner(service)) == (CaseStatus.CONSENT, [ANI])
    case = agree(case)
    if service == LAND:
        assert (case.status, owner(service)) == (CaseStatus.REVIEW, [ANI])
        case = register(case)
    assert (case.status, owner(service)) == (CaseStatus.FULFILLED, [BUDI])
    results = get_results(case.number)
    assert {one.code for one in get_service(service, on=NOW.date()).results} == set(results)
    assert BUDI in results.values()


@EVERY
def test_the_buyer_gets_the_paper_and_the_sellers_ends(town: Town, service: str) -> None:
    paper, answers = {
        VEHICLE: ("transport.vehicle-register", {"vehicle": PLATE, "part": "a"}),
        LAND: ("property.land-register", {"parcel": PARCEL}),
        SHARES: ("business.shareholding", {"business": BUSINESS}),
    }[service]
    with clock.frozen(NOW - timedelta(days=40)):  # true on its day, and no longer
        old = submit_application(
            actor=resident(ANI),
            service_code=paper,
            subject=ANI,
            relation="self",
            answers=answers,
            language="id",
            idempotency_key="old",
            now=clock.now(),
        )
    sell_whole(service)
    deliver_pending()
    document = find_document(old.document_code)
    assert document is not None
    assert document.status == DocumentStatus.REVOKED
    (new,) = Document.objects.filter(status=DocumentStatus.VALID)
    assert (new.subject, new.service_code) == (BUDI, paper)


def test_papers_on_other_things_stay_and_those_of_other_holders_are_replaced(town: Town) -> None:
    other = "31710000000020"
    land.make_parcel(other)
    land.make_right(ANI, other)
    land.make_right(CITRA, PARCEL, holder_name="Citra Dewi", share=(1, 2))
    RightEntry.objects.filter(holder_number=ANI, parcel_number=PARCEL).update(share_denominator=2)

    def title(person: str, parcel: str) -> Document:
        case = submit_application(
            actor=resident(person),
            service_code="property.land-register",
            subject=person,
            relation="self",
            answers={"parcel": parcel},
            language="id",
            idempotency_key=new_code(23),
            now=clock.now(),
        )
        return Document.objects.get(code=case.document_code)

    with clock.frozen(NOW - timedelta(days=40)):
        kept, citras, sold = title(ANI, other), title(CITRA, PARCEL), title(ANI, PARCEL)
    register(agree(agree(sell(LAND)), CITRA))
    deliver_pending()
    for document in (kept, citras, sold):
        document.refresh_from_db()
    assert [one.status for one in (kept, citras, sold)] == ["valid", "replaced", "revoked"]
    told = [
        [record["holder_name"] for record in one.records]
        for one in get_facts(Document.objects.get(subject=CITRA, status=DocumentStatus.VALID))
        if one.evidence_type == "property.right"
    ]
    assert told == [["Citra Dewi", "Budi Santoso"]]


@EVERY
def test_a_buyer_who_refuses_ends_it(town: Town, service: str) -> None:
    case = agree(sell(service), agreed=False)
    assert refused_for(case) == get_refusal("buyer-refused").reason
    assert owner(service) == [ANI]
    assert sell_whole(service).status == CaseStatus.FULFILLED


@EVERY
def test_the_buyer_is_somebody_else_who_is_known_alive_and_of_age(town: Town, service: str) -> None:
    assert refused_for(sell(service, ANI)) == get_refusal("buyer-is-owner").reason
    with pytest.raises(InvalidAnswers):
        sell(service, "3171010105880099")
    with pytest.raises(InvalidAnswers):
        sell(service, "317101")
    assert "belum dewasa" in refused_for(sell(service, CHILD))["id"]
    town.person.answers["is-alive", BUDI] = False
    assert "meninggal" in refused_for(sell(service))["id"]
    town.person.answers["is-alive", BUDI] = True
    assert sell_whole(service).status == CaseStatus.FULFILLED


@EVERY
def test_a_stranger_neither_sells_nor_agrees(town: Town, service: str) -> None:
    assert refused_for(sell(service, seller=CITRA))
    case = sell(service)
    with pytest.raises(CaseNotFound):
        agree(case, CITRA)
    assert owner(service) == [ANI]
    agree(case)


@EVERY
def test_two_sales_of_one_thing_are_one_sale_and_a_refusal_in_words(town: Town, service: str) -> None:
    first, second = sell(service, BUDI), sell(service, CITRA)
    first, second = agree(first, BUDI), agree(second, CITRA)
    if service == LAND:
        first, second = register(first), register(second)
    assert (first.status, owner(service)) == (CaseStatus.FULFILLED, [BUDI])
    gone = {VEHICLE: "vehicle-not-yours", LAND: "parcel-not-yours", SHARES: "shares-not-yours"}[service]
    assert refused_for(second) == get_refusal(gone).reason


@EVERY
def test_a_double_click_is_one_sale(town: Town, service: str) -> None:
    first, again = sell(service, key="form"), sell(service, key="form")
    assert first.number == again.number
    agree(first)
    with pytest.raises(Exception, match="answered"):
        agree(first)


@EVERY
def test_who_is_married_sells_with_the_agreement_of_the_spouse(town: Town, service: str) -> None:
    town.spouse.records[ANI] = [{"spouse_number": CITRA, "married_on": "2015-03-01"}]
    case = agree(sell(service))
    if service == VEHICLE:
        assert case.status == CaseStatus.FULFILLED
        return
    assert (case.status, owner(service)) == (CaseStatus.CONSENT, [ANI])
    assert refused_for(agree(case, CITRA, agreed=False)) == get_refusal("spouse-refused").reason
    case = agree(agree(sell(service)), CITRA)
    assert (register(case) if service == LAND else case).status == CaseStatus.FULFILLED


@pytest.mark.parametrize("service", [VEHICLE, LAND])
def test_unpaid_tax_is_in_the_way(town: Town, service: str) -> None:
    town.tax.answers["has-no-arrears-on", ANI] = False
    assert "belum dibayar" in refused_for(sell(service))["id"]
    town.tax.answers["has-no-arrears-on", ANI] = True
    assert sell_whole(service).status == CaseStatus.FULFILLED


@pytest.mark.parametrize(
    ("service", "plant", "refusal"),
    [
        (VEHICLE, lambda: traffic.make_lien(traffic.VehicleEntry.objects.get()), "vehicle-has-lien"),
        (VEHICLE, lambda: traffic.make_theft(traffic.VehicleEntry.objects.get()), "vehicle-reported-stolen"),
        (LAND, lambda: land.make_mortgage(PARCEL), "parcel-mortgaged"),
        (LAND, lambda: land.make_block(PARCEL), "parcel-blocked"),
    ],
)
def test_what_is_recorded_while_the_buyer_thinks_stops_the_sale(
    town: Town, service: str, plant: Callable[[], object], refusal: str
) -> None:
    case = sell(service)
    plant()
    assert refused_for(agree(case)) == get_refusal(refusal).reason
    assert owner(service) == [ANI]


def test_a_mortgage_recorded_while_the_official_reads_stops_the_sale(town: Town) -> None:
    case = agree(sell(LAND))
    mortgage = land.make_mortgage(PARCEL)
    assert refused_for(register(case)) == get_refusal("parcel-mortgaged").reason
    assert owner(LAND) == [ANI]
    mortgage.delete()
    assert sell_whole(LAND).status == CaseStatus.FULFILLED


def test_a_holder_who_came_while_the_official_read_must_be_asked(town: Town) -> None:
    case = agree(sell(LAND))
    land.make_right(CITRA, PARCEL, right_number="HP.1")
    assert refused_for(register(case)) == get_refusal("holder-not-asked").reason


def test_a_foreigner_buys_a_vehicle_and_no_land(town: Town) -> None:
    town.person.answers["is-citizen", BUDI] = False
    assert "warga negara" in refused_for(sell(LAND))["id"]
    assert sell_whole(VEHICLE).status == CaseStatus.FULFILLED


@EVERY
def test_a_buyer_who_never_answers_lets_it_lapse(town: Town, service: str) -> None:
    case = sell(service)
    with clock.frozen(NOW + timedelta(days=40)):
        close_finished_cases(actor=system_actor("test"), now=clock.now())
    case.refresh_from_db()
    assert (case.status, owner(service)) == (CaseStatus.CLOSED, [ANI])


@EVERY
def test_a_proxy_sells_while_the_mandate_stands_and_not_the_day_after(town: Town, service: str) -> None:
    ends = NOW.date() + timedelta(days=1)
    mandate = make_mandate(ANI, CITRA, services=[service], representative_name=NAMES[CITRA], valid_until=ends)
    begun = begin_acting(actor=resident(CITRA), principal=ANI, relation="proxy", number=mandate.number, now=NOW)
    proxy = acting(resident(CITRA), begun)
    assert refused_for(sell(service, CITRA, proxy=proxy)) == get_refusal("agent-is-buyer").reason
    assert sell(service, proxy=proxy).status == CaseStatus.CONSENT
    with clock.frozen(NOW + timedelta(days=1)), pytest.raises(CannotSubmitApplication):
        sell(service, proxy=proxy)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("service", [VEHICLE, SHARES])
def test_two_buyers_who_agree_at_the_same_moment_make_one_sale(town: Town, service: str) -> None:
    cases = [sell(service, BUDI), sell(service, CITRA)]
    calls = [partial(agree, case, buyer) for case, buyer in zip(cases, (BUDI, CITRA), strict=True)]
    ended = {case.status: case for case in answers_at_once(*calls)}
    assert set(ended) == {CaseStatus.FULFILLED, CaseStatus.REFUSED}
    assert owner(service) == [ended[CaseStatus.FULFILLED].answers["buyer"]]
    assert "tidak lagi" in refused_for(ended[CaseStatus.REFUSED])["id"]


@pytest.mark.django_db(transaction=True)
def test_two_officials_who_approve_two_sales_of_a_parcel_at_once_record_one(town: Town) -> None:
    cases = [agree(sell(LAND, buyer), buyer) for buyer in (BUDI, CITRA)]
    ended = {case.status: case for case in answers_at_once(*[partial(register, case) for case in cases])}
    assert set(ended) == {CaseStatus.FULFILLED, CaseStatus.REFUSED}
    assert owner(LAND) == [ended[CaseStatus.FULFILLED].answers["buyer"]]
    assert "tidak lagi" in refused_for(ended[CaseStatus.REFUSED])["id"]
