"""One bill, one payment, whatever the bank and the network do."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.testing import resident
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.actions import (
    begin_payment,
    end_bill,
    expire_bills,
    inquire_due,
    inquire_intent,
    send_refunds,
    take_callback,
)
from gapura.kernel.payments.providers.demo_bank.callbacks import tell
from gapura.kernel.payments.providers.webhooks import sign_callback
from gapura.kernel.payments.queries import get_balance, list_balances, list_refunds_of, list_revenue
from gapura.kernel.payments.testing import (
    BANK,
    Behavior,
    Bill,
    Difference,
    Fault,
    Payment,
    PaymentIntent,
    Posting,
    Refund,
    ServedBank,
    make_bill,
)
from gapura.kernel.payments.tests.conftest import NOW, PERSON
from gapura.kernel.payments.types import (
    AccountKind,
    BankUnavailable,
    BillNotFound,
    CannotPay,
    ForgedCallback,
    IntentStatus,
    RefundGround,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = system_actor("test")
LATER = NOW + timedelta(hours=2)


def begin(bill: Bill) -> PaymentIntent:
    return begin_payment(
        actor=PERSON, number=bill.number, provider_code=BANK, return_address="http://localhost/back", now=NOW
    )


def inquire(intent: PaymentIntent) -> IntentStatus:
    return inquire_intent(actor=WORKER, reference=intent.reference, now=NOW)


def require_balanced_books(bank: ServedBank) -> None:
    """All accounts together are zero, nothing is held for nobody, and clearing is exactly the bank's own balance."""
    balances = list_balances()
    assert sum(balances.values()) == 0
    assert get_balance(AccountKind.CLEARING) + get_balance(AccountKind.BANK) == sum(
        amount for _number, _reference, amount in bank.bank.list_movements()
    )


