"""Any order of payments, faults, withdrawals and nights: the books agree with the bank, and nothing is lost."""

import tempfile
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments.actions import (
    begin_payment,
    compare_day,
    end_bill,
    expire_bills,
    inquire_due,
    inquire_intent,
    send_refunds,
)
from gapura.kernel.payments.queries import get_balance, list_balances, list_payments_of, list_refunds_of
from gapura.kernel.payments.testing import (
    BANK,
    Behavior,
    Bill,
    Difference,
    Fault,
    Payment,
    PaymentIntent,
    Refund,
    demo_bank,
    make_bill,
)
from gapura.kernel.payments.tests.conftest import NOW, PERSON
from gapura.kernel.payments.types import AccountKind, BadStatement, BankUnavailable, CannotPay, RefundGround

WORKER = system_actor("test")
BEHAVIORS = st.sampled_from(
    [Behavior.WELL, Behavior.TWICE, Behavior.PARTIAL, Behavior.TOO_MUCH, Behavior.REVERSED, Behavior.DECLINED]
)
FAULTS = st.sampled_from([Fault.DOWN, Fault.LOST_ANSWER, Fault.UNKNOWN, Fault.GARBAGE, Fault.REFUND_PENDING])


class PayingMachine(RuleBasedStateMachine):
    """One bill after another at one bank; time only goes forward, within one day of the bank."""

    @initialize()
    def open_bank(self) -> None:
        self.at_end = ExitStack()
        self.now = NOW
        folder = Path(self.at_end.enter_context(tempfile.TemporaryDirectory()))
        self.at_end.enter_context(clock.frozen(NOW))  # the bank books everything on one day
        self.served = self.at_end.enter_context(demo_bank(folder, read_seconds=2))
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.bill = make_bill(now=NOW)

    def teardown(self) -> None:
        if hasattr(self, "at_end"):
            self.settle()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.at_end.close()

    @rule()
    def wait(self) -> None:
        self.now += timedelta(minutes=40)

    @precondition(lambda self: Bill.objects.get(pk=self.bill.pk).status not in ("open", "paid"))
    @rule()
    def next_bill(self) -> None:
        self.bill = make_bill(now=NOW)

    @rule()
    def begin(self) -> None:
        with suppress(CannotPay):
            begin_payment(actor=PERSON, number=self.bill.number, provider_code=BANK, return_address="", now=self.now)

    @rule(behavior=BEHAVIORS)
    def pay(self, behavior: Behavior) -> None:
        for intent in PaymentIntent.objects.order_by("pk"):
            known = self.served.bank.find_intent(intent.reference)
            if known and known["state"] == "open":
                self.served.pay(intent.reference, behavior)

    @rule(fault=FAULTS)
    def fail(self, fault: Fault) -> None:
        self.served.bank.add_fault(fault, 1)

    @rule()
    def ask_about_an_old_try(self) -> None:
        intent = PaymentIntent.objects.order_by("pk").first()
        if intent:
            with suppress(BankUnavailable):
                inquire_intent(actor=WORKER, reference=intent.reference, now=self.now)

    @rule()
    def work(self) -> None:
        inquire_due(actor=WORKER, now=self.now)
        send_refunds(actor=WORKER, now=self.now)

    @rule(percent=st.sampled_from([0, 33, 100]))
    def withdraw(self, percent: int) -> None:
        end_bill(
            actor=PERSON,
            case_number=self.bill.case_number,
            ground=RefundGround.WITHDRAWN,
            percent=percent,
            now=self.now,
        )

    @rule()
    def expire(self) -> None:
        expire_bills(actor=WORKER, today=NOW.date() + timedelta(days=20), now=self.now)

    @rule()
    def compare(self) -> None:
        with suppress(BankUnavailable, BadStatement):
            compare_day(actor=WORKER, provider_code=BANK, day=NOW.date(), now=self.now)

    @rule()
    def take_back(self) -> None:
        payment = Payment.objects.filter(reversed_at=None, bill__status="paid").order_by("-pk").first()
        if payment and not Refund.objects.filter(payment=payment).exists():
            self.served.bank.take_back(payment.transaction_id)

    @invariant()
    def everything_together_is_zero(self) -> None:
        assert sum(list_balances().values()) == 0

    @invariant()
    def every_bill_holds_what_its_state_says(self) -> None:
        for bill in Bill.objects.order_by("pk"):
            held = get_balance(AccountKind.HELD, bill=bill)
            assert held == 0 if bill.status in ("paid", "settled") else held <= bill.amount
            earned = get_balance(AccountKind.REVENUE, bill=bill)
            assert earned == (bill.amount if bill.status in ("paid", "settled") else earned)
            assert 0 <= earned <= bill.amount
            came = sum(one.amount for one in list_payments_of(bill) if not one.reversed_at)
            back = sum(one.amount for one in list_refunds_of(bill) if one.status != "failed")
            assert back <= came or Difference.objects.filter(bill_number=bill.number).exists()

    def settle(self) -> None:
        """When all faults are over and the worker ran, the books are the bank's to the unit."""
        for fault in Fault:
            self.served.bank.add_fault(fault, 0)
        for hour in range(1, 4):
            later = self.now + timedelta(hours=2 * hour)
            inquire_due(actor=WORKER, now=later)
            compare_day(actor=WORKER, provider_code=BANK, day=NOW.date(), now=later)
            send_refunds(actor=WORKER, now=later)
        compare_day(actor=WORKER, provider_code=BANK, day=NOW.date(), now=self.now + timedelta(hours=9))
        at_bank = sum(amount for _number, _reference, amount in self.served.bank.list_movements())
        assert get_balance(AccountKind.BANK) == at_bank
        assert get_balance(AccountKind.CLEARING) == 0
        assert not Difference.objects.filter(kind__in=["balance", "unmatched", "other-amount"]).exists()


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_books_are_the_banks() -> None:
    patience = settings(
        max_examples=6,
        stateful_step_count=15,
        deadline=None,
        phases=[Phase.generate],  # shrinking a failure would take longer than reading it
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(PayingMachine, settings=patience)
