"""Which identity card is in force."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from gapura.kernel.exchange.plugin import RegisterProvider
from gapura.sectors.civil.models import IdentityCardEntry
from gapura.sectors.civil.types import CardStatus


class IdentityCardProvider(RegisterProvider):
    """Every card the person holds or held, with its state."""

    evidence_type = "civil.identity-card"
    owner = "civil"
    register = IdentityCardEntry
    by = "number"
    questions = {"has-valid-card": "has_valid"}

    def has_valid(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        cards = IdentityCardEntry.objects.filter(number=subject, card_status=CardStatus.VALID)
        in_force = Q(expires_on__isnull=True) | Q(expires_on__gt=as_of)
        return cards.filter(in_force).as_of(as_of).known_at(known_at).exists()
