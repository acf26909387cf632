"""The human-readable paper of an invoice: made when first asked for, verifiable like every document of the house."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.documents.actions import record_document, render_document
from gapura.kernel.documents.queries import Document, find_document, get_content
from gapura.kernel.documents.types import DocumentOrder, Facts
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.queries.invoices import access_invoice, get_core
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.rules.amounts import or_zero
from gapura.sectors.invoicing.types import CoreInvoice
from gapura.sectors.invoicing.ubl import plain

_EVIDENCE = "tax.invoice"


def issue_paper(*, actor: Actor, number: str, now: datetime) -> bytes:
    """The sealed PDF, for seller and buyer; the same one every time. Raises AccessDenied, CannotSealDocument."""
    invoice = access_invoice(actor, number)
    with as_house("an invoice's buyer is given the paper that belongs to its seller; access was judged above"):
        document = find_document(invoice.document_code) if invoice.document_code else _make(invoice, now)
        return get_content(document) if document else b""


def _make(invoice: Invoice, now: datetime) -> Document:
    sealed = render_document(_order(invoice, get_core(invoice), now))
    with transaction.atomic():
        locked = Invoice.objects.select_for_update().get(pk=invoice.pk)
        if locked.document_code and (made := find_document(locked.document_code)):
            return made
        document = record_document(actor=system_actor("invoicing"), sealed=sealed, now=now)
        locked.document_code = document.code
        locked.save(update_fields=["document_code"])
    return document


def _order(invoice: Invoice, core: CoreInvoice, now: datetime) -> DocumentOrder:
    terms = get_terms()
    facts = {
        "number": invoice.number,
        "seller_number": core.number,
        "issued_on": core.issued_on,
        "due_on": core.due_on,
        "currency": core.currency,
        "seller": {"name": core.seller.name, "number": core.seller.business_number, "tax": core.seller.tax_identifier},
        "buyer": {"name": core.buyer.name, "number": core.buyer.business_number, "tax": core.buyer.tax_identifier},
        "lines": [
            [line.name, f"{line.quantity:f} {line.unit}", plain(or_zero(line.price)), plain(or_zero(line.net))]
            for line in core.lines
        ],
        "net": plain(or_zero(core.totals.net)),
        "taxes": [[share.category, plain(or_zero(share.rate)), plain(or_zero(share.tax))] for share in core.taxes],
        "gross": plain(or_zero(core.totals.gross)),
        "notes": list(core.notes),
        "refers_to": [one.number for one in core.preceding],
    }
    return DocumentOrder(
        template="tax-invoice",
        title=terms.credit_title if invoice.is_credit_note else terms.title,
        service_code="tax.invoice",
        agency_code=terms.agency,
        office_name=in_language(get_agency(terms.agency).title, settings.LANGUAGE_CODE),
        case_number=invoice.number,
        subject=invoice.seller,
        holder=invoice.seller,
        languages=("id", "en", "ko"),
        facts=(
            Facts(
                evidence_type=_EVIDENCE,
                subject=invoice.seller,
                records=(facts,),
                access_id="",
                known_at=now,
                as_of=local_day(now, settings.TIME_ZONE),
                provider=terms.agency,
            ),
        ),
        legal_ground=dict.fromkeys(terms.title, terms.legal_ground),
        issued_at=invoice.issued_at,
        valid_until=None,
        signatory_title=terms.signatory,
        subject_name=invoice.seller_name,
    )
