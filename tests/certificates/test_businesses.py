"""The papers of a business: for whoever speaks for it, and for nobody else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import Case, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.exchange.actions import ask_question, request_evidence
from gapura.kernel.exchange.types import EvidenceRequest, NoAgreement
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.business.models import BusinessEntry
from gapura.sectors.business.testing import BUSINESS, make_activity, make_business, make_representative
from gapura.sectors.civil.testing import make_person, make_residence

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"
OTHER = "9120007654321"
HOUSE = system_actor("test")


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    for number, name in ((ANI, "Ani Wijaya"), (BUDI, "Budi Wijaya")):
        make_person(number, name)
        make_residence(number)
    make_business()
    make_representative(ANI)
    make_activity()
    make_activity(activity_code="56102", activity_risk="medium-low")
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def apply(person: str, service: str, business: str = BUSINESS, key: str = "one") -> Case:
    return submit_application(
        actor=resident(person),
        service_code=service,
        subject=person,
        relation="self",
        answers={"business": business},
        language="en",
        idempotency_key=key,
        now=NOW,
    )


def stated(case: Case, evidence_type: str) -> list[dict[str, object]]:
    facts = get_facts(find_document(case.document_code))
    return [dict(record) for one in facts if one.evidence_type == evidence_type for record in one.records]


def test_the_registration_states_the_chosen_business_with_its_lines_and_no_other() -> None:
    make_business(OTHER, "CV Lain")
    make_representative(ANI, OTHER)
    make_activity(OTHER, "96111")
    case = apply(ANI, "business.registration")
    assert case.status == CaseStatus.FULFILLED
    assert [one["legal_name"] for one in stated(case, "business.registration")] == ["PT Maju Bersama"]
    assert sorted(str(one["activity_code"]) for one in stated(case, "business.activity")) == ["47111", "56102"]


@pytest.mark.parametrize("service", ["business.registration", "business.status"])
@pytest.mark.parametrize(("person", "business"), [(BUDI, BUSINESS), (ANI, OTHER)])
def test_who_does_not_speak_for_the_business_gets_no_paper_and_is_told_what_to_do(
    service: str, person: str, business: str
) -> None:
    case = apply(person, service, business)
    assert (case.status, case.document_code) == (CaseStatus.REFUSED, "")
    assert "no business that you speak for" in case.decision_reason["en"]


def test_a_closed_business_is_stated_with_its_history() -> None:
    closing = make_business(OTHER, "CV Lain")
    make_representative(ANI, OTHER)
    facts = {f.attname: getattr(closing, f.attname) for f in closing._meta.concrete_fields if f.attname != "id"}
    closed = BusinessEntry(
        **facts | {"business_status": "closed", "status_reason": "Tutup", "valid_from": date(2024, 1, 1)}
    )
    record_entry(actor=HOUSE, entry=closed, source=Source("case", "test"), now=NOW)
    states = stated(apply(ANI, "business.status", OTHER), "business.status")
    assert [(one["business_status"], one["status_until"]) for one in states] == [
        ("active", "2024-01-01"),
        ("closed", None),
    ]


def ask(consumer: str, ground: str, fields: frozenset[str] = frozenset(), question: str | None = None, who: str = ANI):
    return EvidenceRequest(
        evidence_type="business.representation",
        subject=BUSINESS,
        consumer=consumer,
        case_number="C1",
        legal_ground=ground,
        purpose={"en": "why"},
        as_of=NOW.date(),
        fields=fields,
        question=question,
        parameters={"representative_number": who} if question else {},
    )


@pytest.mark.parametrize(("who", "holds"), [(ANI, True), (BUDI, False)])
def test_only_who_may_act_alone_represents(who: str, holds: bool) -> None:
    make_representative(BUDI, alone=False)
    request = ask("dukcapil", "UU 40/2007 Pasal 98", question="is-representative-of", who=who)
    assert ask_question(actor=HOUSE, request=request, now=NOW).holds is holds


def test_an_agency_without_agreement_is_given_nothing() -> None:
    with pytest.raises(NoAgreement):
        request_evidence(actor=HOUSE, request=ask("kpu", "UU 40/2007 Pasal 98", frozenset({"legal_name"})), now=NOW)


def test_a_paper_is_replaced_when_its_business_is_corrected() -> None:
    case = apply(ANI, "business.registration")
    entry = BusinessEntry.objects.get(business_number=BUSINESS)
    with clock.frozen(NOW + timedelta(days=1)):
        correct_entry(
            actor=HOUSE, entry=entry, changes={"capital": 700_000_000}, source=Source("case", "1"), now=clock.now()
        )
        deliver_pending()
    assert find_document(case.document_code).status == DocumentStatus.REPLACED
