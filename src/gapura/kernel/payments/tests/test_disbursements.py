"""Money that a decision sends: once, whatever the bank does, and the books agree with the bank."""

from datetime import timedelta

import pytest
from django.db import connection

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments import plugin
from gapura.kernel.payments.actions import (
    compare_day,
    conclude_disbursement,
    order_disbursement,
    send_disbursements,
)
from gapura.kernel.payments.models import Disbursement
from gapura.kernel.payments.queries import get_balance
from gapura.kernel.payments.testing import BANK, PAYER, Difference, Fault, ServedBank, at_once
from gapura.kernel.payments.tests.conftest import NOW
from gapura.kernel.payments.types import AccountKind as A
from gapura.kernel.payments.types import BankAccount, CannotDisburse, DisbursementOrder, DisbursementStatus

HOUSE = system_actor("test")
OWN = BankAccount("Bank Rakyat", "0012345678")
LATER = NOW + timedelta(hours=2)


def order(object_ref: str = "tax-refund:1", amount: int = 500_000) -> Disbursement:
    return order_disbursement(
        actor=HOUSE,
        object_ref=object_ref,
        payee=PAYER,
        agency_code="djp",
        account=OWN,
        amount=amount,
        text="income 2024",
        now=NOW,
    )


def state(reference: str) -> str:
    return str(Disbursement.objects.get(reference=reference).status)


@pytest.mark.django_db
@pytest.mark.database
def test_ordered_sent_and_on_the_statement(bank: ServedBank):
    one = order()
    assert (get_balance(A.REVENUE), get_balance(A.REFUNDS)) == (-500_000, 500_000)
    assert send_disbursements(actor=HOUSE, now=NOW) == 1
    assert (state(one.reference), get_balance(A.CLEARING)) == ("done", -500_000)
    assert send_disbursements(actor=HOUSE, now=LATER) == 0
    assert [amount for _, reference, amount in bank.bank.list_movements() if reference == one.reference] == [-500_000]
    with clock.frozen(NOW + timedelta(days=1)):
        for _again in range(2):
            compare_day(actor=HOUSE, provider_code=BANK, day=NOW.date(), now=clock.now())
    assert (get_balance(A.CLEARING), get_balance(A.BANK), get_balance(A.REFUNDS)) == (0, -500_000, 0)
    assert not Difference.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOST_ANSWER, Fault.UNKNOWN, Fault.GARBAGE, Fault.TRANSFER_PENDING])
def test_a_bank_that_stumbles_sends_it_once(bank: ServedBank, fault: Fault):
    one = order()
    bank.bank.add_fault(fault, 1)
    assert send_disbursements(actor=HOUSE, now=NOW) == 0
    assert state(one.reference) == "ordered"
    assert send_disbursements(actor=HOUSE, now=LATER) == 1
    assert len(bank.bank.list_movements()) == 1


@pytest.mark.django_db
def test_what_nobody_heard_of_is_concluded_by_the_statement(bank: ServedBank):
    one = order()
    bank.bank.add_fault(Fault.LOST_ANSWER, 1)
    send_disbursements(actor=HOUSE, now=NOW)
    with clock.frozen(NOW + timedelta(days=1)):
        compare_day(actor=HOUSE, provider_code=BANK, day=NOW.date(), now=clock.now())
    assert state(one.reference) == "done"
    assert (get_balance(A.BANK), get_balance(A.CLEARING)) == (-500_000, 0)


@pytest.mark.django_db
def test_refused_money_is_the_states_again_and_may_be_ordered_anew(bank: ServedBank):
    one = order()
    bank.bank.add_fault(Fault.TRANSFER_REFUSED, 1)
    send_disbursements(actor=HOUSE, now=NOW)
    assert (state(one.reference), get_balance(A.REVENUE), get_balance(A.REFUNDS)) == ("failed", 0, 0)
    conclude_disbursement(actor=HOUSE, reference=one.reference, status=DisbursementStatus.DONE, now=LATER)
    assert state(one.reference) == "failed", "how it ended is written once"
    again = order()
    send_disbursements(actor=HOUSE, now=LATER)
    assert state(again.reference) == "done"


@pytest.mark.django_db
def test_one_decision_sends_its_money_once(bank: ServedBank):
    order()
    with pytest.raises(CannotDisburse):
        order()
    send_disbursements(actor=HOUSE, now=NOW)
    with pytest.raises(CannotDisburse):
        order()
    assert order("tax-refund:2")
    assert Disbursement.objects.count() == 2


@pytest.mark.django_db
def test_without_a_bank_nothing_is_ordered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plugin, "_providers", {})
    with pytest.raises(CannotDisburse):
        order()
    assert not Disbursement.objects.exists()


@pytest.mark.django_db
def test_a_key_used_for_other_terms_is_refused_by_the_bank(bank: ServedBank):
    one = order()
    send_disbursements(actor=HOUSE, now=NOW)
    other = DisbursementOrder(one.reference, BankAccount("Bank Rakyat", "99"), 1, "IDR", "")
    with pytest.raises(Exception, match="409"):
        bank.provider.disburse(other)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_workers_and_one_killed_send_it_once(bank: ServedBank):
    for number in range(6):
        order(f"tax-refund:{number}")
    connection.close()

    def work() -> None:
        send_disbursements(actor=HOUSE, now=NOW)

    at_once(work, work, kill_after=0.15)
    send_disbursements(actor=HOUSE, now=LATER)
    assert {state(one.reference) for one in Disbursement.objects.all()} == {"done"}
    assert len(bank.bank.list_movements()) == 6
    assert (get_balance(A.REFUNDS), get_balance(A.CLEARING)) == (0, -3_000_000)
