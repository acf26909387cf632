"""The receipt of a paid bill: sealed once, for the payer, for as long as the money stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import is_faithful, replace_documents_about
from gapura.kernel.cases.testing import resident
from gapura.kernel.documents.queries import find_document, get_content, get_facts
from gapura.kernel.identity import testing as identity
from gapura.kernel.payments.actions import begin_payment, end_bill, inquire_intent, seal_receipt
from gapura.kernel.payments.testing import BANK, PAYER, Bill, PaymentIntent, ServedBank, make_bill
from gapura.kernel.payments.tests.conftest import NOW
from gapura.kernel.payments.types import BillNotFound, CannotGiveReceipt, RefundGround

pytestmark = pytest.mark.django_db
HOUSE = system_actor("test")
OTHER = "3171010101800009"


def paid_bill(bank: ServedBank) -> Bill:
    bill = make_bill(now=NOW)
    begin_payment(actor=resident(PAYER), number=bill.number, provider_code=BANK, return_address="https://x/", now=NOW)
    reference = PaymentIntent.objects.get(bill=bill).reference
    bank.pay(reference)
    inquire_intent(actor=HOUSE, reference=reference, now=NOW)
    bill.refresh_from_db()
    return bill


def seal(bill: Bill, person: str = PAYER) -> str:
    return seal_receipt(actor=resident(person), number=bill.number, now=NOW)


def test_a_paid_bill_has_one_receipt_that_says_what_the_books_say(bank: ServedBank) -> None:
    bill = paid_bill(bank)
    code = seal(bill)
    assert seal(bill) == code
    document = find_document(code)
    assert document is not None
    assert (document.holder, document.subject, document.agency_code) == (PAYER, PAYER, bill.agency_code)
    assert get_content(document).startswith(b"%PDF-")
    record = dict(get_facts(document)[0].records[0])
    assert (record["fee_paid"], record["bill_number"]) == (bill.amount, bill.number)


def test_there_is_none_before_the_whole_amount_is_here_and_none_for_others(bank: ServedBank) -> None:
    with pytest.raises(CannotGiveReceipt):
        seal(make_bill(now=NOW))
    with pytest.raises(BillNotFound):
        seal(paid_bill(bank), OTHER)
    with pytest.raises(BillNotFound):
        seal_receipt(actor=resident(PAYER), number="NO-SUCH-BILL", now=NOW)


def test_when_the_money_goes_back_the_receipt_is_worth_nothing(bank: ServedBank) -> None:
    bill = paid_bill(bank)
    code = seal(bill)
    end_bill(actor=HOUSE, case_number=bill.case_number, ground=RefundGround.WITHDRAWN, percent=100, now=NOW)
    document = find_document(code)
    assert document is not None
    assert document.status == "revoked"
    with pytest.raises(CannotGiveReceipt):
        seal(bill)


def test_the_payer_gets_it_from_the_page_of_the_bill(bank: ServedBank) -> None:
    bill, browser, stranger = paid_bill(bank), Client(headers={"Accept-Language": "en"}), Client()
    identity.sign_in(browser, identity.make_resident("payer", person_number=PAYER))
    identity.sign_in(stranger, identity.make_resident("stranger", person_number=OTHER))
    assert "Receipt as a sealed document" in browser.get(f"/bills/{bill.number}/").content.decode()
    answer = browser.post(f"/bills/{bill.number}/receipt/", follow=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert stranger.post(f"/bills/{bill.number}/receipt/").status_code == 404
    open_bill = make_bill(now=NOW)
    page = browser.post(f"/bills/{open_bill.number}/receipt/", follow=True).content.decode()
    assert "once the whole amount has arrived" in page


def test_a_correction_of_a_register_leaves_it_alone(bank: ServedBank) -> None:
    """No case brought it: it states what was paid, whatever the person is called."""
    code = seal(paid_bill(bank))
    assert replace_documents_about(actor=HOUSE, person_number=PAYER, now=NOW) == 0
    assert is_faithful(actor=HOUSE, code=code, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_seal_one(bank: ServedBank) -> None:
    bill = paid_bill(bank)

    def click(_n: int) -> str:
        try:
            return seal(bill)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(click, range(4)))
    assert len(codes) == 1
    assert find_document(codes.pop()) is not None
