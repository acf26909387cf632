"""What becomes of an issued invoice: opened and answered by the buyer, cancelled or corrected by the seller."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions.identities import confirm_business
from gapura.sectors.invoicing.actions.issuing import digest_of, prepare
from gapura.sectors.invoicing.actions.storing import Sending, form_key_of, store_invoice
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.permissions import is_buyer, is_seller
from gapura.sectors.invoicing.queries.invoices import access_invoice, find_twin, get_core
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.rules.composing import compose_credit_note
from gapura.sectors.invoicing.types import (
    BuyerView,
    CannotChange,
    CannotIssue,
    InvoiceState,
    NewInvoice,
    Preceding,
)


def receive_invoice(*, actor: Actor, number: str, now: datetime) -> Invoice:
    """Note that the buyer opened it; a second time changes nothing. Raises AccessDenied to all but the buyer."""
    with transaction.atomic():
        invoice = _locked_for_buyer(actor, number)
        if invoice.received_at is None:
            invoice.received_at = now
            invoice.state = InvoiceState.RECEIVED if invoice.state == InvoiceState.ISSUED else invoice.state
            invoice.save(update_fields=["received_at", "state"])
            _record(actor, "invoicing.received", invoice)
        return invoice


def answer_invoice(
    *, actor: Actor, number: str, view: BuyerView, declared_tax: int | None, said: str, now: datetime
) -> Invoice:
    """The buyer agrees, or says that it is not so: with the tax in hundredths that they would declare, and why.

    The last answer counts. Raises AccessDenied to all but the buyer, CannotChange.
    """
    confirm_business(actor, now=now)
    with transaction.atomic():
        invoice = _locked_for_buyer(actor, number)
        if invoice.is_taken_back:
            raise CannotChange(_("This invoice was taken back, so there is nothing left to answer."))
        if view is BuyerView.DISPUTED and not said.strip():
            raise CannotChange(_("Say what is wrong with the invoice."))
        invoice.buyer_view, invoice.buyer_said = view, said.strip()[:300]
        invoice.buyer_tax = declared_tax if view is BuyerView.DISPUTED else None
        invoice.received_at = invoice.received_at or now
        invoice.state = InvoiceState.RECEIVED
        invoice.save(update_fields=["buyer_view", "buyer_said", "buyer_tax", "received_at", "state"])
        _record(actor, "invoicing.answered", invoice, view=str(view))
        return invoice


def cancel_invoice(*, actor: Actor, number: str, reason: str, form_key: str, now: datetime) -> Invoice:
    """Take an invoice back whole; returns the credit note. The same form takes back once.

    Raises AccessDenied to all but the seller, CannotChange when it was taken back before, in part or whole.
    """
    invoice = _require_mine(actor, number, now)
    sending = _taking_back(invoice, reason, form_key, InvoiceState.CANCELLED, now)
    with transaction.atomic():
        return _take_back(actor, invoice, sending, now)


def correct_invoice(
    *, actor: Actor, number: str, reason: str, new: NewInvoice, form_key: str, now: datetime
) -> Invoice:
    """Take an invoice back and issue ``new`` in its place, both or neither; returns the new one.

    Raises as :func:`cancel_invoice` and :func:`issue_invoice` do.
    """
    invoice = _require_mine(actor, number, now)
    core = prepare(actor, new, now=now)
    core = replace(core, preceding=(Preceding(invoice.seller_number, invoice.issued_on.isoformat()),))
    sending = Sending(core, form_key_of(invoice.seller, f"{form_key}/new"), digest_of(new))
    taking_back = _taking_back(invoice, reason, form_key, InvoiceState.CORRECTED, now)
    with transaction.atomic():
        _take_back(actor, invoice, taking_back, now)
        return store_invoice(actor=actor, sending=sending, now=now)


def _require_mine(actor: Actor, number: str, now: datetime) -> Invoice:
    confirm_business(actor, now=now)
    invoice = access_invoice(actor, number)
    if not is_seller(actor, invoice):
        raise AccessDenied
    if invoice.is_credit_note:
        raise CannotChange(_("A credit note cannot be taken back. Issue a new invoice instead."))
    return invoice


def _taking_back(invoice: Invoice, reason: str, form_key: str, ends_as: InvoiceState, now: datetime) -> Sending:
    terms = get_terms()
    if reason not in terms.reasons:
        raise CannotChange(_("Choose a reason from the list."))
    words = in_language(terms.reasons[reason], settings.LANGUAGE_CODE)
    core = compose_credit_note(get_core(invoice), issued_on=local_day(now, settings.TIME_ZONE), reason=words)
    key = form_key_of(invoice.seller, f"{form_key}/back")
    return Sending(core, key, f"{invoice.number} {reason}", reason=reason, ends_as=ends_as)


def _take_back(actor: Actor, invoice: Invoice, sending: Sending, now: datetime) -> Invoice:
    """The credit note. Whoever comes second finds the invoice taken back: store_invoice holds its row."""
    is_again = find_twin(sending.send_key) is not None
    try:
        note = store_invoice(actor=actor, sending=sending, now=now)
    except CannotIssue as refusal:
        raise CannotChange(_("This invoice was taken back before, whole or in part.")) from refusal
    if not is_again and invoice.document_code:
        revoke_document(actor=actor, code=invoice.document_code, reason=sending.reason, now=now)
    return note


def _locked_for_buyer(actor: Actor, number: str) -> Invoice:
    invoice = Invoice.objects.select_for_update().filter(number=number).first()
    if invoice is None or not is_buyer(actor, invoice):
        raise AccessDenied
    return invoice


def _record(actor: Actor, action: str, invoice: Invoice, **detail: str) -> None:
    record_event(
        actor=actor, action=action, subject=invoice.buyer, object_ref=f"invoice:{invoice.number}", detail=detail
    )
