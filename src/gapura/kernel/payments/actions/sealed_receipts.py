"""The receipt of a paid bill as a sealed document: one a bill, for as long as the money stays."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.documents.actions import CaseHasDocument, record_document, render_document, revoke_document
from gapura.kernel.documents.queries import find_document_of_case
from gapura.kernel.documents.types import CannotSealDocument, DocumentOrder, DocumentStatus, Facts
from gapura.kernel.payments.models import Bill
from gapura.kernel.payments.permissions import is_payer
from gapura.kernel.payments.rules import EARNED
from gapura.kernel.payments.types import BillNotFound, CannotGiveReceipt

EVIDENCE_TYPE = "payments.receipt"
MONEY_GONE = "money-given-back"


def seal_receipt(*, actor: Actor, number: str, now: datetime) -> str:
    """The code of the payer's receipt, the same however often it is asked for. Seals: call outside a transaction.

    Raises BillNotFound to anybody but the payer, CannotGiveReceipt.
    """
    bill = Bill.objects.filter(number=number).first()
    if bill is None or not is_payer(actor, bill):
        raise BillNotFound(number)
    _require_paid(bill)
    if code := find_receipt(bill):
        return code
    try:
        sealed = render_document(_order(bill, now))
    except CannotSealDocument as error:
        raise CannotGiveReceipt(_("Nothing can be sealed now. Try again later; your payment stands.")) from error
    try:
        with transaction.atomic():
            _require_paid(Bill.objects.select_for_update().get(pk=bill.pk))
            return record_document(actor=actor, sealed=sealed, now=now).code
    except CaseHasDocument:
        return find_receipt(bill)  # two clicks at once: the first one's


def find_receipt(bill: Bill) -> str:
    """The code of the receipt that stands; empty when there is none."""
    receipt = find_document_of_case(bill.number)
    return receipt.code if receipt and receipt.status == DocumentStatus.VALID else ""


def end_receipt(*, actor: Actor, bill: Bill, now: datetime) -> None:
    """The money went back: whoever checks the receipt is told so. In the transaction that moves the bill."""
    if code := find_receipt(bill):
        revoke_document(actor=actor, code=code, reason=MONEY_GONE, now=now)


def _require_paid(bill: Bill) -> None:
    if bill.status not in EARNED or not bill.amount:
        raise CannotGiveReceipt(_("There is a receipt once the whole amount has arrived."))


def _order(bill: Bill, now: datetime) -> DocumentOrder:
    terms = _read_terms(settings.GAPURA_JURISDICTION)
    today = local_day(now, settings.TIME_ZONE)
    return DocumentOrder(
        template=terms["template"],
        title=terms["title"],
        service_code=bill.service_code,
        agency_code=bill.agency_code,
        office_name=in_language(get_agency(bill.agency_code).title, terms["languages"][0]),
        case_number=bill.number,
        subject=bill.payer,
        holder=bill.payer,
        languages=tuple(terms["languages"]),
        facts=(_facts(bill, now, today),),
        legal_ground=terms["legal_ground"],
        issued_at=now,
        valid_until=None,
        signatory_title=terms["signatory"],
        options={"service": dict(bill.service_title), "law": dict(bill.law)},
    )


def _facts(bill: Bill, now: datetime, today: date) -> Facts:
    """What the treasury's own books say; no register of another was asked."""
    record = {
        "payer_number": bill.payer,
        "bill_number": bill.number,
        "fee_paid": bill.amount,
        "paid_on": local_day(bill.paid_at or now, settings.TIME_ZONE).isoformat(),
    }
    return Facts(
        evidence_type=EVIDENCE_TYPE,
        subject=bill.payer,
        records=(record,),
        access_id="",
        known_at=now,
        as_of=today,
        provider=bill.agency_code,
    )


@cache
def _read_terms(country: str) -> dict[str, Any]:
    terms: dict[str, Any] = load(country).read("payment_receipt.yaml")
    return terms
