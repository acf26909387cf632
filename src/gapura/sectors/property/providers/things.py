"""Registers of things: the subject's are those on a parcel or in a building that they hold a right in."""

from collections.abc import Sequence
from datetime import date, datetime

from gapura.kernel.exchange.plugin import RegisterProvider
from gapura.sectors.property.queries import list_held_buildings, list_held_parcels


class OfParcels(RegisterProvider):
    """Answers about every parcel and unit in which the subject holds a right."""

    owner = "property"
    by = "parcel_number"

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        return list_held_parcels(subject, as_of=as_of, known_at=known_at)


class OfBuildings(RegisterProvider):
    """Answers about every building that stands on the subject's land or in which they hold a unit."""

    owner = "property_buildings"
    by = "building_number"

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        return list_held_buildings(subject, as_of=as_of, known_at=known_at)
