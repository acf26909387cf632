"""After a death: heirs by law are told by every holder what was owned and owed, and nobody else is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.bundles.queries import list_items
from gapura.bundles.types import CannotRequestBundle
from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import finish_waiting_cases, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.business import testing as business
from gapura.sectors.civil import testing as civil
from gapura.sectors.civil.models import DeathEntry, PersonEntry
from gapura.sectors.finance import testing as finance
from gapura.sectors.health import testing as health
from gapura.sectors.property import testing as property_
from gapura.sectors.tax import testing as tax
from gapura.sectors.transport import testing as transport
from gapura.sectors.transport.providers import VehicleProvider

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
ROBI, FIRST, SITI, DEWI, CHILD, GONE, GRANDCHILD, BROTHER, FATHER, STRANGER = (f"317101010170000{n}" for n in range(10))
DIED = date(2026, 2, 1)
HOLDERS = sorted(file.stem for file in load("indonesia").path("services").glob("*.estate-*.yaml"))


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    for number in (ROBI, FIRST, SITI, DEWI, STRANGER):
        civil.make_person(number, f"Warga {number[-1]}", birth_on=date(1970, 1, 1), religion="islam")
    kin = {CHILD: ROBI, GONE: ROBI, GRANDCHILD: GONE}
    for number, father in kin.items():
        civil.make_person(number, f"Warga {number[-1]}", birth_on=date(1995, 1, 1), father_number=father)
    civil.make_marriage(
        ROBI, FIRST, date(1992, 1, 1), valid_until=date(2005, 1, 1), end_reason="divorce", certificate_number="M1"
    )
    civil.make_marriage(ROBI, SITI, date(2006, 1, 1), valid_until=DIED, end_reason="death", certificate_number="M2")
    civil.make_death(GONE, date(2020, 1, 1))
    civil.make_death(ROBI, DIED)
    for number in (ROBI, FIRST, SITI, DEWI, CHILD, GRANDCHILD, STRANGER):
        civil.make_residence(number, street=f"Jl. Rahasia {number[-1]}")
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def leave_an_estate() -> None:
    finance.make_account(ROBI)
    finance.make_loan(ROBI)
    finance.make_pension(ROBI)
    tax.make_arrears(ROBI)
    tax.make_local_assessment(ROBI, 2025)
    property_.make_estate(ROBI, "3171010100001", "3171-0001")
    transport.make_vehicle(ROBI)
    health.make_insurance(ROBI)
    business.make_business()
    business.make_share(ROBI)


def ask(heir: str, service: str, *, subject: str = ROBI, now: datetime = NOW) -> Case:
    with clock.frozen(now):
        return submit_application(
            actor=resident(heir, AssuranceLevel.SUBSTANTIAL),
            service_code=service,
            subject=subject,
            relation="family",
            answers={},
            language="en",
            idempotency_key=service,
            now=now,
        )


def stated(case: Case) -> dict[str, list[dict[str, object]]]:
    assert case.status == CaseStatus.FULFILLED, case.decision_reason
    document = find_document(case.document_code)
    assert document is not None
    assert (document.subject, document.holder) == (ROBI, case.applicant)
    return {facts.evidence_type: [dict(record) for record in facts.records] for facts in get_facts(document)}


@pytest.mark.parametrize("service", HOLDERS)
def test_every_heir_is_told_the_same_by_every_holder(service: str) -> None:
    leave_an_estate()
    told = [stated(ask(heir, service)) for heir in (SITI, CHILD, GRANDCHILD)]
    assert told[0] == told[1] == told[2]
    assert any(records for kind, records in told[0].items() if kind != "civil.death")


@pytest.mark.parametrize("service", HOLDERS)
def test_an_heir_learns_nothing_about_other_heirs(service: str) -> None:
    leave_an_estate()
    said = str(stated(ask(SITI, service)))
    assert ROBI in said
    assert not any(other in said for other in (CHILD, GRANDCHILD, FIRST, "Rahasia"))


@pytest.mark.parametrize("service", HOLDERS)
def test_where_there_is_nothing_the_paper_says_so(service: str) -> None:
    told = stated(ask(SITI, service))
    assert [kind for kind, records in told.items() if records] == ["civil.death"]


@pytest.mark.parametrize("service", HOLDERS)
@pytest.mark.parametrize("person", [STRANGER, FIRST, DEWI])
def test_who_does_not_inherit_is_refused_and_no_holder_is_asked(service: str, person: str) -> None:
    with pytest.raises(CannotSubmitApplication, match="may not apply for this person"):
        ask(person, service)
    assert not Case.objects.exists()


def test_of_several_wives_each_is_an_heir() -> None:
    civil.make_marriage(ROBI, DEWI, date(2015, 1, 1), valid_until=DIED, end_reason="death", certificate_number="M3")
    assert stated(ask(DEWI, HOLDERS[0])) == stated(ask(SITI, HOLDERS[0]))


@pytest.mark.parametrize(("days", "status"), [(366, CaseStatus.FULFILLED), (367, CaseStatus.REFUSED)])
def test_after_a_year_it_is_too_late(days: int, status: CaseStatus) -> None:
    late = datetime(DIED.year, DIED.month, DIED.day, 3, 0, tzinfo=UTC) + timedelta(days=days)
    case = ask(SITI, HOLDERS[0], now=late)
    assert case.status == status
    if status == CaseStatus.REFUSED:
        assert "within one year" in case.decision_reason["en"]
        assert "separately" in case.decision_remedy["en"]


def test_nobody_inherits_from_the_living() -> None:
    with pytest.raises(CannotSubmitApplication):
        ask(CHILD, HOLDERS[0], subject=SITI)


def test_a_death_that_was_somebody_elses_ends_what_the_heirs_were_told() -> None:
    leave_an_estate()
    told = ask(SITI, "finance.estate-accounts")
    later = NOW + timedelta(days=1)
    correction: dict[str, Any] = {"actor": HOUSE, "source": Source(SourceKind.CASE, "ALIVE"), "now": later}
    with clock.frozen(later):
        correct_entry(entry=DeathEntry.objects.get(number=ROBI), changes={"number": STRANGER}, **correction)
        correct_entry(entry=PersonEntry.objects.get(number=ROBI), changes={"valid_until": None}, **correction)
        deliver_pending()
    document = find_document(told.document_code)
    assert document is not None
    assert document.status == DocumentStatus.REVOKED
    with pytest.raises(CannotSubmitApplication):
        ask(CHILD, "finance.estate-accounts", now=later)


def ask_all(heir: str, now: datetime = NOW) -> BundleRequest:
    return request_bundle(
        actor=resident(heir, AssuranceLevel.SUBSTANTIAL),
        code="inheritance",
        subject=ROBI,
        answers={},
        language="en",
        idempotency_key="all",
        now=now,
    )


def states(request: BundleRequest) -> dict[str, str]:
    return dict(request.items.order_by("position").values_list("code", "status"))


def test_one_request_asks_every_holder() -> None:
    leave_an_estate()
    request = ask_all(SITI)
    assert set(states(request).values()) == {"granted"}
    assert len(states(request)) == len(HOLDERS)
    papers = [view.case.document_code for view in list_items(request) if view.case]
    assert all(papers)
    assert states(ask_all(CHILD)) == states(request)


def test_a_silent_holder_waits_while_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_an_estate()

    def silent(self: VehicleProvider, *asked: object) -> list[dict[str, object]]:
        raise ProviderUnavailable("The register of vehicles does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(VehicleProvider, "find_records", silent)
        request = ask_all(SITI)
        said = states(request)
        assert said.pop("vehicles") == "started"
        assert set(said.values()) == {"granted"}
    later = NOW + timedelta(hours=2)
    with clock.frozen(later):
        finish_waiting_cases(actor=HOUSE, now=later)
        deliver_pending()
    assert states(request)["vehicles"] == "granted"


def test_a_stranger_cannot_ask_all_holders_at_once() -> None:
    for person in (STRANGER, FIRST):
        with pytest.raises(CannotRequestBundle):
            ask_all(person)
    assert not BundleRequest.objects.exists()
