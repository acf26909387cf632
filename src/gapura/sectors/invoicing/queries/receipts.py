"""Cash receipts: a consumer's own, and what a seller reported."""

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.models import Receipt, ReceiptConsent
from gapura.sectors.invoicing.permissions import acts_in_person
from gapura.sectors.invoicing.queries.invoices import require_business


def list_receipts(actor: Actor, *, limit: int = 50) -> list[Receipt]:
    """The person's own, newest first. Raises AccessDenied."""
    if not acts_in_person(actor):
        raise AccessDenied
    return list(Receipt.objects.filter(consumer=actor.person_number).order_by("-pk")[:limit])


def find_consent(actor: Actor) -> ReceiptConsent | None:
    """The person's standing consent. Raises AccessDenied."""
    if not acts_in_person(actor):
        raise AccessDenied
    return ReceiptConsent.objects.filter(person_number=actor.person_number, ended_at__isnull=True).first()


def list_reported(actor: Actor, *, limit: int = 50) -> list[Receipt]:
    """What the business reported, newest first. Raises AccessDenied."""
    return list(Receipt.objects.filter(seller=require_business(actor)).order_by("-pk")[:limit])
