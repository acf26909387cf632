"""Paying taxes through the bank: one bill, exactly once, whatever the bank does; and what a delay costs."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.testing import resident
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.actions import begin_payment, expire_bills, inquire_intent
from gapura.kernel.payments.queries import list_refunds_of, list_revenue
from gapura.kernel.payments.testing import BANK, Behavior, Bill, Payment, PaymentIntent, ServedBank, demo_bank
from gapura.kernel.registers.testing import store_entry
from gapura.sectors.tax.actions.collection import follow_account, follow_accounts
from gapura.sectors.tax.actions.payments import issue_tax_bill
from gapura.sectors.tax.models import ArrearsEntry, BusinessTaxpayerEntry, TaxBill
from gapura.sectors.tax.providers import ArrearsProvider
from gapura.sectors.tax.queries import get_balance, list_postings
from gapura.sectors.tax.queries.collection import list_accounts_to_follow
from gapura.sectors.tax.queries.interest import get_interest
from gapura.sectors.tax.queries.ledger import sum_ledgers
from gapura.sectors.tax.tests.accounts import ANI, BUDI, DUE, HOUSE, NOW, PERSON, owe
from gapura.sectors.tax.types import AccountNotFound, AssessmentKind, CannotChangeAccount

pytestmark = pytest.mark.django_db(transaction=True)
NOT_DUE = date(2026, 12, 31)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with clock.frozen(NOW), demo_bank(tmp_path, read_seconds=0.5, slow_seconds=1) as served:
        yield served


def bill_for(amount: int | None = None) -> Bill:
    return issue_tax_bill(actor=PERSON, taxpayer=ANI, amount=amount, now=NOW)


def begin(bill: Bill) -> PaymentIntent:
    return begin_payment(actor=PERSON, number=bill.number, provider_code=BANK, return_address="http://x/", now=NOW)


def pay(bank: ServedBank, bill: Bill, behavior: Behavior = Behavior.WELL) -> PaymentIntent:
    intent = begin(bill)
    bank.pay(intent.reference, behavior)
    hear(intent)
    return intent


def hear(intent: PaymentIntent) -> None:
    """The bank is asked, and asked again; then what was published is delivered."""
    for _time in range(2):
        inquire_intent(actor=HOUSE, reference=intent.reference, now=NOW)
        deliver_pending()


def owed() -> tuple[int, int]:
    balance = get_balance(ANI, "income", "2025")
    return balance.owed, balance.credit


def test_one_bill_is_paid_once_however_often_the_bank_says_so(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    bill = bill_for()
    assert (bill.amount, bill.payer, bill.agency_code) == (1_000_000, ANI, "djp")
    pay(bank, bill)
    assert owed() == (0, 0)
    assert list_revenue() == {"djp": 1_000_000}
    assert TaxBill.objects.get().status == "paid"
    assert sum(sum_ledgers(list_postings(ANI)).values()) == 0
    with pytest.raises(CannotChangeAccount):
        bill_for()


def test_a_double_click_and_a_second_tab_are_one_bill_another_amount_replaces_it(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    first = bill_for()
    assert bill_for().number == first.number
    part = bill_for(400_000)
    assert part.number != first.number
    pay(bank, part)
    assert owed() == (600_000, 0)
    assert [one.status for one in TaxBill.objects.order_by("pk")] == ["ended", "paid"]
    for wrong in (0, -1, 600_001):
        with pytest.raises(CannotChangeAccount):
            bill_for(wrong)


def test_money_for_a_replaced_bill_goes_back_and_settles_nothing(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    old = bill_for()
    intent = begin(old)
    bill_for(300_000)
    bank.pay(intent.reference)
    hear(intent)
    assert [refund.amount for refund in list_refunds_of(old)] == [1_000_000]
    assert owed() == (1_000_000, 0)


def test_paid_twice_at_the_bank_settles_once_and_the_second_goes_back(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    bill = bill_for()
    pay(bank, bill, Behavior.TWICE)
    assert owed() == (0, 0)
    assert [refund.amount for refund in list_refunds_of(bill)] == [1_000_000]


def test_a_bank_that_never_answers_costs_nothing_and_the_next_bill_can_be_paid(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    begin(bill_for())
    after = NOW + timedelta(days=8)
    assert expire_bills(actor=HOUSE, today=after.date(), now=after) == 1
    deliver_pending()
    assert owed() == (1_000_000, 0)
    assert TaxBill.objects.get().status == "ended"
    again = issue_tax_bill(actor=PERSON, taxpayer=ANI, now=after)
    assert again.status == "open"


def test_what_the_bank_takes_back_is_owed_again_and_can_be_paid_again(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    bill = bill_for()
    intent = pay(bank, bill)
    bank.bank.take_back(Payment.objects.get().transaction_id)
    hear(intent)
    assert owed() == (1_000_000, 0)
    bill.refresh_from_db()
    assert bill_for().number == bill.number
    pay(bank, bill)
    assert owed() == (0, 0)
    assert sum(sum_ledgers(list_postings(ANI)).values()) == 0


def test_a_debt_that_is_gone_when_the_money_comes_becomes_credit(bank: ServedBank):
    from gapura.sectors.tax.actions import reverse_postings

    posted = owe(1_000_000, due_on=NOT_DUE)
    intent = begin(bill_for())
    reverse_postings(actor=HOUSE, source=posted.source, now=NOW)
    bank.pay(intent.reference)
    hear(intent)
    assert owed() == (0, 1_000_000)


def test_nobody_bills_the_account_of_another_and_who_answers_for_a_business_does(bank: ServedBank):
    owe(1_000_000, due_on=NOT_DUE)
    with pytest.raises(AccountNotFound):
        issue_tax_bill(actor=resident(BUDI), taxpayer=ANI, now=NOW)
    with pytest.raises(AccountNotFound):
        issue_tax_bill(actor=PERSON, taxpayer="9120001234567", now=NOW)
    store_entry(
        BusinessTaxpayerEntry,
        business_number="9120001234567",
        responsible_number=ANI,
        tax_number="0912000123456789",
        tax_office="KPP",
        valid_from=date(2020, 1, 1),
    )
    owe(500_000, who="9120001234567", due_on=NOT_DUE)
    assert issue_tax_bill(actor=PERSON, taxpayer="9120001234567", now=NOW).amount == 500_000
    assert bill_for().amount == 1_000_000


def test_interest_is_the_laws_for_each_begun_month_once(db: None):
    owe(12_000_000)  # due on 31 March
    for _time in range(2):
        follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)  # 4 May: the second month has begun
    of_kind = get_balance(ANI, "income", "2025").owed_by_kind
    assert of_kind[AssessmentKind.INTEREST] == get_interest(12_000_000, DUE, 2) > 0
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW - timedelta(days=60))  # a clock that was set back
    assert get_balance(ANI, "income", "2025").owed_by_kind == of_kind
    later = NOW + timedelta(days=800)
    follow_account(actor=HOUSE, taxpayer=ANI, now=later)
    follow_account(actor=HOUSE, taxpayer=ANI, now=later + timedelta(days=400))
    most = get_balance(ANI, "income", "2025").owed_by_kind[AssessmentKind.INTEREST]
    assert most == get_interest(12_000_000, DUE, 24) == get_interest(12_000_000, DUE, 99)


def test_arrears_begin_the_day_after_they_were_due_and_end_with_the_payment(bank: ServedBank):
    owe(1_000_000)
    owe(300_000, period="2026", due_on=NOT_DUE)
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    (entry,) = ArrearsEntry.objects.filter(superseded_at__isnull=True)
    assert (entry.valid_from, entry.tax_year, entry.valid_until) == (date(2026, 4, 1), 2025, None)
    assert entry.arrears_amount == get_balance(ANI, "income", "2025").owed > 1_000_000
    assert not ArrearsProvider().has_no_arrears(ANI, {}, NOW.date(), None), "the clearance certificate is refused"
    pay(bank, bill_for())
    assert ArrearsProvider().has_no_arrears(ANI, {}, NOW.date(), None)
    (entry,) = ArrearsEntry.objects.filter(superseded_at__isnull=True)
    assert entry.valid_until == date(2026, 5, 4)
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    assert ArrearsEntry.objects.filter(superseded_at__isnull=True).count() == 1


def test_the_night_follows_who_owes_and_leaves_the_settled_alone(bank: ServedBank):
    owe(1_000_000)
    owe(500_000, who=BUDI, due_on=NOT_DUE)
    assert follow_accounts(actor=HOUSE, now=NOW) == 1, "one reminder; the other is not due"
    pay(bank, bill_for())
    after = NOW + timedelta(days=7)
    assert list_accounts_to_follow(since=after) == [BUDI]
    assert follow_accounts(actor=HOUSE, now=after) == 0
