"""Buildings, their units and their official prices."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from gapura.kernel.exchange.plugin import Record, RegisterProvider
from gapura.sectors.property.models import BuildingEntry, BuildingPriceEntry, RightEntry, UnitEntry
from gapura.sectors.property.providers.parcels import PRICES
from gapura.sectors.property.providers.things import OfBuildings
from gapura.sectors.property.queries import list_held_buildings


class BuildingProvider(OfBuildings):
    evidence_type = "property.building"
    register = BuildingEntry
    questions = {"owns-home": "owns_home"}

    def owns_home(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return bool(list_held_buildings(subject, as_of=as_of, known_at=known_at))


class UnitProvider(RegisterProvider):
    """The subject's units, each with their right in it."""

    evidence_type = "property.unit"
    owner = "property"
    register = RightEntry
    names = {"held_from": "valid_from"}
    details = {"parcel_number": UnitEntry}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        asked = fields | {"unit_number"}
        return [record for record in super().read(subject, asked, as_of, known_at) if record["unit_number"]]


class BuildingPriceProvider(OfBuildings):
    evidence_type = "property.building-price"
    owner = PRICES
    register = BuildingPriceEntry
    names = {"price_from": "valid_from", "price_until": "valid_until"}


class BuildingPriceHistoryProvider(OfBuildings):
    evidence_type = "property.building-price-history"
    owner = PRICES
    register = BuildingPriceEntry
    names = {"price_from": "valid_from", "price_until": "valid_until"}
    over_time, newest_first = True, True
    ended = ("price_until",)
