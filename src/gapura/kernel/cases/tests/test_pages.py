"""A case over HTTP: the form, the case page, and what bad input gets."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.cases.actions import refuse_case, request_supplement, take_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import official
from gapura.kernel.cases.tests.conftest import CHILD, NOW, OFFICE, SITI, STRANGER, State
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.exchange.testing import AccessRecord, without_agreements
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.mandates.types import Representable

pytestmark = pytest.mark.usefixtures("agreements")

APPLY = "/services/civil.never-married/apply/"
REGISTRAR = official("civil.registrar", office=OFFICE)
REASON = {"id": "Data tidak cocok.", "en": "The data do not match.", "ko": "자료가 일치하지 않습니다."}


@pytest.fixture
def browser(client: Client, state: State) -> Iterator[Client]:
    """Siti's browser, in English."""
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def open_form(browser: Client, address: str = APPLY) -> dict[str, str]:
    page = browser.get(address).content.decode()
    key = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert key, page
    return {"idempotency_key": key.group(1), "subject": SITI}


def send(browser: Client, address: str = APPLY, **changes: str) -> str:
    """Fill in the form, send it, and give the page that follows."""
    return browser.post(address, open_form(browser, address) | changes, follow=True).content.decode()


@pytest.fixture
def waiting_case(browser: Client) -> Case:
    """A case in an official's hands: an agreement was suspended, so no rule could decide."""
    with without_agreements("dukcapil"):
        send(browser)
    case = Case.objects.get()
    take_case(actor=REGISTRAR, number=case.number, now=NOW)
    return case


def test_sending_the_form_leads_to_the_decided_case_with_its_document(browser: Client) -> None:
    page = send(browser)
    case = Case.objects.get()
    assert case.status == CaseStatus.FULFILLED
    assert "Your document is ready" in page
    assert f'href="/documents/{case.document_code}/file/"' in page
    assert "Time taken" in page


def test_the_case_page_names_what_was_read_and_by_which_law(browser: Client) -> None:
    page = send(browser)
    assert "Has never married?" in page
    assert "Yes or no, nothing else" in page
    assert "UU 23/2006" in page


def test_the_case_page_says_how_long_each_register_took(browser: Client) -> None:
    page = send(browser)
    assert page.count("Answered within 0.1 s") == AccessRecord.objects.count() > 0
    AccessRecord.objects.update(outcome="failed", answered_in_ms=5000)
    assert "No answer within 5 s" in (again := browser.get(f"/cases/{Case.objects.get().number}/").content.decode())
    assert "Answered within" not in again


def test_sending_twice_leads_to_the_same_case(browser: Client) -> None:
    form = open_form(browser)
    addresses = {browser.post(APPLY, form).headers["Location"] for _ in range(2)}
    assert len(addresses) == Case.objects.count() == 1


def test_the_form_asks_for_whom_and_shows_what_will_be_read(browser: Client, state: State) -> None:
    address = "/services/civil.residence-certificate/apply/"
    state.population.dependants[SITI] = [Representable(CHILD, "Budi Rahayu", "child")]
    page = browser.get(address).content.decode()
    assert "Myself" in page
    assert "Budi Rahayu" in page
    assert CHILD in page
    assert "What we read from the registers" in page
    assert "Address history" in page


def test_a_tampered_person_is_refused_and_nothing_is_opened(browser: Client) -> None:
    page = send(browser, subject=STRANGER)
    assert "You may ask only for yourself" in page
    assert not Case.objects.exists()


def test_an_error_loses_nothing_that_was_filled_in(browser: Client) -> None:
    address = "/services/civil.residence-certificate/apply/"
    page = send(browser, address, **{"answer-history": "nonsense", "answer-note": "x"})
    assert "error-summary" in page
    assert re.search(rf'value="{SITI}"[^>]* checked', page)
    page = send(browser, address, subject="", **{"answer-history": "all"})
    assert re.search(r'value="all"[^>]* checked', page)
    assert not Case.objects.exists()


def test_a_key_used_for_another_application_is_explained(browser: Client) -> None:
    form = open_form(browser)
    browser.post(APPLY, form)
    address = "/services/civil.residence-certificate/apply/"
    page = browser.post(address, form | {"answer-history": "all"}).content.decode()
    assert "already sent" in page
    assert Case.objects.count() == 1


