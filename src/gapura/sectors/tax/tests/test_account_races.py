"""Several processes, one account: whatever interleaving, one posting for each source, one bill, and a sum of zero."""

from collections.abc import Iterator
from functools import partial

import pytest

from gapura.foundation import clock
from gapura.kernel.payments.testing import Bill, at_once
from gapura.sectors.tax.actions import reverse_postings
from gapura.sectors.tax.actions.collection import follow_account
from gapura.sectors.tax.actions.payments import issue_tax_bill, record_payment
from gapura.sectors.tax.models import CollectionStep, TaxBill
from gapura.sectors.tax.queries import get_balance, list_postings
from gapura.sectors.tax.queries.ledger import sum_ledgers
from gapura.sectors.tax.tests.accounts import ANI, HOUSE, NOW, PERSON, owe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def test_four_processes_assess_bill_and_pay_once():
    assert at_once(*[owe] * 4) == [0, 0, 0, 0]
    assert at_once(*[partial(follow_account, actor=HOUSE, taxpayer=ANI, now=NOW)] * 4) == [0, 0, 0, 0]
    assert CollectionStep.objects.count() == 1
    assert at_once(*[partial(issue_tax_bill, actor=PERSON, taxpayer=ANI, now=NOW)] * 4) == [0, 0, 0, 0]
    assert (TaxBill.objects.count(), Bill.objects.count()) == (1, 1)
    pay = partial(record_payment, actor=HOUSE, taxpayer=ANI, amount=TaxBill.objects.get().amount, source="b", now=NOW)
    assert at_once(*[pay] * 4) == [0, 0, 0, 0]
    balance = get_balance(ANI, "income", "2025")
    assert (balance.owed, balance.credit) == (0, 0)
    back = partial(reverse_postings, actor=HOUSE, source="b", now=NOW)
    assert at_once(*[back] * 4) == [0, 0, 0, 0]
    assert get_balance(ANI, "income", "2025").owed == TaxBill.objects.get().amount
    assert sum(sum_ledgers(list_postings(ANI)).values()) == 0


def test_two_different_payments_at_once_both_count():
    owe(1_000_000)
    pays = [
        partial(record_payment, actor=HOUSE, taxpayer=ANI, amount=700_000, source=f"b:{number}", now=NOW)
        for number in range(2)
    ]
    assert at_once(*pays) == [0, 0]
    balance = get_balance(ANI, "income", "2025")
    assert (balance.owed, balance.credit) == (0, 400_000)