def test_a_bill_is_paid_and_the_money_is_the_agencys(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    assert intent.pay_address.startswith(bank.provider.address)
    bank.pay(intent.reference)
    assert inquire(intent) is IntentStatus.PAID
    bill.refresh_from_db()
    assert (bill.status, bill.paid_at) == ("paid", NOW)
    assert list_revenue() == {"dukcapil": 50_000}
    require_balanced_books(bank)


def test_asking_a_hundred_times_records_one_payment(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference)
    for _time in range(5):
        inquire(intent)
    assert Payment.objects.count() == 1
    assert Posting.objects.count() == 2
    require_balanced_books(bank)


def test_a_double_click_and_a_second_tab_are_one_try(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    assert begin(bill).reference == begin(bill).reference
    assert PaymentIntent.objects.count() == 1


def test_an_answer_that_was_lost_is_repeated_under_the_same_key(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    bank.bank.add_fault(Fault.LOST_ANSWER, 1)
    with pytest.raises(CannotPay):
        begin(bill)
    written_before = PaymentIntent.objects.get()
    assert written_before.status == IntentStatus.NEW
    assert begin(bill).reference == written_before.reference
    assert bank.bank.find_intent(written_before.reference)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.DOWN, Fault.GARBAGE])
def test_a_bank_that_does_not_answer_costs_nothing_but_time(bank: ServedBank, fault: Fault) -> None:
    bill = make_bill(now=NOW)
    bank.bank.add_fault(fault, 1)
    with pytest.raises(CannotPay):
        begin(bill)
    intent = begin(bill)
    bank.pay(intent.reference)
    bank.bank.add_fault(fault, 1)
    with pytest.raises(BankUnavailable):
        inquire(intent)
    assert inquire_due(actor=WORKER, now=LATER) == 1
    bill.refresh_from_db()
    assert bill.status == "paid"
    require_balanced_books(bank)


def test_a_bank_that_denies_a_payment_is_asked_again(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference)
    bank.bank.add_fault(Fault.UNKNOWN, 1)
    assert inquire(intent) is IntentStatus.OFFERED
    assert inquire(intent) is IntentStatus.PAID


def test_a_try_the_bank_never_heard_of_is_given_up_and_a_late_payment_still_counts(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    bank.bank.add_fault(Fault.DOWN, 1)
    with pytest.raises(CannotPay):
        begin(bill)
    lost = PaymentIntent.objects.get()
    assert inquire_due(actor=WORKER, now=LATER) == 1
    lost.refresh_from_db()
    assert lost.status == IntentStatus.ENDED
    bank.bank.open_intent(lost.reference, lost.amount, "IDR", "late", "")  # the first order arrives after all
    bank.pay(lost.reference)
    assert inquire(lost) is IntentStatus.PAID
    bill.refresh_from_db()
    assert bill.status == "paid"


def test_paid_twice_at_the_bank_the_second_goes_back_by_itself(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference, Behavior.TWICE)
    inquire(intent)
    (refund,) = list_refunds_of(bill)
    assert (refund.amount, refund.ground, refund.status) == (50_000, "surplus", "ordered")
    assert send_refunds(actor=WORKER, now=NOW) == 1
    assert send_refunds(actor=WORKER, now=LATER) == 0
    assert list_revenue() == {"dukcapil": 50_000}
    assert get_balance(AccountKind.REFUNDS) == 0
    require_balanced_books(bank)


def test_too_much_gives_the_rest_back(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference, Behavior.TOO_MUCH)
    inquire(intent)
    assert [refund.amount for refund in list_refunds_of(bill)] == [5_000]
    require_balanced_books(bank)


def test_half_is_held_until_the_other_half_comes(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    first = begin(bill)
    bank.pay(first.reference, Behavior.PARTIAL)
    inquire(first)
    bill.refresh_from_db()
    assert bill.status == "open"
    assert get_balance(AccountKind.HELD, bill=bill) == 25_000
    second = begin(bill)
    assert (second.reference != first.reference, second.amount) == (True, 25_000)
    bank.pay(second.reference)
    inquire(second)
    bill.refresh_from_db()
    assert bill.status == "paid"
    require_balanced_books(bank)


def test_half_that_nobody_completes_goes_back_when_the_bill_expires(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference, Behavior.PARTIAL)
    inquire(intent)
    after = NOW + timedelta(days=9)
    assert expire_bills(actor=WORKER, today=after.date(), now=after) == 1
    assert [refund.amount for refund in list_refunds_of(bill)] == [25_000]
    with pytest.raises(CannotPay):
        begin(bill)
    assert send_refunds(actor=WORKER, now=after) == 1
    require_balanced_books(bank)


def test_money_for_a_cancelled_bill_goes_back(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    with transaction.atomic():
        end_bill(actor=PERSON, case_number=bill.case_number, ground=RefundGround.WITHDRAWN, percent=100, now=NOW)
    bank.pay(intent.reference)
    inquire(intent)
    bill.refresh_from_db()
    assert bill.status == "cancelled"
    assert [refund.amount for refund in list_refunds_of(bill)] == [50_000]
    assert list_revenue() == {}
    require_balanced_books(bank)


def test_a_withdrawn_case_gives_back_what_the_country_says_once(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference)
    inquire(intent)
    for back in (25_000, 0):
        with transaction.atomic():
            given = end_bill(
                actor=PERSON, case_number=bill.case_number, ground=RefundGround.WITHDRAWN, percent=50, now=NOW
            )
        assert given == back
    send_refunds(actor=WORKER, now=NOW)
    assert list_revenue() == {"dukcapil": 25_000}
    bill.refresh_from_db()
    assert bill.status == "refunded"
    require_balanced_books(bank)


def test_a_payment_the_bank_takes_back_is_owed_again_and_told_to_the_treasurer(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference)
    inquire(intent)
    bank.bank.take_back(Payment.objects.get().transaction_id)
    inquire(intent)
    inquire(intent)
    bill.refresh_from_db()
    assert bill.status == "open"
    assert list_revenue() == {"dukcapil": 0}
    assert Difference.objects.get().kind == "reversed"
    again = begin(bill)
    bank.pay(again.reference)
    inquire(again)
    bill.refresh_from_db()
    assert bill.status == "paid"
    require_balanced_books(bank)


def test_a_pending_refund_is_asked_about_and_a_refused_one_waits_in_suspense(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference, Behavior.TWICE)
    inquire(intent)
    bank.bank.add_fault(Fault.REFUND_PENDING, 1)
    assert send_refunds(actor=WORKER, now=NOW) == 0
    bank.bank.add_fault(Fault.REFUND_REFUSED, 1)
    assert send_refunds(actor=WORKER, now=LATER) == 0
    assert Refund.objects.get().status == "failed"
    assert get_balance(AccountKind.SUSPENSE) == 50_000
    assert Difference.objects.get().kind == "refund-failed"


def test_a_refund_whose_answer_was_lost_is_sent_again_and_done_once(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference, Behavior.TWICE)
    inquire(intent)
    bank.bank.add_fault(Fault.LOST_ANSWER, 1)
    assert send_refunds(actor=WORKER, now=NOW) == 0
    assert send_refunds(actor=WORKER, now=LATER) == 1
    assert [amount for _number, _reference, amount in bank.bank.list_movements() if amount < 0] == [-50_000]
    require_balanced_books(bank)


def test_a_callback_counts_once_and_only_makes_the_house_ask(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference)
    tell(
        intent.reference,
        Behavior.DOUBLED,
        secret=bank.provider.secret,
        now=NOW,
        deliver=lambda *sent: bank.callbacks.append(sent),
    )
    taken = [
        take_callback(actor=WORKER, provider_code=BANK, headers=headers, body=body, now=NOW)
        for headers, body in bank.callbacks
    ]
    assert taken == [True, False, True, False]
    assert Payment.objects.count() == 0
    deliver_pending()
    assert Payment.objects.count() == 1


def test_a_forged_or_old_callback_is_refused(bank: ServedBank) -> None:
    body = b'{"reference": "X"}'
    good = sign_callback(bank.provider.secret, "event-1", NOW, body)
    forged = [
        ({}, body),
        (sign_callback("another secret", "event-1", NOW, body), body),
        (good, body + b" "),
        (good | {"webhook-id": "event-2"}, body),
        (sign_callback(bank.provider.secret, "event-1", NOW - timedelta(minutes=6), body), body),
        (sign_callback(bank.provider.secret, "event-1", NOW + timedelta(minutes=6), body), body),
        (sign_callback(bank.provider.secret, "event-1", NOW, b"[]"), b"[]"),
    ]
    for headers, said in forged:
        with pytest.raises(ForgedCallback):
            take_callback(actor=WORKER, provider_code=BANK, headers=headers, body=said, now=NOW)
    assert take_callback(actor=WORKER, provider_code=BANK, headers=good, body=body, now=NOW)


def test_nobody_pays_or_sees_the_bill_of_another(bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    with pytest.raises(BillNotFound):
        begin_payment(
            actor=resident("3171010101800009"), number=bill.number, provider_code=BANK, return_address="", now=NOW
        )
    assert begin(bill)


def test_the_ledger_refuses_half_a_posting_a_change_and_a_second_time(bank: ServedBank) -> None:
    intent = begin(make_bill(now=NOW))
    bank.pay(intent.reference)
    inquire(intent)
    posting = Posting.objects.order_by("pk").first()
    assert posting is not None
    bad = ({"amount": 0}, {"amount": -5}, {"credit": posting.debit}, {"debit": "pocket"})
    for number, changes in enumerate(bad):
        values = {name: getattr(posting, name) for name in ("at", "debit", "credit", "amount", "currency")}
        with pytest.raises(IntegrityError), transaction.atomic():
            Posting.objects.create(reference=f"bad:{number}", **values | changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(reference=posting.reference, **values)
    with pytest.raises(DatabaseError, match="posting_only_added"), transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(amount=1)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="posting_only_added"), transaction.atomic():
            posting.delete()
