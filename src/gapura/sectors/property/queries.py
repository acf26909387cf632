"""Who holds what, what keeps it from changing hands, and which documents follow from it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from gapura.kernel.registers.plugin import Concern, RegisterEntry
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.property.models import (
    BlockEntry,
    BuildingEntry,
    BuildingPriceEntry,
    LandPriceEntry,
    MortgageEntry,
    ParcelEntry,
    RightEntry,
    UnitEntry,
    ZoneEntry,
)


def list_held_parcels(person: str, *, as_of: date, known_at: datetime | None) -> list[str]:
    """Numbers of the parcels and units in which the person holds a right, in the order they were entered."""
    rights = list_entries(RightEntry, ("parcel_number",), person, as_of=as_of, known_at=known_at)
    return list(dict.fromkeys(right["parcel_number"] for right in rights))


def list_held_buildings(person: str, *, as_of: date, known_at: datetime | None) -> list[str]:
    """Numbers of the buildings on parcels of the person, and of those in which they hold a unit."""
    times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
    found: dict[str, None] = {}
    for number in list_held_parcels(person, **times):
        standing = list_entries(BuildingEntry, ("building_number",), number, by="parcel_number", **times)
        units = list_entries(UnitEntry, ("building_number",), number, **times)
        found |= dict.fromkeys(entry["building_number"] for entry in (*standing, *units))
    return list(found)


def list_rights(parcel_number: str, *, on: date) -> list[RightEntry]:
    """The rights that stand in a parcel or unit, oldest first."""
    standing = RightEntry.objects.filter(parcel_number=parcel_number).as_of(on).known_at(None)
    return list(standing.order_by("id"))


def find_obstacle(parcel_number: str, *, seller: str, buyer: str, on: date) -> str | None:
    """Why what the seller holds in the parcel cannot pass to the buyer on the day, as a name in refusals.yaml.

    None: it can. A mortgage follows the land, so that its creditor is asked first.
    """
    held = [right for right in list_rights(parcel_number, on=on) if right.holder_number == seller]
    if not held:
        return "parcel-not-yours"
    if buyer == seller:
        return "buyer-is-owner"
    if any(right.valid_from >= on for right in held):
        return "acquired-today"
    if any(right.expires_on and right.expires_on <= on for right in held):
        return "right-expired"
    if MortgageEntry.objects.filter(parcel_number=parcel_number).as_of(on).known_at(None).exists():
        return "parcel-mortgaged"
    if BlockEntry.objects.filter(parcel_number=parcel_number).as_of(on).known_at(None).exists():
        return "parcel-blocked"
    return None


def _parcels_of_holder(holder: str) -> set[str]:
    return set(RightEntry.objects.filter(holder_number=holder).values_list("parcel_number", flat=True))


def _parcels_around(parcel: str) -> set[str]:
    sheets = ParcelEntry.objects.filter(parcel_number=parcel).values("map_sheet")
    return set(ParcelEntry.objects.filter(map_sheet__in=sheets).values_list("parcel_number", flat=True))


def _parcels_of_mortgage(mortgage: str) -> set[str]:
    return set(MortgageEntry.objects.filter(mortgage_number=mortgage).values_list("parcel_number", flat=True))


def _parcels_of_block(block: str) -> set[str]:
    return set(BlockEntry.objects.filter(block_number=block).values_list("parcel_number", flat=True))


def _parcels_of_building(building: str) -> set[str]:
    parcels = BuildingEntry.objects.filter(building_number=building).values_list("parcel_number", flat=True)
    units = UnitEntry.objects.filter(building_number=building).values_list("unit_number", flat=True)
    return {*parcels, *units}


def _itself(number: str) -> set[str]:
    return {number}


def _holders_of(parcels_of: Callable[[str], set[str]]) -> Concern:
    """Everybody who holds or held a right in the parcels of a subject."""

    def list_holders(subject: str) -> list[str]:
        holders = RightEntry.objects.filter(parcel_number__in=parcels_of(subject)).order_by("holder_number")
        return list(holders.values_list("holder_number", flat=True).distinct())

    return list_holders


CONCERNS: dict[type[RegisterEntry], Concern] = {
    RightEntry: _holders_of(_parcels_of_holder),  # holders of a right see each other
    ParcelEntry: _holders_of(_parcels_around),  # the maps of the whole sheet show it
    ZoneEntry: _holders_of(_itself),
    LandPriceEntry: _holders_of(_itself),
    UnitEntry: _holders_of(_itself),
    MortgageEntry: _holders_of(_parcels_of_mortgage),
    BlockEntry: _holders_of(_parcels_of_block),
    BuildingEntry: _holders_of(_parcels_of_building),
    BuildingPriceEntry: _holders_of(_parcels_of_building),
}
"""Whose papers may state an entry, by its register."""
