"""A company is founded: its name checked, everybody has signed, and what follows from its number is there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from gapura.bundles.actions import request_bundle
from gapura.foundation import clock
from gapura.foundation.testing import at_once
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import answer_consent, approve_case, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries import get_results
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.business.actions import found_business
from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry, ShareEntry
from gapura.sectors.business.types import CannotFoundBusiness, NewBusiness
from gapura.sectors.civil.testing import make_death, make_person, make_residence
from gapura.sectors.finance.testing import EmployerEntry
from gapura.sectors.tax.testing import BusinessTaxpayerEntry

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
ANI, BUDI, CITRA, CHILD = "3171014205900001", "3171010101850002", "3171014101880003", "3171010103140004"

ANSWERS = {
    "chosen_name": "Sinar Pagi Jaya",
    "form": "pt",
    "line": "47111",
    "paid_in": "50000000",
    "own_shares": "60",
    "partner": BUDI,
    "partner_shares": "40",
    "director": ANI,
}


def settle() -> None:
    for number, name in ((ANI, "Ani Wijaya"), (BUDI, "Budi Santoso"), (CITRA, "Citra Lestari")):
        make_person(number, name)
        make_residence(number)
    make_person(CHILD, "Dodi Kecil", birth_on=date(2014, 3, 1))
    make_residence(CHILD)
    stand_all_agreements()


@pytest.fixture
def town(db: None) -> Iterator[None]:
    settle()
    with clock.frozen(NOW):
        yield


def ask(service: str, person: str = ANI, key: str = "", **answers: str) -> Case:
    return submit_application(
        actor=resident(person, AssuranceLevel.SUBSTANTIAL),
        service_code=service,
        subject=person,
        relation="self",
        answers=answers,
        language="en",
        idempotency_key=key or service,
        now=NOW,
    )


def found(person: str = ANI, key: str = "", **changes: str) -> Case:
    return ask("business.found-company", person, key, **ANSWERS | {"director": person} | changes)


def sign(case: Case, *people: str, agreed: bool = True) -> Case:
    for person in people:
        answer_consent(actor=resident(person), number=case.number, agreed=agreed, now=NOW)
    case.refresh_from_db()
    return case


def refusal(case: Case) -> str:
    assert case.status == CaseStatus.REFUSED, case.status
    assert not BusinessEntry.objects.filter(source_reference=case.number).exists()
    return str(case.decision_reason["en"])


@pytest.mark.usefixtures("town")
def test_a_company_exists_once_everybody_has_signed_and_its_papers_follow() -> None:
    case = found(director=CITRA)
    assert case.status == CaseStatus.CONSENT
    assert sign(case, BUDI).status == CaseStatus.CONSENT
    assert not BusinessEntry.objects.exists()
    assert sign(case, CITRA).status == CaseStatus.FULFILLED, case.decision_reason
    number = get_results(case.number)["business_number"]
    company = BusinessEntry.objects.get(business_number=number)
    assert (company.legal_name, len(number), company.founded_on) == ("PT Sinar Pagi Jaya", 13, NOW.date())
    speaking = RepresentativeEntry.objects.values_list("representative_number", "position", "alone")
    assert set(speaking) == {(CITRA, "director", True), (ANI, "commissioner", False), (BUDI, "commissioner", False)}
    held = ShareEntry.objects.values_list("holder_number", "shares", "shares_issued")
    assert set(held) == {(ANI, 60, 100), (BUDI, 40, 100)}
    deliver_pending()
    paper = Case.objects.get(service_code="business.registration")
    assert (paper.status, paper.applicant) == (CaseStatus.FULFILLED, ANI)


@pytest.mark.usefixtures("town")
def test_the_number_brings_taxes_licence_and_social_insurance() -> None:
    number = get_results(sign(found(), BUDI).number)["business_number"]
    for service in ("tax.register-business", "business.licence", "finance.enroll-employer"):
        case = ask(service, business=number, key=service)
        assert case.status == CaseStatus.FULFILLED, (service, case.decision_reason)
    line = ActivityEntry.objects.get(business_number=number, superseded_at__isnull=True)
    assert (line.business_licence_status, line.business_licence_number) == ("granted", number)
    taxpayer = BusinessTaxpayerEntry.objects.get(business_number=number)
    assert (len(taxpayer.tax_number), taxpayer.responsible_number) == (16, ANI)
    assert EmployerEntry.objects.filter(business_number=number).count() == 1


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("service", ["tax.register-business", "finance.enroll-employer", "business.licence"])
def test_what_a_business_has_it_is_not_given_twice_and_nobody_else_asks_for_it(service: str) -> None:
    number = get_results(sign(found(), BUDI).number)["business_number"]
    assert ask(service, CITRA, business=number).status == CaseStatus.REFUSED
    assert ask(service, business=number).status == CaseStatus.FULFILLED
    again = ask(service, business=number, key="again")
    assert (again.status, "already" in again.decision_reason["en"]) == (CaseStatus.REFUSED, True)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("47111", CaseStatus.FULFILLED),
        ("45201", CaseStatus.FULFILLED),
        ("56101", CaseStatus.REVIEW),
        ("47721", CaseStatus.REVIEW),
    ],
)
def test_risk_decides_who_grants_the_licence(line: str, status: CaseStatus) -> None:
    number = get_results(sign(found(line=line), BUDI).number)["business_number"]
    case = ask("business.licence", business=number)
    assert case.status == status
    if status == CaseStatus.REVIEW:
        licensor = official("business.licensing", agency="bkpm")
        case = approve_case(actor=licensor, number=case.number, note="", now=NOW)
        assert case.status == CaseStatus.FULFILLED
        assert line in get_results(case.number)["licences"]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sinar Pagi Jaya", "same as, or like"),
        ("PT. Jaya  SINAR pagi", "same as, or like"),
        ("Sinnar Pagi Djaja Indonesia", "same as, or like"),
        ("Sinar Pagi", "too short"),
        ("Sinar Pagi 77", "digits"),
        ("Republik Sinar Pagi", "bodies of the state"),
        ("Bank Sinar Pagi", "licence of its own"),
    ],
)
def test_a_name_that_may_not_be_is_refused_before_anybody_signs(name: str, said: str) -> None:
    sign(found(), BUDI)
    assert said in refusal(found(chosen_name=name, key="two"))


@pytest.mark.usefixtures("town")
def test_another_name_passes_and_a_trader_may_bear_any() -> None:
    sign(found(), BUDI)
    assert found(chosen_name="Sinar Malam Jaya", key="two").status == CaseStatus.CONSENT
    trader = ask(
        "business.register-trader",
        key="three",
        chosen_name="Sinar Pagi Jaya",
        form="sole-trader",
        line="96111",
        paid_in="0",
    )
    assert trader.status == CaseStatus.FULFILLED, trader.decision_reason


@pytest.mark.usefixtures("town")
def test_a_founder_who_refuses_ends_it() -> None:
    case = sign(found(), BUDI, agreed=False)
    assert "did not agree" in refusal(case)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("field", ["director", "partner"])
def test_a_child_can_be_neither_director_nor_founder(field: str) -> None:
    assert "of age" in refusal(found(**{field: CHILD}))


@pytest.mark.usefixtures("town")
def test_the_dead_direct_nothing() -> None:
    make_death(CITRA, date(2026, 1, 1))
    assert "living" in refusal(found(director=CITRA))


@pytest.mark.usefixtures("town")
def test_one_person_is_not_two_founders_and_each_holds_something() -> None:
    assert "two different founders" in refusal(found(partner=ANI))
    assert "at least one share" in refusal(found(partner_shares="0", key="two"))


@pytest.mark.usefixtures("town")
def test_a_line_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidAnswers):
        found(line="99999")
    with pytest.raises(CannotFoundBusiness, match="line-unknown"):
        found_business(actor=HOUSE, new=_new(line="99999"), case_number="C1", now=NOW)


@pytest.mark.usefixtures("town")
def test_the_name_is_judged_again_when_the_last_one_signs() -> None:
    first, second = found(), found(CITRA, key="two", director=CITRA)
    sign(first, BUDI)
    assert "same as, or like" in refusal(sign(second, BUDI))


@pytest.mark.usefixtures("town")
def test_one_form_starts_the_company_and_all_that_it_needs_after_it() -> None:
    request = request_bundle(
        actor=resident(ANI, AssuranceLevel.SUBSTANTIAL),
        code="business-start-up",
        subject=ANI,
        answers={"founding": ANSWERS},
        language="en",
        idempotency_key="all",
        now=NOW,
    )
    states = request.items.order_by("position").values_list("code", "status")
    assert dict(states) == {"founding": "started"} | dict.fromkeys(
        ("tax-number", "licence", "social-insurance"), "waiting"
    )
    sign(Case.objects.get(service_code="business.found-company"), BUDI)
    deliver_pending()
    assert set(dict(states.all()).values()) == {"granted"}
    assert Case.objects.filter(service_code="business.registration", status=CaseStatus.FULFILLED).count() == 1


@pytest.mark.usefixtures("town")
def test_when_a_founder_refuses_nothing_that_follows_is_begun() -> None:
    request = request_bundle(
        actor=resident(ANI, AssuranceLevel.SUBSTANTIAL),
        code="business-start-up",
        subject=ANI,
        answers={"founding": ANSWERS},
        language="en",
        idempotency_key="all",
        now=NOW,
    )
    sign(Case.objects.get(service_code="business.found-company"), BUDI, agreed=False)
    deliver_pending()
    states = dict(request.items.order_by("position").values_list("code", "status"))
    assert states == {"founding": "ended"} | dict.fromkeys(("tax-number", "licence", "social-insurance"), "stopped")
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_founders_who_take_one_name_at_once_one_gets_it() -> None:
    founders = [partial(found_business, actor=HOUSE, new=_new(), case_number=one, now=NOW) for one in ("C1", "C2")]
    (refused,) = [one for one in at_once(*founders) if one is not None]
    assert isinstance(refused, CannotFoundBusiness)
    assert refused.refusal == "name-taken"
    assert BusinessEntry.objects.count() == 1


def _new(**changes: Any) -> NewBusiness:
    given: dict[str, Any] = {
        "name": "Sinar Pagi Jaya",
        "legal_form": "pt",
        "line": "47111",
        "capital": 50_000_000,
        "seat_address": "Jl. Merdeka 1",
        "village_code": "",
        "director": ANI,
        "shares": {ANI: 60, BUDI: 40},
    }
    return NewBusiness(**given | changes)
