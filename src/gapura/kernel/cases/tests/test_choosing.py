"""Choosing a record that a register holds: shown, never typed; asked for the case to come, and never another's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from gapura.kernel.cases.models import Case
from gapura.kernel.cases.tests.conftest import CHILD, NOW, SITI, STRANGER, State
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import FormField, FormFieldKind, PublicService, Reasoned
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.exchange.queries import list_accesses_for_case
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.mandates.types import Representable

pytestmark = pytest.mark.usefixtures("agreements")

CODE = "civil.residence-certificate"
APPLY = f"/services/{CODE}/apply/"
HISTORY = "civil.residence-history"
ABSENT = Reasoned({"id": "-", "en": "No earlier home", "ko": "-"}, {"id": "-", "en": "Ask the office", "ko": "-"})
HOME = FormField(
    "home",
    {"id": "Rumah", "en": "Which home", "ko": "집"},
    FormFieldKind.RECORD,
    of=HISTORY,
    by="street",
    shows=("regency", "lived_from"),
)


def choosing(service: PublicService) -> PublicService:
    """The residence certificate as one of a home that is chosen."""
    evidence = tuple(
        replace(need, depth=None, required=True, absent=ABSENT, match={"street": "home"})
        if need.type == HISTORY
        else need
        for need in service.evidence
    )
    return replace(service, fields=(*service.fields, HOME), evidence=evidence)


@pytest.fixture
def browser(client: Client, state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Siti's browser in a country whose residence certificate is of a chosen home."""

    def find(code: str, *, on: date) -> PublicService:
        return choosing(get_service(code, on=on))

    for place in ("views.residents", "actions.applications", "queries.cases"):
        monkeypatch.setattr(f"gapura.kernel.cases.{place}.get_service", find)
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def key_of(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert found, page
    return found.group(1)


def send(browser: Client, page: str, **answers: str) -> str:
    form = {"idempotency_key": key_of(page), "subject": SITI, "answer-history": "all"} | answers
    return browser.post(APPLY, form, follow=True).content.decode()


def test_the_records_are_offered_with_what_tells_them_apart_and_only_the_chosen_one_is_stated(browser: Client) -> None:
    page = browser.get(APPLY).content.decode()
    for words in ("Jalan Mawar 1", "Jalan Kenanga 2", "Kota Jakarta Pusat · Jan. 1, 2015"):
        assert words in page
    assert "Your document is ready" in send(browser, page, **{"answer-home": "Jalan Kenanga 2"})
    case = Case.objects.get()
    stated = next(one for one in get_facts(find_document(case.document_code)) if one.evidence_type == HISTORY)
    assert [record["street"] for record in stated.records] == ["Jalan Kenanga 2"]


def test_the_look_that_offers_them_is_logged_for_the_case_to_come_with_the_fields_shown(browser: Client) -> None:
    send(browser, browser.get(APPLY).content.decode(), **{"answer-home": "Jalan Kenanga 2"})
    accesses = list_accesses_for_case(Case.objects.get().number, now=NOW)
    assert sorted(accesses[0].fields) == ["lived_from", "regency", "street"]
    assert (accesses[0].subject, accesses[0].evidence_type) == (SITI, HISTORY)


def test_what_the_register_does_not_hold_cannot_be_chosen(browser: Client) -> None:
    send(browser, browser.get(APPLY).content.decode(), **{"answer-home": "Istana Negara"})
    case = Case.objects.get()
    assert (case.status, case.decision_reason["en"]) == (CaseStatus.REFUSED, "No earlier home")


def test_nothing_chosen_is_asked_again_with_the_records_beside(browser: Client) -> None:
    page = send(browser, browser.get(APPLY).content.decode())
    assert "This is needed." in page
    assert "Jalan Mawar 1" in page
    assert not Case.objects.exists()


def test_who_has_no_record_is_told_what_to_do_instead_of_a_form(browser: Client, state: State) -> None:
    state.history.records[SITI] = []
    page = browser.get(APPLY).content.decode()
    assert "No earlier home" in page
    assert "Ask the office" in page
    assert "Send application" not in page


def test_a_register_that_does_not_answer_is_said_and_nothing_is_sent(
    browser: Client, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ProviderUnavailable("no answer")

    monkeypatch.setattr(state.history, "find_records", fail)
    assert "A register does not answer now" in browser.get(APPLY).content.decode()


def test_who_may_ask_for_several_says_first_for_whom_and_sees_that_persons_records(
    browser: Client, state: State
) -> None:
    state.population.dependants[SITI] = [Representable(CHILD, "Budi Rahayu", "child")]
    state.history.records[CHILD] = [state.history.records[SITI][0] | {"street": "Jalan Anak 3"}]
    page = browser.get(APPLY).content.decode()
    assert "Continue" in page
    assert "Jalan Mawar 1" not in page
    page = browser.post(APPLY, {"subject": CHILD, "choosing": "1"}).content.decode()
    assert "Jalan Anak 3" in page
    assert "Jalan Mawar 1" not in page


def test_nobody_sees_the_records_of_a_stranger(browser: Client, state: State) -> None:
    state.population.dependants[SITI] = [Representable(CHILD, "Budi Rahayu", "child")]
    state.history.records[STRANGER] = [state.history.records[SITI][0] | {"street": "Jalan Rahasia 9"}]
    page = browser.post(APPLY, {"subject": STRANGER, "choosing": "1"}).content.decode()
    assert "Jalan Rahasia 9" not in page
    assert not state.history.asked
