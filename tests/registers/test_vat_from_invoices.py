"""A month's VAT is filed from the invoices that stand: issued, asked for through the exchange, filed, posted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.invoicing.actions import answer_invoice, cancel_invoice, correct_invoice
from gapura.sectors.invoicing.testing import (
    BUYER,
    DIRECTORS,
    NOW,
    OTHER,
    SELLER,
    Invoice,
    director,
    issue,
    memory_businesses,
    new_invoice,
    new_line,
)
from gapura.sectors.invoicing.types import BuyerView
from gapura.sectors.tax.actions.filing import file_return
from gapura.sectors.tax.actions.returns import prepare_return
from gapura.sectors.tax.models import ReturnVersion
from gapura.sectors.tax.queries.ledger import get_balance
from gapura.sectors.tax.queries.returns import read_draft
from gapura.sectors.tax.return_kinds import get_kinds

IN_JUNE = datetime(2026, 6, 8, 3, 0, tzinfo=UTC)
MAY, PAGE = "2026-05", "/tax/returns/vat/2026-05/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(db: None) -> Iterator[None]:
    """In May SELLER wrote four invoices: one stands, one was corrected, one cancelled, one is disputed."""
    with memory_businesses():
        with clock.frozen(NOW):
            issue("stands")
            twice = issue("corrected", lines=(new_line(quantity=Decimal(20)),))
            seller: dict[str, Any] = {"actor": director(SELLER), "now": NOW}
            correct_invoice(**seller, number=twice.number, reason="wrong-amount", new=new_invoice(), form_key="correct")
            cancel_invoice(**seller, number=issue("cancelled").number, reason="returned", form_key="cancel")
            answer_invoice(
                actor=director(BUYER),
                number=issue("disputed").number,
                view=BuyerView.DISPUTED,
                declared_tax=1_000_000,
                said="Only six kilograms came.",
                now=NOW,
            )
        with clock.frozen(IN_JUNE):
            yield


def file(actor: Actor) -> ReturnVersion:
    common: dict[str, Any] = {"actor": actor, "kind": get_kinds()["vat"], "period": MAY, "now": IN_JUNE}
    found = prepare_return(**common)
    return file_return(**common, revision=found.revision)


def test_what_stands_of_a_months_invoices_is_the_sellers_debt_and_the_buyers_credit(town: None) -> None:
    sold, bought = file(director(SELLER)), file(director(BUYER))
    # Three invoices stand at 16,500 each. The seller owes for all, the buyer may not count the disputed one.
    assert (sold.figures["ppn_kurang_bayar"], sold.balance) == (49_500, 49_500)
    assert get_balance(SELLER, "value_added", MAY).owed == 49_500
    assert (bought.balance, bought.figures["kelebihan_ppn"]) == (0, 33_000)
    assert file(director(OTHER)).items == []
    asked = AccessRecord.objects.filter(evidence_type="tax.invoice-totals").order_by("pk")
    assert {one.subject for one in asked} == {SELLER, BUYER, OTHER}


@pytest.mark.parametrize("business", [SELLER, BUYER])
def test_an_invoice_on_which_seller_and_buyer_differ_is_told_on_both_returns(town: None, business: str) -> None:
    kind = get_kinds()["vat"]
    draft = prepare_return(actor=director(business), kind=kind, period=MAY, now=IN_JUNE)
    assert [item.facts["mismatches"] for item in read_draft(draft)] == [1]
    browser = sign_in_for(business)
    page = browser.get(PAGE).content.decode()
    assert "seller and buyer do not agree" in page
    assert 'href="/invoices/disputes/"' in page
    assert "Only six kilograms came." in browser.get("/invoices/disputes/").content.decode()


def test_a_month_on_which_all_agree_warns_of_nothing(db: None) -> None:
    with memory_businesses(), clock.frozen(NOW):
        issue("stands")
        with clock.frozen(IN_JUNE):
            prepare_return(actor=director(SELLER), kind=get_kinds()["vat"], period=MAY, now=IN_JUNE)
            page = sign_in_for(SELLER).get(PAGE).content.decode()
    assert "16,500" in page
    assert "do not agree" not in page


def test_an_invoice_corrected_after_filing_is_credited_in_the_month_of_its_correction(town: None) -> None:
    file(director(SELLER))
    standing = Invoice.objects.get(state="issued", buyer_view="", kind="invoice", refers_to=None, serial=1)
    cancel_invoice(actor=director(SELLER), number=standing.number, reason="returned", form_key="late", now=IN_JUNE)
    assert file(director(SELLER)).balance == 49_500, "the credit note is of June"


def sign_in_for(business: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, make_resident(f"director-{business}", person_number=DIRECTORS[business]), second_factor=True)
    client.post("/mandates/act/", {"relation": "company", "principal": business})
    return client
