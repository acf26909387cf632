"""What the immigration registers answer through the exchange."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.sectors.immigration.models import CrossingEntry, PassportEntry, PermitEntry
from gapura.sectors.immigration.types import PassportStatus

Parameters = Mapping[str, str | int]


class PassportProvider(RegisterProvider):
    """Every passport the person holds or held, with its state."""

    evidence_type = "immigration.passport"
    owner = "immigration"
    register = PassportEntry
    by = "number"
    questions = {"has-valid-passport": "has_valid", "has-lasting-passport": "has_lasting"}

    def has_valid(self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None) -> bool:
        valid = {"passport_status": PassportStatus.VALID.value, "expires_on__gt": as_of}
        return self.has_entry(subject, as_of, known_at, **valid)

    def has_lasting(self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None) -> bool:
        """Whether a valid one stays so for ``days`` more: then there is nothing to renew yet."""
        lasting = {
            "passport_status": PassportStatus.VALID.value,
            "expires_on__gt": as_of + timedelta(days=int(parameters["days"])),
        }
        return self.has_entry(subject, as_of, known_at, **lasting)


class CrossingProvider(RegisterProvider):
    """Crossings up to the day asked about, oldest first."""

    evidence_type = "immigration.crossing"
    owner = "immigration"
    register = CrossingEntry
    names = {"crossed_on": "valid_from"}
    over_time = True


class PermitProvider(RegisterProvider):
    """The permit that stands."""

    evidence_type = "immigration.residence-permit"
    owner = "immigration"
    register = PermitEntry
    names = {"permitted_from": "valid_from", "permitted_until": "valid_until", "nationality": "citizenship"}


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (PassportProvider(), CrossingProvider(), PermitProvider()):
        register_provider(provider)
