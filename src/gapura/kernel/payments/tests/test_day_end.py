"""The bank's statement against the books: what agrees is settled, what differs is somebody's task."""

from datetime import timedelta

import pytest

from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments import camt
from gapura.kernel.payments.actions import (
    begin_payment,
    close_difference,
    compare_day,
    inquire_intent,
    propose_refund,
    send_refunds,
)
from gapura.kernel.payments.providers.demo_bank.statement import Booking, write_statement
from gapura.kernel.payments.queries import get_balance, list_balances, list_differences, list_revenue
from gapura.kernel.payments.testing import (
    BANK,
    PAYER,
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
    BadStatement,
    BankUnavailable,
    BillNotFound,
    CannotPay,
    CannotRefund,
    RefundGround,
)

pytestmark = pytest.mark.django_db
WORKER = system_actor("test")
DAY = NOW.date()
NIGHT = NOW + timedelta(hours=20)
TREASURER = official("3171010101800031", roles=["treasury.officer"], post="treasurer")
APPROVER = official("3171010101800032", roles=["treasury.approver"], post="head")


def begin(bill: Bill) -> PaymentIntent:
    return begin_payment(actor=PERSON, number=bill.number, provider_code=BANK, return_address="", now=NOW)


def pay(bank: ServedBank, behavior: Behavior = Behavior.WELL, *, told: bool = True) -> Bill:
    bill = make_bill(now=NOW)
    intent = begin(bill)
    bank.pay(intent.reference, behavior)
    if told:
        inquire_intent(actor=WORKER, reference=intent.reference, now=NOW)
    return bill


def compare() -> list[str]:
    """The kinds of difference that stand after the day was compared."""
    compare_day(actor=WORKER, provider_code=BANK, day=DAY, now=NIGHT)
    assert sum(list_balances().values()) == 0
    return [one.kind for one in Difference.objects.filter(closed_at=None).order_by("pk")]


def test_what_agrees_is_settled_and_lies_at_the_bank(bank: ServedBank) -> None:
    bill = pay(bank)
    pay(bank, Behavior.TWICE)
    send_refunds(actor=WORKER, now=NOW)
    assert compare() == []
    bill.refresh_from_db()
    assert bill.status == "settled"
    assert get_balance(AccountKind.BANK, provider=BANK) == 100_000
    assert get_balance(AccountKind.CLEARING) == 0


def test_comparing_again_books_nothing_twice(bank: ServedBank) -> None:
    pay(bank, Behavior.TWICE)
    send_refunds(actor=WORKER, now=NOW)
    compare()
    before = Posting.objects.count()
    assert compare() == []
    assert Posting.objects.count() == before


def test_the_statement_tells_of_a_payment_that_nobody_else_told(bank: ServedBank) -> None:
    bill = pay(bank, told=False)
    assert compare() == []
    bill.refresh_from_db()
    assert bill.status == "settled"
    assert list_revenue() == {"dukcapil": 50_000}


def test_a_reversal_that_only_the_statement_shows_is_taken_over(bank: ServedBank) -> None:
    bill = pay(bank)
    bank.bank.take_back(Payment.objects.get().transaction_id)
    assert compare() == ["reversed"]
    bill.refresh_from_db()
    assert bill.status == "open"
    assert get_balance(AccountKind.BANK) == get_balance(AccountKind.CLEARING) == 0


def test_a_refund_whose_answers_were_all_lost_is_done_when_the_statement_shows_it(bank: ServedBank) -> None:
    pay(bank, Behavior.TWICE)
    bank.bank.add_fault(Fault.LOST_ANSWER, 1)
    send_refunds(actor=WORKER, now=NOW)
    assert Refund.objects.get().status == "ordered"
    assert compare() == []
    assert Refund.objects.get().status == "done"
    assert send_refunds(actor=WORKER, now=NIGHT) == 0


def test_a_line_that_is_missing_is_told_and_closes_itself_when_it_comes(bank: ServedBank) -> None:
    pay(bank)
    bank.bank.add_fault(Fault.MISSING_LINE, 1)
    assert compare() == ["missing-at-bank"]
    assert compare() == []


def test_a_line_with_another_amount_is_told_and_the_rest_lies_in_suspense(bank: ServedBank) -> None:
    pay(bank)
    bank.bank.add_fault(Fault.WRONG_LINE, 1)
    assert compare() == ["other-amount"]
    assert get_balance(AccountKind.SUSPENSE) == 1_000
    assert get_balance(AccountKind.BANK) == 51_000


def test_money_nobody_asked_for_waits_for_two_officials_and_goes_back(bank: ServedBank) -> None:
    number = bank.bank.receive_unasked(7_000)
    assert compare() == ["unmatched"]
    request_id = propose_refund(
        actor=TREASURER,
        provider=BANK,
        transaction_id=number,
        ground=RefundGround.ERROR,
        reason="Sent to the wrong account.",
        now=NIGHT,
    )
    grant_approval(actor=APPROVER, request_id=request_id, note="", now=NIGHT)
    assert send_refunds(actor=WORKER, now=NIGHT) == 1
    assert get_balance(AccountKind.SUSPENSE) == 0
    assert get_balance(AccountKind.BANK) + get_balance(AccountKind.CLEARING) == 0


