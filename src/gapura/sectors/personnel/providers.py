"""What the registers of service answer through the exchange."""

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.sectors.personnel.models import MilitaryServiceEntry


class MilitaryServiceProvider(RegisterProvider):
    """Every rank the person served in up to the day asked about, oldest first; a later end is not told."""

    evidence_type = "personnel.military-service"
    owner = "personnel_military"
    register = MilitaryServiceEntry
    names = {"served_from": "valid_from", "served_until": "valid_until"}
    over_time = True
    ended = ("served_until", "discharge_reason")


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    register_provider(MilitaryServiceProvider())
