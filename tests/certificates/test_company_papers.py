"""A company's own papers, asked for on the web by who may speak for it alone, and by nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.cases.actions import finish_waiting_cases, is_faithful
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_service, list_services
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.testing import ServedBank, demo_bank, pay_for_case
from gapura.sectors.business import testing as business
from gapura.sectors.business.models import RepresentativeEntry
from gapura.sectors.civil.testing import make_person, make_residence
from gapura.sectors.property import testing as property_
from gapura.sectors.tax import testing as tax
from gapura.sectors.transport import testing as transport
from tests.certificates.town import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)
ANI, BUDI, CITRA, DEWI = (f"317101420590000{n}" for n in (1, 2, 3, 4))
COMPANY, OTHER = business.BUSINESS, "9120007654321"
PARCEL, PLATE = "3171010100007", "B 4321 XYZ"
HOUSE = system_actor("test")
CHOSEN = {
    "business.registration": {"business": COMPANY},
    "business.status": {"business": COMPANY},
    "property.building-price": {"building": "3171-0007"},
    "property.building-register": {"building": "3171-0007"},
    "property.cadastral-map": {"parcel": PARCEL},
    "property.farmland-ledger": {},
    "property.forest-register": {"forest": f"HKM-{PARCEL}"},
    "property.land-price": {"parcel": PARCEL},
    "property.land-register": {"parcel": PARCEL},
    "property.land-use": {"parcel": PARCEL},
    "tax.clearance": {},
    "tax.local-assessment": {"item": "SKPD-1"},
    "tax.local-clearance": {},
    "transport.vehicle-register": {"vehicle": PLATE},
}
"""Every paper that may be about a company, and what of the company's is chosen in its form."""


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    """Ani directs the company alone, Budi another one; Citra works for it; Dewi's office ended yesterday."""
    for number, name in ((ANI, "Ani"), (BUDI, "Budi"), (CITRA, "Citra"), (DEWI, "Dewi")):
        make_person(number, name)
        make_residence(number)
        make_resident(name.lower(), person_number=number)
    for number, name in ((COMPANY, "PT Maju Bersama"), (OTHER, "PT Lain Sendiri")):
        business.make_business(number, name)
        business.make_activity(number)
    business.make_representative(ANI)
    business.make_representative(BUDI, OTHER)
    business.make_representative(CITRA, alone=False, position="commissioner")
    business.make_representative(DEWI, valid_until=TODAY)
    property_.make_estate(COMPANY, PARCEL, "3171-0007", name="PT Maju Bersama")
    transport.make_vehicle(COMPANY, PLATE)
    tax.make_business_taxpayer(COMPANY, ANI)
    tax.make_local_assessment(COMPANY, 2025, assessment_number="SKPD-1", paid_on=TODAY)
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def act_for(client: Client, login: str, company: str = COMPANY) -> bool:
    """Whether the signed-in person may act for the company from now on."""
    sign_in(client, Account.objects.get(login=login), second_factor=True)
    client.post(reverse("mandates:begin"), {"relation": "company", "principal": company})
    return "acting_for" in client.session


def ask(client: Client, code: str, company: str = COMPANY) -> Any:
    form = {"subject": company, "idempotency_key": f"{code}-key"}
    return client.post(reverse("cases:apply", args=[code]), form | answers(code))


def answers(code: str) -> dict[str, str]:
    """The form as drawn: what is chosen of the company's, and every choice at its default."""
    defaults = {one.code: one.default for one in get_service(code, on=TODAY).fields}
    return {f"answer-{name}": value for name, value in (defaults | CHOSEN[code]).items()}


def test_the_table_of_a_companys_papers_is_whole() -> None:
    about = [one.code for one in list_services(on=TODAY) if one.output and one.find_applicant_rule(Relation.COMPANY)]
    assert sorted(about) == sorted(CHOSEN)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with demo_bank(tmp_path) as served:
        yield served


def pay(bank: ServedBank, case: Case) -> None:
    """Ani pays what the paper costs, as if on the bank's page; then the case goes on."""
    payer = Actor(ActorKind.RESIDENT, "ani", person_number=ANI, assurance=AssuranceLevel.HIGH)
    pay_for_case(bank, case.number, payer)
    deliver_pending()
    finish_waiting_cases(actor=HOUSE, now=NOW)
    case.refresh_from_db()


@pytest.mark.parametrize("code", sorted(CHOSEN))
def test_a_director_gets_the_paper_about_the_company_which_states_it_and_nobody_else(
    client: Client, code: str, bank: ServedBank
) -> None:
    assert act_for(client, "ani")
    assert client.get(reverse("cases:apply", args=[code])).status_code == 200
    page = ask(client, code)
    case = Case.objects.get()
    assert page.status_code == 302
    if get_service(code, on=TODAY).fee.amount:
        assert case.status == CaseStatus.PAYMENT
        pay(bank, case)
    assert (case.status, case.subject, case.applicant) == (CaseStatus.FULFILLED, COMPANY, ANI), case.decision_reason
    assert case.office_code == "31.71"
    document = find_document(case.document_code)
    assert document is not None
    assert (document.subject, document.subject_name) == (COMPANY, "PT Maju Bersama")
    assert {facts.subject for facts in get_facts(document)} == {COMPANY}
    assert "civil.person" not in {facts.evidence_type for facts in get_facts(document)}
    assert is_faithful(actor=HOUSE, code=case.document_code, now=NOW)
    assert client.get(reverse("portal:document-file", args=[case.document_code])).status_code == 200


def test_the_register_names_the_companies_one_may_act_for_so_nobody_types_a_number(client: Client) -> None:
    offered = {}
    for login in ("ani", "budi", "citra", "dewi"):
        sign_in(client, Account.objects.get(login=login), second_factor=True)
        page = client.get(reverse("mandates:mine")).content.decode()
        assert "company-number" not in page
        offered[login] = [name for name in ("PT Maju Bersama", "PT Lain Sendiri") if name in page]
    assert offered == {"ani": ["PT Maju Bersama"], "budi": ["PT Lain Sendiri"], "citra": [], "dewi": []}


def test_every_page_names_the_company_one_acts_for(client: Client) -> None:
    assert act_for(client, "ani")
    assert "PT Maju Bersama" in client.get(reverse("portal:home")).content.decode()


@pytest.mark.parametrize("login", ["budi", "citra", "dewi"])
def test_another_companys_director_one_without_the_power_and_one_whose_office_ended_act_for_nobody(
    client: Client, login: str
) -> None:
    assert not act_for(client, login)
    for code in CHOSEN:
        ask(client, code)
    assert not Case.objects.exists()
    assert act_for(client, "ani")


def test_who_acts_for_one_company_asks_for_no_other(client: Client) -> None:
    assert act_for(client, "budi", OTHER)
    ask(client, "tax.clearance", COMPANY)
    assert not Case.objects.exists()
    assert ask(client, "business.registration", OTHER).status_code in (200, 302)
    assert {case.subject for case in Case.objects.all()} <= {OTHER}


def test_whose_office_ends_may_not_fetch_the_papers_of_the_company_any_more(client: Client) -> None:
    act_for(client, "ani")
    ask(client, "tax.clearance")
    paper = reverse("portal:document-file", args=[Case.objects.get().document_code])
    assert client.get(paper).status_code == 200
    RepresentativeEntry.objects.filter(representative_number=ANI).update(valid_until=TODAY)
    assert client.get(paper).status_code == 404
