"""Two processes, one bill: whatever interleaving, one payment; whatever dies, nothing is charged twice."""

from functools import partial

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments.actions import begin_payment, inquire_due, inquire_intent, send_refunds
from gapura.kernel.payments.queries import get_balance, list_balances, list_revenue
from gapura.kernel.payments.testing import (
    BANK,
    Behavior,
    Bill,
    Payment,
    PaymentIntent,
    Refund,
    ServedBank,
    make_bill,
)
from gapura.kernel.payments.tests.conftest import NOW, PERSON
from gapura.kernel.payments.tests.processes import at_once
from gapura.kernel.payments.tests.test_paying import LATER
from gapura.kernel.payments.types import AccountKind, CannotPay

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = system_actor("test")


def begin(bill: Bill) -> None:
    try:
        begin_payment(actor=PERSON, number=bill.number, provider_code=BANK, return_address="", now=NOW)
    except CannotPay:
        begin_payment(actor=PERSON, number=bill.number, provider_code=BANK, return_address="", now=NOW)


def test_four_processes_begin_one_try_and_record_one_payment(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    assert at_once(*[partial(begin, bill)] * 4) == [0, 0, 0, 0]
    intent = PaymentIntent.objects.get()
    bank.pay(intent.reference, Behavior.TWICE)
    inquire = partial(inquire_intent, actor=WORKER, reference=intent.reference, now=NOW)
    assert at_once(*[inquire] * 4) == [0, 0, 0, 0]
    assert (Payment.objects.count(), Refund.objects.count()) == (2, 1)
    send = partial(send_refunds, actor=WORKER, now=NOW)
    assert at_once(*[send] * 3) == [0, 0, 0]
    assert [amount for _number, _reference, amount in bank.bank.list_movements()] == [50_000, 50_000, -50_000]
    assert list_revenue() == {"dukcapil": 50_000}
    assert sum(list_balances().values()) == 0


def test_killed_at_any_moment_the_bill_is_paid_once(bank: ServedBank) -> None:
    for moment in range(8):
        bill = make_bill(now=NOW)
        at_once(partial(begin, bill), kill_after=moment * 0.004)
        begin(bill)
        intent = PaymentIntent.objects.get(bill=bill)
        bank.pay(intent.reference)
        inquire = partial(inquire_intent, actor=WORKER, reference=intent.reference, now=NOW)
        at_once(inquire, kill_after=moment * 0.004)
        inquire_due(actor=WORKER, now=LATER)
        bill.refresh_from_db()
        assert bill.status == "paid"
        assert get_balance(AccountKind.REVENUE, bill=bill) == 50_000
    credited = [reference for _number, reference, _amount in bank.bank.list_movements()]
    assert len(credited) == len(set(credited)) == 8
