"""The one place where an invoice gets its number: under the lock of its seller's year, with the office's seal."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from gapura.foundation.appending import append_rows
from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.actions import seal_file
from gapura.sectors.invoicing.models import Invoice, InvoiceContent, Series
from gapura.sectors.invoicing.queries.invoices import find_twin
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.rules.amounts import cents
from gapura.sectors.invoicing.rules.country import in_own_currency
from gapura.sectors.invoicing.types import CannotIssue, CoreInvoice, Fault, InvoiceKind, InvoiceState
from gapura.sectors.invoicing.ubl import write_invoice


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be issued: ``xml`` as the seller sent it, or None where the office writes it."""

    core: CoreInvoice
    send_key: str
    sent_digest: str
    xml: bytes | None = None
    seller_signature: str = ""
    reason: str = ""
    ends_as: InvoiceState = InvoiceState.CANCELLED


def form_key_of(seller: str, form_key: str) -> str:
    return hashlib.sha256(f"invoice form {seller}/{form_key}".encode()).hexdigest()


def number_key_of(seller: str, seller_number: str) -> str:
    return hashlib.sha256(f"invoice number {seller}/{seller_number}".encode()).hexdigest()


def store_invoice(*, actor: Actor, sending: Sending, now: datetime) -> Invoice:
    """The issued invoice; the same sending again gives the first. Raises CannotIssue.

    A credit note takes back what it says of the invoice it names. No number is ever skipped: a refusal rolls its own
    back.
    """
    seller = sending.core.seller.business_number
    with transaction.atomic():
        series = _lock_series(seller, local_day(now, settings.TIME_ZONE).year)
        if twin := find_twin(sending.send_key):
            if twin.sent_digest != sending.sent_digest:
                raise CannotIssue([Fault("ID-TWICE", sending.core.number)])
            return twin
        refers_to = _credit(sending, now) if sending.core.kind is InvoiceKind.CREDIT_NOTE else None
        series.last += 1
        series.save(update_fields=["last"])
        return _write(actor, sending, series, refers_to, now)


def _lock_series(seller: str, year: int) -> Series:
    Series.objects.bulk_create([Series(seller=seller, year=year)], ignore_conflicts=True)
    return Series.objects.select_for_update().get(seller=seller, year=year)


def _write(actor: Actor, sending: Sending, series: Series, refers_to: Invoice | None, now: datetime) -> Invoice:
    terms, core = get_terms(), sending.core
    number = terms.number.format(seller=series.seller, year=series.year, serial=series.last)
    if sending.xml is None:
        core = replace(core, number=number)
    if Invoice.objects.filter(seller=series.seller, seller_number=core.number).exists():
        raise CannotIssue([Fault("ID-TWICE", core.number)])
    xml = sending.xml or write_invoice(core)
    invoice = Invoice.objects.create(
        number=number,
        year=series.year,
        serial=series.last,
        **describe_invoice(core),
        refers_to=refers_to,
        reason=sending.reason,
        send_key=sending.send_key,
        sent_digest=sending.sent_digest,
        issued_at=now,
    )
    seal = seal_file(xml, agency_code=terms.agency)
    append_rows([InvoiceContent(invoice=invoice, xml=xml, seal=seal, seller_signature=sending.seller_signature)])
    record_event(
        actor=actor,
        action="invoicing.issued",
        subject=invoice.seller,
        object_ref=f"invoice:{number}",
        detail={"buyer": invoice.buyer, "kind": str(invoice.kind), "sha256": hashlib.sha256(xml).hexdigest()},
    )
    return invoice


def describe_invoice(core: CoreInvoice) -> dict[str, Any]:
    """What the paper itself says, by column."""
    terms = get_terms()
    return {
        "seller": core.seller.business_number,
        "seller_number": core.number,
        "seller_name": core.seller.name[:160],
        "buyer": core.buyer.business_number,
        "buyer_name": core.buyer.name[:160],
        "kind": core.kind,
        "period": core.issued_on[:7],
        "issued_on": date.fromisoformat(core.issued_on),
        "currency": core.currency,
        "net": cents(in_own_currency(core, core.totals.net, terms)),
        "tax": cents(in_own_currency(core, core.totals.tax, terms)),
    }


def _credit(sending: Sending, now: datetime) -> Invoice:
    """Take the credit note's amounts off the invoice it names, which stays locked."""
    core = sending.core
    mine = Invoice.objects.select_for_update().filter(
        seller=core.seller.business_number, seller_number=core.preceding[0].number, kind=InvoiceKind.INVOICE
    )
    invoice = mine.first()
    if invoice is None or (invoice.buyer, invoice.currency) != (core.buyer.business_number, core.currency):
        raise CannotIssue([Fault("ID-REFERENCE", core.preceding[0].number)])
    invoice.credited_net += cents(in_own_currency(core, core.totals.net, get_terms()))
    invoice.credited_tax += cents(in_own_currency(core, core.totals.tax, get_terms()))
    if invoice.credited_net > invoice.net or invoice.credited_tax > invoice.tax:
        raise CannotIssue([Fault("ID-CREDIT", invoice.seller_number)])
    if (invoice.credited_net, invoice.credited_tax) == (invoice.net, invoice.tax):
        invoice.state, invoice.ended_at = sending.ends_as, now
    invoice.save(update_fields=["credited_net", "credited_tax", "state", "ended_at"])
    return invoice