def test_an_earned_fee_goes_back_by_four_eyes_once(bank: ServedBank) -> None:
    bill = pay(bank)
    payment = Payment.objects.get()
    proposal = {
        "provider": BANK,
        "transaction_id": payment.transaction_id,
        "ground": RefundGround.LAW,
        "reason": "Law.",
        "now": NOW,
    }
    strangers = (
        official("3171010101800033", roles=["civil.registrar"]),
        official("3171010101800033", roles=["treasury.officer"], agency_code="kua"),
        official(PAYER, roles=["treasury.officer"]),
        official(None, roles=["treasury.officer"]),
        PERSON,
    )
    for stranger in strangers:
        with pytest.raises(BillNotFound):
            propose_refund(actor=stranger, **proposal)
    with pytest.raises(CannotRefund):
        propose_refund(actor=TREASURER, **proposal | {"reason": " "})
    request_id = propose_refund(actor=TREASURER, **proposal)
    with pytest.raises(CannotRefund):
        propose_refund(actor=TREASURER, **proposal)  # one open proposal at a time
    both = official("3171010101800031", roles=["treasury.officer", "treasury.approver"], post="both")
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=both, request_id=request_id, note="", now=NOW)  # the same person in another post
    assert not Refund.objects.exists()
    grant_approval(actor=APPROVER, request_id=request_id, note="", now=NOW)
    bill.refresh_from_db()
    assert (bill.status, Refund.objects.get().amount) == ("refunded", 50_000)
    assert list_revenue() == {"dukcapil": 0}
    with pytest.raises(CannotRefund):
        propose_refund(actor=TREASURER, **proposal)


def test_a_refund_is_void_when_the_money_moved_since_it_was_proposed(bank: ServedBank) -> None:
    bill = pay(bank)
    payment = Payment.objects.get()
    request_id = propose_refund(
        actor=TREASURER,
        provider=BANK,
        transaction_id=payment.transaction_id,
        ground=RefundGround.ERROR,
        reason="Error.",
        now=NOW,
    )
    bank.bank.take_back(payment.transaction_id)
    inquire_intent(actor=WORKER, reference=PaymentIntent.objects.get(bill=bill).reference, now=NOW)
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=APPROVER, request_id=request_id, note="", now=NOW)
    assert ApprovalRequest.objects.get().status == "open"


def test_a_treasurer_sees_and_closes_what_is_theirs_with_a_note(bank: ServedBank) -> None:
    pay(bank)
    bank.bank.receive_unasked(7_000)
    bank.bank.take_back(Payment.objects.get().transaction_id)
    compare()
    elsewhere = official("3171010101800034", roles=["treasury.officer"], agency_code="kua")
    assert sorted(one.kind for one in list_differences(TREASURER)) == ["reversed", "unmatched"]
    assert [one.kind for one in list_differences(elsewhere)] == ["unmatched"]
    assert list_differences(APPROVER) == list_differences(PERSON) == []
    reversed_one = Difference.objects.get(kind="reversed")
    with pytest.raises(BillNotFound):
        close_difference(actor=elsewhere, pk=reversed_one.pk, note="Mine.", now=NIGHT)
    with pytest.raises(CannotPay):
        close_difference(actor=TREASURER, pk=reversed_one.pk, note=" ", now=NIGHT)
    closed = close_difference(actor=TREASURER, pk=reversed_one.pk, note="Paid again.", now=NIGHT)
    assert "treasurer" in closed.closed_by
    with pytest.raises(CannotPay):
        close_difference(actor=TREASURER, pk=reversed_one.pk, note="Again.", now=NIGHT)


def test_a_statement_of_another_day_and_a_silent_bank_book_nothing(bank: ServedBank, monkeypatch) -> None:
    pay(bank)
    bank.bank.add_fault(Fault.DOWN, 1)
    with pytest.raises(BankUnavailable):
        compare_day(actor=WORKER, provider_code=BANK, day=DAY, now=NIGHT)
    other = bank.bank.write_statement(DAY - timedelta(days=1))
    monkeypatch.setattr(bank.provider, "fetch_statement", lambda day: other)
    with pytest.raises(BadStatement, match="instead of"):
        compare_day(actor=WORKER, provider_code=BANK, day=DAY, now=NIGHT)
    assert get_balance(AccountKind.BANK) == 0


GOOD = write_statement(DAY, "IDR", 0, [Booking("TX1", "REF1", 5), Booking("TX2", "REF2", -3)])
BAD = [
    b"",
    b"<html/>",
    GOOD[:200],
    b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + GOOD,
    GOOD.replace(b"<?xml version='1.0' encoding='utf-8'?>", b"").decode().encode("utf-16"),
    GOOD.replace(b">5<", b">5.50<"),
    GOOD.replace(b">5<", b">-5<"),
    GOOD.replace(b">5<", b">five<"),
    GOOD.replace(b'Ccy="IDR">5', b'Ccy="USD">5'),
    GOOD.replace(b"DBIT", b"BOTH"),
    GOOD.replace(b"<AcctSvcrRef>TX1</AcctSvcrRef>", b""),
    GOOD.replace(b"OPBD", b"CLBD"),
]


def test_a_good_statement_is_read_exactly() -> None:
    assert camt.read_statement(GOOD) == {
        "day": DAY.isoformat(),
        "currency": "IDR",
        "opening": 0,
        "closing": 2,
        "lines": [
            {"transaction_id": "TX1", "reference": "REF1", "amount": 5},
            {"transaction_id": "TX2", "reference": "REF2", "amount": -3},
        ],
    }


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_a_bad_statement_is_refused_whole(content: bytes) -> None:
    with pytest.raises(ValueError):
        camt.read_statement(content)
