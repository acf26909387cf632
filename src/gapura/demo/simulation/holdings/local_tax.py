"""What the regions ask for land, buildings and vehicles: of their owners, as the registers of these say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.holdings.property import Property
from gapura.demo.simulation.holdings.transport import Traffic
from gapura.demo.simulation.numbering import as_date
from gapura.sectors.tax.types import LocalTax

_THOUSAND = 1000
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taxed:
    """A thing by its number, whose it has been since when, who levies the tax, and the amount of each year."""

    kind: LocalTax
    number: str
    owner: str
    since: date
    region: str
    amounts: Mapping[int, int]


class LocalTaxes(Holding):
    """Draws nothing of its own: follows Property and Traffic, which are drawn before."""

    figures_file = "tax.yaml"
    facts = {
        "tax.LocalAssessmentEntry": (
            *("assessment_number", "number", "local_tax", "tax_year", "object_number", "levied_by"),
            *("tax_amount", "due_on", "paid_on"),
        ),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._serial = 0
        self._today = as_date(self.world.today)
        self._years = range(self._today.year - self.figures["years_of_local_tax"] + 1, self._today.year + 1)

    def draw(self, community: Community) -> None:
        provinces = {one.number: one.homes[-1][1].village[:2] for one in community.people if one.number}
        vehicles = {one["chassis_number"]: one for one in self._held_of(Traffic, "transport.VehicleEntry")}
        for owned in self._held_of(Traffic, "transport.OwnershipEntry"):
            vehicle = vehicles[owned["chassis_number"]]
            begins = vehicle["valid_from"]
            region = self.world.places.place_name(provinces[owned["owner_number"]])
            amounts = {year: self._vehicle_tax(vehicle, year) for year in self._years}
            thing = (vehicle["plate_number"], owned["owner_number"], owned["valid_from"], region, amounts)
            self._notify(Taxed(LocalTax.VEHICLE, *thing), begins.month, min(begins.day, 28))
        due = self.figures["land"]["due"]
        for parcel in self._parcels():
            self._notify(parcel, *due)

    def _vehicle_tax(self, vehicle: Entry, year: int) -> int:
        terms = self.figures["vehicle"]
        worth = max(100 - (year - vehicle["built_year"]) * terms["loses_percent_a_year"], terms["least_percent"])
        value = terms["values"][vehicle["vehicle_class"]] * worth // 100
        tax = value * terms["permille"] // 1000
        return int((tax + tax * terms["surcharge_percent"] // 100) // _THOUSAND * _THOUSAND)

    def _parcels(self) -> Iterator[Taxed]:
        """Every parcel, flats left out, with what stands on it; of several holders the first is asked."""
        holders: dict[str, Entry] = {}
        for right in self._held_of(Property, "property.RightEntry"):
            if right["valid_until"] is None:
                holders.setdefault(right["parcel_number"], right)
        prices = self._prices("property.LandPriceEntry", "parcel_number")
        buildings = self._buildings()
        for parcel in self._held_of(Property, "property.ParcelEntry"):
            number = parcel["parcel_number"]
            if number not in holders:
                continue
            amounts = {
                year: self._land_tax(
                    prices[number].get(year, 0) * parcel["land_area"] + buildings.get((number, year), 0)
                )
                for year in self._years
            }
            holder = holders[number]
            region = self.world.places.place_name(parcel["village_code"][:5])
            yield Taxed(LocalTax.LAND_BUILDING, number, holder["holder_number"], holder["valid_from"], region, amounts)

    def _buildings(self) -> dict[tuple[str, int], int]:
        """What the buildings on a parcel are worth in a year."""
        prices = self._prices("property.BuildingPriceEntry", "building_number")
        values: dict[tuple[str, int], int] = {}
        for building in self._held_of(Property, "property.BuildingEntry"):
            for year, price in prices[building["building_number"]].items():
                place = building["parcel_number"], year
                values[place] = values.get(place, 0) + price * building["floor_area"]
        return values

    def _prices(self, register: str, key: str) -> dict[str, dict[int, int]]:
        """The official price in force on the first of January of each year, by thing."""
        found: dict[str, dict[int, int]] = {}
        for entry in self._held_of(Property, register):
            of_thing = found.setdefault(entry[key], {})
            for year in self._years:
                first = date(year, 1, 1)
                if entry["valid_from"] <= first and (entry["valid_until"] is None or entry["valid_until"] > first):
                    of_thing[year] = entry["price_per_square_meter"]
        return found

    def _land_tax(self, value: int) -> int:
        terms = self.figures["land"]
        taxed = max(value - terms["not_taxed"], 0)
        return int(taxed * terms["permille"] // 1000 // _THOUSAND * _THOUSAND)

    def _notify(self, taxed: Taxed, month: int, day: int) -> None:
        """The notices of the last years; most are paid in time, some late, few not at all."""
        numbers = self.figures["vehicle" if taxed.kind is LocalTax.VEHICLE else "land"]["number"]
        random = Random(f"{taxed.kind}/{taxed.number}")  # noqa: S311 - reproducible on purpose
        for year, amount in taxed.amounts.items():
            due = date(year, month, day).toordinal()
            issued = due - self.figures["notice_days"]
            if amount <= 0 or issued > self.world.today or as_date(issued) < taxed.since:
                continue
            self._serial += 1
            number = numbers.format(year=year, serial=self._serial)
            facts = (taxed.kind.value, year, taxed.number, taxed.region, amount)
            paid = self._paid_on(random, issued, due)
            self.add("tax.LocalAssessmentEntry", issued, None, number, taxed.owner, *facts, as_date(due), paid)

    def _paid_on(self, random: Random, issued: int, due: int) -> date | None:
        figures, luck = self.figures, random.random()
        if luck < figures["paid_in_time"]:
            paid = random.randint(issued, due)
        elif luck < figures["paid_in_time"] + figures["paid_late"]:
            paid = due + random.randint(1, 120)
        else:
            return None
        return as_date(paid) if paid <= self.world.today else None

    def _held_of(self, holding: type[Holding], register: str) -> Iterator[dict[str, Any]]:
        """The entries of a register drawn before, by column."""
        columns = holding.columns()[register]
        return (dict(zip(columns, row, strict=True)) for row in self.held[register])
