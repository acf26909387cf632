"""What is reported about a person, who delivered it, and whom the person lets see it."""

from gapura.sectors.withholding.models.deliveries import Delivery, ReporterToken, RowFinding, Statement
from gapura.sectors.withholding.models.registers import ItemEntry, SlipEntry
from gapura.sectors.withholding.models.releases import Claim, Consent, Release, ReleasedItem

__all__ = [
    "Claim",
    "Consent",
    "Delivery",
    "ItemEntry",
    "Release",
    "ReleasedItem",
    "ReporterToken",
    "RowFinding",
    "SlipEntry",
    "Statement",
]
