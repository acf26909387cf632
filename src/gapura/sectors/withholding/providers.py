"""What was reported about a person, as the exchange tells it: every year, the newest first."""

from collections.abc import Iterable
from datetime import date, datetime

from gapura.kernel.exchange.plugin import Record, RegisterProvider, register_provider
from gapura.sectors.withholding.models import ItemEntry, SlipEntry


class _Reported(RegisterProvider):
    owner = "withholding"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        years = super().read(subject, fields | {"tax_year"}, as_of, known_at)
        return sorted(years, key=lambda one: int(one["tax_year"]), reverse=True)


class SlipProvider(_Reported):
    evidence_type = "tax.withholding-slip"
    register = SlipEntry


class ItemProvider(_Reported):
    evidence_type = "tax.reported-item"
    register = ItemEntry


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (SlipProvider(), ItemProvider()):
        register_provider(provider)
