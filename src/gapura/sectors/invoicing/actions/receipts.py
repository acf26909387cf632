"""Cash receipts: a person lets sellers report them, and stops it; a seller reports, and learns nothing of anybody."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions.identities import confirm_business, find_names
from gapura.sectors.invoicing.models import Receipt, ReceiptConsent
from gapura.sectors.invoicing.permissions import acts_in_person
from gapura.sectors.invoicing.queries.receipts import find_consent
from gapura.sectors.invoicing.types import CannotReport


def give_consent(*, actor: Actor, now: datetime) -> ReceiptConsent:
    """Let sellers report the person's cash receipts from now on. Giving twice changes nothing. Raises AccessDenied."""
    if standing := find_consent(actor):
        return standing
    try:
        with transaction.atomic():
            consent = ReceiptConsent.objects.create(person_number=str(actor.person_number), given_at=now)
            _record(actor, "invoicing.receipts_agreed", str(actor.person_number))
    except IntegrityError:
        if twin := find_consent(actor):
            return twin
        raise
    return consent


def stop_consent(*, actor: Actor, now: datetime) -> None:
    """Let no seller report from now on; what was reported stays. Raises AccessDenied."""
    if not acts_in_person(actor):
        raise AccessDenied
    with transaction.atomic():
        standing = ReceiptConsent.objects.filter(person_number=actor.person_number, ended_at__isnull=True)
        if standing.update(ended_at=now):
            _record(actor, "invoicing.receipts_stopped", str(actor.person_number))


def report_receipt(
    *, actor: Actor, consumer: str, seller_number: str, sold_on: date, gross: int, tax: int, now: datetime
) -> Receipt:
    """Report what a consumer paid, amounts in hundredths. The same receipt again gives the first answer.

    Whoever has not agreed, or does not exist, is refused in the same words. Raises AccessDenied, CannotReport.
    """
    seller = confirm_business(actor, now=now)
    if not 0 <= tax < gross or sold_on > local_day(now, settings.TIME_ZONE):
        raise CannotReport(_("Check the amounts and the day: the tax is part of the price, and the sale is past."))
    names = find_names(actor, [seller], now=now)
    receipt = Receipt(
        number=new_code(11),
        seller=seller,
        seller_name=names.get(seller, seller),
        seller_number=seller_number.strip()[:60],
        consumer=consumer,
        sold_on=sold_on,
        gross=gross,
        tax=tax,
        reported_at=now,
    )
    with as_house("a seller reports a receipt to the person whose consent is asked here"):
        return _write(actor, receipt)


def _write(actor: Actor, receipt: Receipt) -> Receipt:
    """The consent's row is held: what is reported after a stop is refused."""
    try:
        with transaction.atomic():
            standing = ReceiptConsent.objects.filter(person_number=receipt.consumer, ended_at__isnull=True)
            if not standing.select_for_update().exists():
                raise CannotReport(_("This person takes no receipts here. Hand them the paper."))
            receipt.save(force_insert=True)
            _record(actor, "invoicing.receipt_reported", receipt.consumer, seller=receipt.seller)
    except IntegrityError:
        return _twin(receipt)
    return receipt


def _twin(receipt: Receipt) -> Receipt:
    twin = Receipt.objects.filter(seller=receipt.seller, seller_number=receipt.seller_number).first()
    columns = ("consumer", "sold_on", "gross", "tax")
    if twin is None or any(getattr(twin, column) != getattr(receipt, column) for column in columns):
        raise CannotReport(_("This number was used for another receipt."))
    return twin


def _record(actor: Actor, action: str, person: str, **detail: str) -> None:
    record_event(actor=actor, action=action, subject=person, object_ref=f"receipts:{person}", detail=detail)
