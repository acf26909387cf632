"""Paying in a browser, from the bill to the bank and back, and the treasurer's desk."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation.egress import Allowed, Answer, call, with_addresses
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity import testing as identity
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.actions import compare_day
from gapura.kernel.payments.plugin import list_payment_providers
from gapura.kernel.payments.providers.webhooks import sign_callback
from gapura.kernel.payments.testing import (
    BANK,
    PAYER,
    Bill,
    Difference,
    Fault,
    PaymentIntent,
    ServedBank,
    make_bill,
)
from gapura.kernel.payments.tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Client:
    return browser(PAYER)


def browser(number: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    identity.sign_in(client, identity.make_resident(f"person-{number[-4:]}", person_number=number))
    return client


def treasurer() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    post = "dukcapil/31.71/treasurer"
    account = identity.make_official(
        "treasurer", person_number="3171010101800031", post_code=post, roles=["treasury.officer"]
    )
    identity.sign_in(client, account, post_code=post)
    return client


def bill_page(bill: Bill) -> str:
    return reverse("payments:bill", args=[bill.number])


def at_bank(method: str, address: str, form: str = "") -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reach = with_addresses(Allowed((), ()), [address])
    return call(method, address, allowed=reach, body=form.encode(), headers=headers)


def pay_at(address: str, behavior: str = "well") -> str:
    """Send the form of the bank's page; where it leads back to."""
    answer = at_bank("POST", address, f"behavior={behavior}")
    assert answer.status == 303
    return urlsplit(answer.headers["Location"]).path


