"""The pages, without JavaScript: writing, reading, answering, taking back, uploading, receipts."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from joserfc.jwk import ECKey

from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.invoicing.models import Draft, Invoice, MachineKey, Receipt, Upload
from gapura.sectors.invoicing.testing import BUYER, CONSUMER, DIRECTORS, OTHER, SELLER, core_invoice, issue
from gapura.sectors.invoicing.ubl import write_invoice

pytestmark = pytest.mark.usefixtures("registers")
KEY = "0123456789ABCDEF"
FORM = {
    "buyer_number": BUYER,
    "buyer_reference": "PO-7",
    "issued_on": "2026-05-04",
    "due_on": "2026-06-03",
    "form_key": KEY,
    "count": "2",
    "line-0-name": "Beras",
    "line-0-quantity": "10",
    "line-0-unit": "KGM",
    "line-0-price": "15000",
    "line-0-rate": "standard",
}


def browser(business: str = SELLER, *, acting: bool = True) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_resident(f"director-{business}", person_number=DIRECTORS[business]), second_factor=True)
    if acting:
        client.post("/mandates/act/", {"relation": "company", "principal": business})
    return client


def page(client: Client, path: str, form: dict[str, Any] | None = None) -> str:
    answer = client.get(path) if form is None else client.post(path, form, follow=True)
    assert answer.status_code == 200, (path, answer.status_code)
    text: str = answer.content.decode()
    return text


def test_who_acts_for_no_business_is_told_how_to_begin_and_finds_nothing_else() -> None:
    client = browser(acting=False)
    assert "Act for a business" in page(client, "/invoices/")
    for path in ("inbox/", "write/", "upload/", "keys/", "months/", "disputes/", "receipts/"):
        assert client.get(f"/invoices/{path}").status_code == 404


def test_an_invoice_is_filled_in_checked_issued_and_shown() -> None:
    client = browser()
    assert "Write an invoice" in page(client, "/invoices/write/")
    checked = page(client, "/invoices/write/", FORM | {"do": "check"})
    assert "166,500" in checked
    assert not Invoice.objects.exists()
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', checked))
    hidden.pop("csrfmiddlewaretoken", None)
    shown = page(client, "/invoices/write/", hidden | {"do": "issue"})
    [invoice] = Invoice.objects.all()
    assert f"2026.{SELLER}.00000001" in shown
    page(client, "/invoices/write/", hidden | {"do": "issue"})
    assert Invoice.objects.count() == 1
    assert invoice.number in page(client, "/invoices/")
    for path, kind in (
        ("xml", "application/xml"),
        ("seal", "application/pkcs7-signature"),
        ("paper", "application/pdf"),
    ):
        answer = client.get(f"/invoices/{invoice.number}/{path}/")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)


def test_more_lines_are_added_and_a_draft_is_kept_and_goes_when_it_is_issued() -> None:
    client = browser()
    assert "line-4-name" in page(client, "/invoices/write/", FORM | {"do": "more"})
    page(client, "/invoices/write/", FORM | {"do": "save"})
    [draft] = Draft.objects.all()
    assert "PO-7" in page(client, "/invoices/")
    assert "Beras" in page(client, f"/invoices/write/?draft={draft.pk}")
    assert browser(OTHER).get(f"/invoices/write/?draft={draft.pk}").status_code == 404
    page(client, f"/invoices/write/?draft={draft.pk}", FORM | {"do": "issue"})
    assert (Draft.objects.count(), Invoice.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"buyer_number": "9120000000000"}, "another registered business"),
        ({"line-0-price": ""}, "This field is required."),
        ({"line-0-name": "", "line-0-price": ""}, "at least one line"),
        ({"line-0-name": ""}, "This field is required."),
        ({"issued_on": "2026-05-05"}, "not in the future"),
        ({"line-0-quantity": "-1"}, "greater than or equal to"),
        ({"count": "99999999"}, "less than or equal to"),
    ],
)
def test_what_is_wrong_is_said_in_words(changes: dict[str, str], said: str) -> None:
    assert said in page(browser(), "/invoices/write/", FORM | changes | {"do": "check"})
    assert not Invoice.objects.exists()


def test_the_buyer_reads_it_answers_and_the_seller_sees_it() -> None:
    invoice, seller, buyer = issue(), browser(), browser(BUYER)
    assert "PT Maju Bersama" in page(buyer, "/invoices/inbox/")
    assert "Is this invoice right?" in page(buyer, f"/invoices/{invoice.number}/")
    page(
        buyer, f"/invoices/{invoice.number}/answer/", {"view": "disputed", "declared_tax": "9900", "said": "Six only."}
    )
    assert "Six only." in page(seller, f"/invoices/{invoice.number}/")
    assert "9,900" in page(seller, "/invoices/disputes/")
    assert browser(OTHER).get(f"/invoices/{invoice.number}/").status_code == 404
    assert buyer.get(f"/invoices/{invoice.number}/cancel/").status_code == 404


def test_an_invoice_is_cancelled_with_a_reason_and_another_is_corrected() -> None:
    client, first, second = browser(), issue("form 1"), issue("form 2")
    assert "Choose a reason" in page(client, f"/invoices/{first.number}/cancel/", {"form_key": KEY})
    page(client, f"/invoices/{first.number}/cancel/", {"form_key": KEY, "reason": "returned"})
    assert "Beras premium" in page(client, f"/invoices/{second.number}/correct/")
    form = FORM | {"do": "issue", "reason": "wrong-amount", "form_key": KEY + "2", "line-0-quantity": "6"}
    assert "99,900" in page(client, f"/invoices/{second.number}/correct/", form)
    states = dict(Invoice.objects.filter(kind="invoice").values_list("number", "state"))
    assert states[first.number] == "cancelled"
    assert states[second.number] == "corrected"


def test_an_upload_shows_what_became_of_each_file() -> None:
    client = browser()
    for content, said in ((write_invoice(core_invoice()), "1 issued, 0 refused"), (b"<a/>", "UBL 2.1 invoice")):
        assert said in page(client, "/invoices/upload/", {"file": SimpleUploadedFile("a.xml", content)})
    assert Upload.objects.count() == 1
    assert "8 MB" in page(client, "/invoices/upload/", {"file": SimpleUploadedFile("a.xml", b" " * 9_000_000)})


def test_a_program_is_registered_and_ended_and_a_private_key_is_not_taken() -> None:
    client, key = browser(), ECKey.generate_key("P-256")
    whole = {"title": "ERP", "public_key": json.dumps(key.as_dict(private=True))}
    assert "Paste the public key alone." in page(client, "/invoices/keys/", whole)
    page(client, "/invoices/keys/", whole | {"public_key": json.dumps(key.as_dict(private=False))})
    [made] = MachineKey.objects.all()
    browser(OTHER).post(f"/invoices/keys/{made.code}/end/")
    made.refresh_from_db()
    assert made.ended_at is None
    page(client, f"/invoices/keys/{made.code}/end/", {})
    made.refresh_from_db()
    assert made.ended_at is not None


def test_a_consumer_agrees_and_finds_the_receipt() -> None:
    seller, consumer = browser(), Client(headers={"Accept-Language": "en"})
    sign_in(consumer, make_resident("consumer", person_number=CONSUMER))
    form = {"consumer": CONSUMER, "seller_number": "S-1", "sold_on": "2026-05-04", "gross": "111000", "tax": "11000"}
    assert "Hand them the paper" in page(seller, "/invoices/receipts/", form)
    page(consumer, "/receipts/consent/", {"do": "give"})
    page(seller, "/invoices/receipts/", form)
    assert "PT Maju Bersama" in page(consumer, "/receipts/")
    page(consumer, "/receipts/consent/", {"do": "stop"})
    page(seller, "/invoices/receipts/", form | {"seller_number": "S-2"})
    assert Receipt.objects.count() == 1


def test_ten_times_the_invoices_cost_no_query_more() -> None:
    client, counts = browser(), []
    for total in (5, 50):
        for place in range(Invoice.objects.count(), total):
            issue(f"form {place}")
        for path in ("", "inbox/", "months/"):
            with CaptureQueriesContext(connection) as queries:
                page(client, f"/invoices/{path}")
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
