"""Look-ups of accounts: good for the day they were made, and only for who made them."""

from datetime import date

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.models import TaxLookUp


def access_look_up(actor: Actor, number: str, *, today: date) -> TaxLookUp:
    """Raises AccessDenied for another officer's, an older one, and one that found nobody."""
    look_up = TaxLookUp.objects.filter(number=number, official=actor.reference).exclude(taxpayer="").first()
    if look_up is None or local_day(look_up.opened_at, settings.TIME_ZONE) != today:
        raise AccessDenied
    return look_up