def test_a_person_pays_on_the_banks_page_and_comes_back_to_a_receipt(person: Client, bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    assert "50,000" in person.get(bill_page(bill)).content.decode()
    assert person.post(bill_page(bill), {"provider": BANK}).status_code == 302
    page = person.get(bill_page(bill)).content.decode()
    address = PaymentIntent.objects.get().pay_address
    assert address in page
    assert "Demonstration bank" in at_bank("GET", address).content.decode()
    back = pay_at(address)
    assert back == reverse("payments:back", args=[bill.number])
    assert person.get(back, follow=True).redirect_chain == [(bill_page(bill), 302)]
    assert "This page is your receipt" in person.get(bill_page(bill)).content.decode()
    assert "This payment has ended" in at_bank("GET", address).content.decode()


@pytest.mark.parametrize("behavior", ["doubled", "disordered", "well"])
def test_the_banks_callbacks_are_enough(person: Client, bank: ServedBank, behavior: str) -> None:
    bill = make_bill(now=NOW)
    person.post(bill_page(bill), {"provider": BANK})
    pay_at(PaymentIntent.objects.get().pay_address, behavior)
    for headers, body in bank.callbacks:
        answer = Client().post(
            reverse("payments:callback", args=[BANK]), body, content_type="application/json", headers=headers
        )
        assert answer.status_code == 204
    deliver_pending()
    bill.refresh_from_db()
    assert bill.status == "paid"


def test_a_forged_callback_changes_nothing(person: Client, bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    person.post(bill_page(bill), {"provider": BANK})
    pay_at(PaymentIntent.objects.get().pay_address, "forged")
    statuses = [
        Client()
        .post(reverse("payments:callback", args=[code]), body, content_type="application/json", headers=headers)
        .status_code
        for headers, body in bank.callbacks
        for code in (BANK, "no-such-bank")
    ]
    assert set(statuses) == {401}
    good = sign_callback(bank.provider.secret, "event", NOW, b"{}" + b" " * 20_000)
    too_long = Client().post(
        reverse("payments:callback", args=[BANK]),
        b"{}" + b" " * 20_000,
        content_type="application/json",
        headers=good,
    )
    assert too_long.status_code == 413
    deliver_pending()
    bill.refresh_from_db()
    assert bill.status == "open"


def test_a_callback_in_the_shape_of_a_form_is_refused(bank: ServedBank) -> None:
    assert Client().post(reverse("payments:callback", args=[BANK]), {"reference": "X"}).status_code == 401


def test_a_difference_without_a_payment_can_only_be_closed(bank: ServedBank) -> None:
    desk = treasurer()
    one = Difference.objects.create(
        provider=BANK, day=NOW.date(), kind="balance", transaction_id="balance", at_bank=1, in_books=2, found_at=NOW
    )
    page = desk.get(reverse("payments:difference", args=[one.pk])).content.decode()
    assert "Close the difference" in page
    assert "Propose the refund" not in page


def test_a_declined_payment_leaves_the_bill_open_for_another_try(person: Client, bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    person.post(bill_page(bill), {"provider": BANK})
    person.get(pay_at(PaymentIntent.objects.get().pay_address, "declined"))
    assert "Continue" in person.get(bill_page(bill)).content.decode()
    person.post(bill_page(bill), {"provider": BANK})
    assert PaymentIntent.objects.count() == 2


def test_a_silent_bank_is_said_and_the_form_can_be_sent_again(person: Client, bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    bank.bank.add_fault(Fault.DOWN, 1)
    assert "The bank does not answer" in person.post(bill_page(bill), {"provider": BANK}).content.decode()
    assert person.post(bill_page(bill), {"provider": BANK}).status_code == 302
    bank.bank.add_fault(Fault.DOWN, 1)
    back = person.get(reverse("payments:back", args=[bill.number]), follow=True)
    assert "The bank has not told us yet" in back.content.decode()


def test_half_a_payment_is_shown_and_what_goes_back_too(person: Client, bank: ServedBank) -> None:
    bill = make_bill(now=NOW)
    person.post(bill_page(bill), {"provider": BANK})
    person.get(pay_at(PaymentIntent.objects.get().pay_address, "partial"))
    assert "The rest is still missing" in person.get(bill_page(bill)).content.decode()
    other = make_bill(now=NOW)
    person.post(bill_page(other), {"provider": BANK})
    person.get(pay_at(PaymentIntent.objects.get(bill=other).pay_address, "twice"))
    assert "More came than was owed" in person.get(bill_page(other)).content.decode()


def test_the_bill_of_another_is_not_there(bank: ServedBank) -> None:
    bill, stranger = make_bill(now=NOW), browser("3171010101800009")
    addresses = [bill_page(bill), reverse("payments:back", args=[bill.number]), "/bills/NOTHING/"]
    assert {stranger.get(address).status_code for address in addresses} == {404}
    assert stranger.post(bill_page(bill), {"provider": BANK}).status_code == 404


def test_without_a_bank_the_page_says_so(person: Client) -> None:
    assert list_payment_providers() == []
    page = person.get(bill_page(make_bill(now=NOW))).content.decode()
    assert "No bank is connected today" in page


def test_a_treasurer_sees_the_books_and_clears_up_what_differs(bank: ServedBank) -> None:
    desk = treasurer()
    assert "The bank and the books agree" in desk.get(reverse("payments:treasury")).content.decode()
    for amount in (7_000, 8_000):
        bank.bank.receive_unasked(amount)
    compare_day(actor=system_actor("test"), provider_code=BANK, day=NOW.date(), now=NOW)
    page = desk.get(reverse("payments:treasury")).content.decode()
    assert "No bill explains it" in page
    assert "Open differences by kind" in page
    first, second = Difference.objects.order_by("pk")
    assert desk.get(reverse("payments:difference", args=[first.pk])).status_code == 200
    close = reverse("payments:clear-up", args=[first.pk, "close"])
    assert "error-summary" in desk.post(close, {"note": " "}).content.decode()
    assert desk.post(close, {"note": "The payer was found."}).status_code == 302
    refund = reverse("payments:clear-up", args=[second.pk, "refund"])
    sent = {"ground": "error", "reason": "Wrong account."}
    assert desk.post(refund, sent).status_code == 302
    assert "already awaits a decision" in desk.post(refund, sent).content.decode()
    assert [one.closed_at for one in Difference.objects.order_by("pk")] == [NOW, None]


def test_the_treasury_is_closed_to_others(person: Client, bank: ServedBank) -> None:
    addresses = [reverse("payments:treasury"), reverse("payments:difference", args=[1])]
    assert {person.get(address).status_code for address in addresses} == {404}
