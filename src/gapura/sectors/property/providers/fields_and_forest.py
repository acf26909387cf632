"""Forest that somebody holds, and farmland that somebody works."""

from collections.abc import Mapping
from datetime import date, datetime

from gapura.kernel.exchange.plugin import RegisterProvider
from gapura.sectors.property.models import FarmlandEntry, ForestEntry

_FARMLAND = "property_farmland"


class ForestProvider(RegisterProvider):
    evidence_type = "property.forest"
    owner = "property_forest"
    register = ForestEntry
    names = {"managed_from": "valid_from", "managed_until": "valid_until"}


class FarmlandProvider(RegisterProvider):
    evidence_type = "property.farmland"
    owner = _FARMLAND
    register = FarmlandEntry
    names = {"worked_from": "valid_from"}
    questions = {"works-farmland": "works_farmland"}

    def works_farmland(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return bool(self.find_records(subject, frozenset({"plot_number"}), as_of, known_at))


class FarmlandHistoryProvider(RegisterProvider):
    evidence_type = "property.farmland-history"
    owner = _FARMLAND
    register = FarmlandEntry
    names = {"worked_from": "valid_from", "worked_until": "valid_until"}
    over_time, newest_first = True, True
    ended = ("worked_until",)
