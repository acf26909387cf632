"""What becomes of an invoice: read and answered by its buyer alone, taken back by its seller once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from gapura.kernel.documents.queries import find_document
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import (
    answer_invoice,
    cancel_invoice,
    correct_invoice,
    issue_paper,
    receive_invoice,
    submit_invoice,
)
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.queries import access_invoice, get_core, get_terms, list_disputed, sum_months
from gapura.sectors.invoicing.rules.composing import compose_credit_note
from gapura.sectors.invoicing.testing import (
    BUYER,
    NOW,
    OTHER,
    SELLER,
    TODAY,
    core_invoice,
    director,
    issue,
    new_invoice,
    new_line,
    person,
)
from gapura.sectors.invoicing.types import BuyerView, CannotChange, CannotIssue, InvoiceState, MonthTotals
from gapura.sectors.invoicing.ubl import write_invoice

pytestmark = pytest.mark.usefixtures("registers")


def cancel(invoice: Invoice, form_key: str = "cancel", business: str = SELLER) -> Invoice:
    return cancel_invoice(
        actor=director(business), number=invoice.number, reason="returned", form_key=form_key, now=NOW
    )


def dispute(invoice: Invoice, business: str = BUYER) -> Invoice:
    return answer_invoice(
        actor=director(business),
        number=invoice.number,
        view=BuyerView.DISPUTED,
        declared_tax=1_000_000,
        said="Only six kilograms came.",
        now=NOW,
    )


def test_the_buyer_opens_it_and_it_is_read_once() -> None:
    invoice = issue()
    assert receive_invoice(actor=director(BUYER), number=invoice.number, now=NOW).state == InvoiceState.RECEIVED
    assert receive_invoice(actor=director(BUYER), number=invoice.number, now=NOW).received_at == NOW


@pytest.mark.parametrize(
    "act",
    [
        lambda one, actor: access_invoice(actor, one.number),
        lambda one, actor: receive_invoice(actor=actor, number=one.number, now=NOW),
        lambda one, actor: issue_paper(actor=actor, number=one.number, now=NOW),
        lambda one, actor: cancel_invoice(actor=actor, number=one.number, reason="returned", form_key="f", now=NOW),
        lambda one, actor: answer_invoice(
            actor=actor, number=one.number, view=BuyerView.AGREED, declared_tax=None, said="", now=NOW
        ),
    ],
    ids=["see", "open", "paper", "cancel", "answer"],
)
def test_nobody_but_seller_and_buyer_learns_that_it_exists(act: Callable[..., object]) -> None:
    invoice = issue()
    for actor in (director(OTHER), person("3171014205900001"), person("3171010101800009")):
        with pytest.raises(AccessDenied):
            act(invoice, actor)


def test_the_buyer_cannot_cancel_and_the_seller_cannot_answer() -> None:
    invoice = issue()
    with pytest.raises(AccessDenied):
        cancel(invoice, business=BUYER)
    with pytest.raises(AccessDenied):
        dispute(invoice, SELLER)


def test_a_cancelled_invoice_is_taken_back_by_a_credit_note_and_no_second_time() -> None:
    invoice = issue()
    note = cancel(invoice)
    assert (note.kind, note.net, note.reason, note.refers_to) == ("credit_note", invoice.net, "returned", invoice)
    assert get_core(note).preceding[0].number == invoice.number
    invoice.refresh_from_db()
    assert (invoice.state, invoice.ended_at) == (InvoiceState.CANCELLED, NOW)
    assert cancel(invoice) == note  # the same form, sent twice
    for again in (invoice, note):
        with pytest.raises(CannotChange):
            cancel(again, "another form")
    assert Invoice.objects.count() == 2


def test_a_correction_takes_back_and_issues_both_or_neither() -> None:
    invoice = issue()
    terms = {"actor": director(SELLER), "number": invoice.number, "reason": "wrong-amount", "now": NOW}
    with pytest.raises(CannotIssue):
        correct_invoice(**terms, new=new_invoice(buyer_number="9120000000000"), form_key="form 1")
    assert Invoice.objects.count() == 1
    made = correct_invoice(**terms, new=new_invoice(new_line(quantity=Decimal(6))), form_key="form 2")
    invoice.refresh_from_db()
    assert (invoice.state, made.net) == (InvoiceState.CORRECTED, 9_000_000)
    assert get_core(made).preceding[0].number == invoice.number
    with pytest.raises(CannotChange):
        correct_invoice(**terms, new=new_invoice(), form_key="form 3")
    assert [one.net for one in Invoice.objects.order_by("pk")] == [15_000_000, 15_000_000, 9_000_000]


def test_credit_notes_take_back_at_most_what_is_left() -> None:
    invoice = submit_invoice(actor=director(SELLER), content=write_invoice(core_invoice()), now=NOW)
    part = get_core(issue("part", lines=(new_line(quantity=Decimal(6)),)))

    def credit(number: str) -> Invoice:
        core = compose_credit_note(core_invoice(), issued_on=TODAY, reason="Kembali")
        core = replace(core, lines=part.lines, taxes=part.taxes, totals=part.totals, number=number)
        return submit_invoice(actor=director(SELLER), content=write_invoice(core), now=NOW)

    assert credit("K-1").refers_to == invoice
    with pytest.raises(CannotIssue, match="ID-CREDIT"):
        credit("K-2")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.credited_net) == (InvoiceState.ISSUED, 9_000_000)
    with pytest.raises(CannotChange):
        cancel(invoice)


def test_a_credit_note_for_an_invoice_of_somebody_else_is_refused() -> None:
    issue(seller=OTHER)
    core = compose_credit_note(core_invoice("F-9"), issued_on=TODAY, reason="Kembali")
    content = write_invoice(replace(core, number="K-1"))
    with pytest.raises(CannotIssue, match="ID-REFERENCE"):
        submit_invoice(actor=director(SELLER), content=content, now=NOW)


def test_disputes_are_listed_for_both_and_do_not_count_as_input_tax() -> None:
    right, wrong = issue("form 1"), issue("form 2")
    dispute(wrong)
    for business in (SELLER, BUYER):
        assert list_disputed(director(business)) == [wrong]
    assert list_disputed(director(OTHER)) == []
    assert sum_months(SELLER, since="2026-01", until="2026-12") == [
        MonthTotals("2026-05", 300_000, 33_000, invoices=2, mismatches=1)
    ]
    assert sum_months(BUYER, since="2026-01", until="2026-12") == [
        MonthTotals("2026-05", purchases_base=150_000, input_tax=16_500, invoices=1, mismatches=1)
    ]
    cancel(right)
    assert sum_months(SELLER, since="2026-01", until="2026-12")[0].output_tax == 16_500


def test_a_dispute_says_why() -> None:
    invoice = issue()
    with pytest.raises(CannotChange):
        answer_invoice(
            actor=director(BUYER), number=invoice.number, view=BuyerView.DISPUTED, declared_tax=None, said=" ", now=NOW
        )


def test_the_months_reach_the_vat_return_through_the_exchange() -> None:
    issue()
    request = EvidenceRequest(
        evidence_type="tax.invoice-totals",
        subject=SELLER,
        consumer=get_terms().agency,
        case_number="SPT-1",
        legal_ground="UU 8/1983 Pasal 9",
        purpose={"en": "VAT return"},
        as_of=TODAY,
        fields=frozenset(("period", "sales_base", "output_tax", "invoices")),
    )
    evidence = request_evidence(actor=director(SELLER), request=request, now=NOW)
    assert evidence.records == ({"period": "2026-05", "sales_base": 150_000, "output_tax": 16_500, "invoices": 1},)


def test_seller_and_buyer_are_given_the_same_paper_and_a_cancelled_one_is_revoked() -> None:
    invoice = issue()
    paper = issue_paper(actor=director(BUYER), number=invoice.number, now=NOW)
    assert paper.startswith(b"%PDF")
    assert issue_paper(actor=director(SELLER), number=invoice.number, now=NOW) == paper
    invoice.refresh_from_db()
    cancel(invoice)
    document = find_document(invoice.document_code)
    assert document is not None
    assert document.status == "revoked"
