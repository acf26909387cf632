"""A case with a fee: checked first, paid then, and the money goes back when nothing comes of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import (
    close_finished_cases,
    finish_waiting_cases,
    prepare_document,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.tests.conftest import NOW, SITI, State
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.testing import charging
from gapura.kernel.documents.testing import Document
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.actions import expire_bills
from gapura.kernel.payments.queries import find_bill_of_case, list_revenue
from gapura.kernel.payments.testing import Bill, Refund, ServedBank, demo_bank, pay_for_case

pytestmark = pytest.mark.django_db
SERVICE = "civil.never-married"
HOUSE = system_actor("test")
PERSON = resident(SITI)


@pytest.fixture(autouse=True)
def fee(state: State, agreements: None) -> Iterator[None]:
    state.person.answers["is-over-age", SITI] = False
    with charging(SERVICE, 50_000):
        yield


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with demo_bank(tmp_path) as served:
        yield served


def submit(key: str = "form") -> Case:
    return submit_application(
        actor=PERSON,
        service_code=SERVICE,
        subject=SITI,
        relation="self",
        answers={},
        language="id",
        idempotency_key=key,
        now=clock.now(),
    )


def pay(bank: ServedBank, case: Case) -> Bill:
    return pay_for_case(bank, case.number, PERSON)


def go_on() -> None:
    deliver_pending()
    finish_waiting_cases(actor=HOUSE, now=clock.now())


def test_the_case_waits_for_its_fee_and_is_finished_when_it_comes(bank: ServedBank) -> None:
    case = submit()
    assert (case.status, case.paused_at, Document.objects.count()) == (CaseStatus.PAYMENT, NOW, 0)
    with clock.frozen(NOW + timedelta(days=2)):
        pay(bank, case)
        go_on()
    due_on = case.due_on
    case.refresh_from_db()
    assert case.status == CaseStatus.FULFILLED
    assert case.due_on > due_on
    assert [step.action for step in CaseStep.objects.order_by("pk")] == [
        "submit",
        "request_payment",
        "receive_payment",
        "approve",
        "fulfill",
    ]
    assert list_revenue() == {"dukcapil": 50_000}


def test_nobody_is_asked_to_pay_for_a_refusal(state: State) -> None:
    state.person.answers["has-never-married", SITI] = False
    assert submit().status == CaseStatus.REFUSED
    assert not Bill.objects.exists()


def test_a_law_that_reduces_the_fee_is_shown_and_the_register_was_asked(state: State, bank: ServedBank) -> None:
    state.person.answers["is-over-age", SITI] = True
    case = submit()
    bill = find_bill_of_case(case.number)
    assert bill is not None
    assert (bill.amount, bill.full_amount, bill.exemption["percent"]) == (25_000, 50_000, 50)
    assert "1998" in bill.exemption["law"]["en"]
    assert AccessRecord.objects.filter(question="is-over-age", subject=SITI).count() == 1
    pay(bank, case)
    go_on()
    assert list_revenue() == {"dukcapil": 25_000}


def test_a_free_service_asks_nobody_about_exemptions(state: State) -> None:
    with charging(SERVICE, 0):
        assert submit().status == CaseStatus.FULFILLED
    assert not AccessRecord.objects.filter(question="is-over-age").exists()


def test_a_fee_that_is_waived_whole_holds_nothing_up(state: State) -> None:
    state.person.answers["is-over-age", SITI] = True
    with charging(SERVICE, 1):
        case = submit()
    assert case.status == CaseStatus.FULFILLED
    assert CaseStep.objects.get(action="waive_fee").text["en"]


def test_while_the_register_of_the_exemption_is_down_nobody_pays_too_much(state: State) -> None:
    original = state.person.answer_question

    def only_checks(question, *rest):
        if question == "is-over-age":
            from gapura.kernel.exchange.types import ProviderUnavailable

            raise ProviderUnavailable("down")
        return original(question, *rest)

    state.person.answer_question = only_checks
    case = submit()
    assert (case.status, Bill.objects.count()) == (CaseStatus.RECEIVED, 0)
    state.person.answer_question = original
    finish_waiting_cases(actor=HOUSE, now=NOW + timedelta(minutes=5))
    case.refresh_from_db()
    assert case.status == CaseStatus.PAYMENT


def test_withdrawing_before_paying_cancels_and_after_paying_gives_back(bank: ServedBank) -> None:
    unpaid, paid = submit("one"), submit("two")
    withdraw_case(actor=PERSON, number=unpaid.number, now=NOW)
    assert Bill.objects.get(case_number=unpaid.number).status == "cancelled"
    pay(bank, paid)  # and before the worker goes on with it
    withdraw_case(actor=PERSON, number=paid.number, now=NOW)
    go_on()
    paid.refresh_from_db()
    assert paid.status == CaseStatus.WITHDRAWN
    assert [(one.amount, one.ground) for one in Refund.objects.all()] == [(50_000, "withdrawn")]
    assert CaseStep.objects.filter(case=paid, action="refund").exists()
    assert list_revenue() == {"dukcapil": 0}


def test_a_paid_case_whose_answer_turned_is_refused_and_the_fee_goes_back_when_that_is_final(
    state: State, bank: ServedBank
) -> None:
    case = submit()
    pay(bank, case)
    state.person.answers["has-never-married", SITI] = False
    go_on()
    case.refresh_from_db()
    assert (case.status, Refund.objects.count()) == (CaseStatus.REFUSED, 0)
    with clock.frozen(NOW + timedelta(days=60)):
        assert close_finished_cases(actor=HOUSE, now=clock.now()) == 1
    assert Refund.objects.get().ground == "refused"


def test_a_bill_nobody_pays_closes_the_case(bank: ServedBank) -> None:
    case = submit()
    later = NOW + timedelta(days=30)
    with clock.frozen(later):
        assert expire_bills(actor=HOUSE, today=later.date(), now=later) == 1
        go_on()
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    with pytest.raises(CannotChangeCase):
        withdraw_case(actor=PERSON, number=case.number, now=later)


def test_two_cases_of_one_person_have_two_bills_and_the_same_form_has_one() -> None:
    assert submit("one").number == submit("one").number != submit("two").number
    assert Bill.objects.count() == 2


def test_no_counter_without_a_network_prepares_what_costs_a_fee() -> None:
    with pytest.raises(CannotSubmitApplication, match="fee"):
        prepare_document(
            actor=HOUSE, service_code=SERVICE, subject=SITI, purpose={"en": "test"}, language="id", now=NOW
        )