def test_a_seal_out_of_order_leaves_a_case_that_waits(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(order: object) -> None:
        raise CannotSealDocument("The key is missing.")

    monkeypatch.setattr("gapura.kernel.cases.actions.checks.render_document", fail)
    assert "Your application has arrived" in send(browser)
    assert Case.objects.get().status == CaseStatus.RECEIVED


def test_a_service_that_needs_a_stronger_sign_in_asks_for_it_before_the_form(
    client: Client, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, make_resident("siti", person_number=SITI))
    assert client.get(APPLY).status_code == 200
    service = replace(get_service("civil.never-married", on=NOW.date()), assurance=AssuranceLevel.SUBSTANTIAL)
    monkeypatch.setattr("gapura.kernel.cases.views.residents.get_service", lambda code, on: service)
    answer = client.get(APPLY)
    assert (answer.status_code, answer.headers["Location"][:17]) == (302, "/sign-in/step-up/")


def test_an_unknown_service_and_an_unknown_case_are_no_pages(browser: Client) -> None:
    assert browser.get("/services/civil.nothing/apply/").status_code == 404
    for page in ("", "withdraw/", "supplement/", "appeal/"):
        assert browser.get(f"/cases/NOSUCHCASE/{page}").status_code == 404


def test_somebody_elses_case_looks_like_none(browser: Client) -> None:
    send(browser)
    number = Case.objects.get().number
    other = Client()
    sign_in(other, make_resident("agus", person_number=STRANGER))
    for page in ("", "withdraw/", "supplement/", "appeal/"):
        assert other.get(f"/cases/{number}/{page}").status_code == 404
        assert other.post(f"/cases/{number}/{page}").status_code in {404, 405}
    assert browser.get(f"/cases/{number}/").status_code == 200


def test_a_case_is_withdrawn_only_after_asking_once_more(browser: Client, waiting_case: Case) -> None:
    address = f"/cases/{waiting_case.number}/withdraw/"
    assert "Withdraw the application?" in browser.get(address).content.decode()
    waiting_case.refresh_from_db()
    assert waiting_case.status == CaseStatus.REVIEW
    page = browser.post(address, {"confirm": "yes"}, follow=True).content.decode()
    assert "has been withdrawn" in page
    page = browser.post(address, {"confirm": "yes"}, follow=True).content.decode()
    assert "This cannot be done any more" in page


def test_a_question_is_shown_and_its_answer_sent(browser: Client, waiting_case: Case) -> None:
    number = waiting_case.number
    request_supplement(actor=REGISTRAR, number=number, question="Which school?", now=NOW)
    page = browser.get(f"/cases/{number}/").content.decode()
    assert "Which school?" in page
    assert "The clock stands still" in page
    address = f"/cases/{number}/supplement/"
    assert "Write your answer." in browser.post(address, {"answers": " "}).content.decode()
    page = browser.post(address, {"answers": "SDN 1 Gambir"}, follow=True).content.decode()
    assert "Your answer has been sent" in page
    assert "SDN 1 Gambir" in page


def test_a_refusal_gives_reason_remedy_and_the_term_of_appeal(browser: Client, waiting_case: Case) -> None:
    number = waiting_case.number
    refuse_case(actor=REGISTRAR, number=number, reason=REASON, remedy=REASON, now=NOW)
    page = browser.get(f"/cases/{number}/").content.decode()
    assert "Your application was refused" in page
    assert "The data do not match." in page
    assert "You can appeal until" in page
    page = browser.post(f"/cases/{number}/appeal/", {"grounds": ""}).content.decode()
    assert "Write why you think" in page
    page = browser.post(f"/cases/{number}/appeal/", {"grounds": "I have proof."}, follow=True)
    assert "Your appeal has been received" in page.content.decode()


def test_the_case_page_costs_at_most_six_queries(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    send(browser)
    number = Case.objects.get().number
    with django_assert_max_num_queries(6):
        browser.get(f"/cases/{number}/")


def test_the_form_needs_its_token(browser: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(APPLY, {"subject": SITI, "idempotency_key": "k"}).status_code == 403
    assert not Case.objects.exists()
