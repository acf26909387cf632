"""Parcels, who holds them, what lies on them, what the plan allows and what they are worth."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from gapura.kernel.exchange.plugin import Record, RegisterProvider
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.property.models import LandPriceEntry, MortgageEntry, ParcelEntry, RightEntry, ZoneEntry
from gapura.sectors.property.providers.things import OfParcels
from gapura.sectors.property.queries import list_held_parcels
from gapura.sectors.property.rules import lies_around

PRICES = "property_prices"


class ParcelProvider(RegisterProvider):
    """The subject's parcels. Rights in units are told by ``property.unit``."""

    evidence_type = "property.parcel"
    owner = "property"
    register = RightEntry
    names = {"held_from": "valid_from"}
    details = {"parcel_number": ParcelEntry}
    questions = {"owns-land": "owns_land", "is-holder-of": "is_holder_of"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        asked = fields | {"map_sheet"}  # every parcel stands on a sheet, no unit does
        return [record for record in super().read(subject, asked, as_of, known_at) if record["map_sheet"]]

    def owns_land(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return bool(self.find_records(subject, frozenset({"parcel_number"}), as_of, known_at))

    def is_holder_of(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return parameters["parcel_number"] in list_held_parcels(subject, as_of=as_of, known_at=known_at)


class RightProvider(OfParcels):
    """Everybody who holds a right in the subject's parcels, the subject among them."""

    evidence_type = "property.right"
    register = RightEntry
    names = {"held_from": "valid_from"}


class RightHistoryProvider(OfParcels):
    evidence_type = "property.right-history"
    register = RightEntry
    names = {"held_from": "valid_from", "held_until": "valid_until"}
    over_time, newest_first = True, True
    ended = ("held_until",)


class MortgageProvider(OfParcels):
    """Mortgages that stand; one that was struck off is not told."""

    evidence_type = "property.mortgage"
    register = MortgageEntry
    names = {"mortgaged_on": "valid_from"}
    questions = {"is-mortgaged": "is_mortgaged"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        found = list(super().read(subject, fields | {"parcel_number", "rank"}, as_of, known_at))
        return sorted(found, key=lambda mortgage: (mortgage["parcel_number"], mortgage["rank"]))

    def is_mortgaged(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether a mortgage lies on ``parcel_number``; unknown where the subject holds nothing in it."""
        parcel = str(parameters["parcel_number"])
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        if parcel not in list_held_parcels(subject, **times):
            return None
        return bool(list_entries(MortgageEntry, ("rank",), parcel, by="parcel_number", **times))


class NeighborProvider(OfParcels):
    """What lies around the subject's parcels on their map sheets, for drawing: shapes with numbers, no names."""

    evidence_type = "property.neighbor"
    register = ParcelEntry

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        columns = ("parcel_number", "boundary", "map_sheet")
        for number in list_held_parcels(subject, **times):
            for own in list_entries(ParcelEntry, columns, number, **times):
                for other in list_entries(ParcelEntry, columns, own["map_sheet"], by="map_sheet", **times):
                    if other["parcel_number"] != number and lies_around(own["boundary"], other["boundary"]):
                        yield {
                            "parcel_number": number,
                            "neighbor_number": other["parcel_number"],
                            "boundary": other["boundary"],
                        }


class LandUseProvider(OfParcels):
    evidence_type = "property.land-use"
    register = ZoneEntry
    names = {"plan_from": "valid_from"}


class LandPriceProvider(OfParcels):
    evidence_type = "property.land-price"
    owner = PRICES
    register = LandPriceEntry
    names = {"price_from": "valid_from", "price_until": "valid_until"}


class LandPriceHistoryProvider(OfParcels):
    evidence_type = "property.land-price-history"
    owner = PRICES
    register = LandPriceEntry
    names = {"price_from": "valid_from", "price_until": "valid_until"}
    over_time, newest_first = True, True
    ended = ("price_until",)
