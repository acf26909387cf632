"""How land and buildings of the nation are numbered, measured, valued and entered, whoever owns them."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any

from gapura.demo.simulation.figures import Weighted
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.holdings.survey import Plot, Survey
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date


@dataclass(frozen=True, slots=True)
class Site:
    """A parcel in the register: its number, since when, and the official price of its square meter."""

    number: str
    village: str
    since: int
    plot: Plot
    price: int


class Estate(Holding):
    """The registers of land and buildings. Everything drawn lies in a village, and its number begins with its place."""

    figures_file = "property.yaml"
    facts = {
        "property.ParcelEntry": (
            *("parcel_number", "location", "village_code", "land_area", "land_class", "map_sheet", "boundary"),
        ),
        "property.RightEntry": (
            *("holder_number", "holder_name", "parcel_number", "right_number", "right_kind"),
            *("share_numerator", "share_denominator", "acquisition", "expires_on"),
        ),
        "property.MortgageEntry": ("mortgage_number", "parcel_number", "rank", "creditor", "secured_amount"),
        "property.ZoneEntry": (
            *("parcel_number", "zone", "permitted_use", "building_coverage", "floor_area_ratio", "green_share", "plan"),
        ),
        "property.LandPriceEntry": ("parcel_number", "price_class", "price_per_square_meter"),
        "property.BuildingPriceEntry": ("building_number", "price_class", "price_per_square_meter"),
        "property.BuildingEntry": (
            *("building_number", "parcel_number", "building_address", "building_use", "structure", "floors"),
            *("floor_area", "completed_year", "permit_number", "worthiness_number"),
        ),
        "property.UnitEntry": ("unit_number", "building_number", "unit_name", "unit_floor", "unit_area"),
        "property.ForestEntry": (
            *("holder_number", "forest_number", "location", "village_code", "forest_area"),
            *("forest_function", "forest_scheme", "decree_number"),
        ),
        "property.FarmlandEntry": (
            *("farmer_number", "plot_number", "location", "village_code", "plot_area", "crop", "tenure"),
            *("is_irrigated", "is_protected"),
        ),
    }

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        figures = self.figures
        self.survey = Survey(figures["centers"], figures["spread"])
        self.first_titles: int = figures["first_titles"].toordinal()
        self._serials: Counter[str] = Counter()
        self.plan_of = cache(self._draw_plan)
        self.place = cache(self._place_words)
        classes = figures["price_classes"]
        steps = (classes["highest"] * classes["ratio"] ** step for step in range(classes["count"]))
        self._ladder = [max(classes["floor"], round(price, -3)) for price in map(int, steps)]
        starts = [date(year, 1, 1).toordinal() for year in figures["price_years"]]
        begun = [start for start in starts if start <= self.world.today][-figures["price_rounds"] :]
        self._rounds = list(zip(begun, [*begun[1:], None], strict=True))
        self._weights: dict[str, Weighted[Any]] = {}

    # Words and draws

    def title_number(self, right_kind: str, village: str) -> str:
        """The next title of a village."""
        letter, name = self.figures["letters"][right_kind], self.world.places.place_name(village)
        return self.number("right", village, letter=letter, village=name)

    def number(self, kind: str, at: str, **more: Any) -> str:
        """The next number of its kind at a village: rights count by the village, all else by the regency."""
        parts = at.split(".")
        place = at if kind == "right" else ".".join(parts[:2])
        self._serials[f"{kind}/{place}"] += 1
        digits = {"regency": "".join(parts[:2]), "district": "".join(parts[:3])}
        serial = self._serials[f"{kind}/{place}"]
        return str(self.figures["numbers"][kind].format(**digits | {"serial": serial} | more))

    def draw_one(self, name: str, weights: Mapping[Any, float], chance: Random) -> Any:
        """A value by its weight; ``name`` stands for the weights."""
        if name not in self._weights:
            self._weights[name] = Weighted.of(weights)
        return self._weights[name].draw(chance)

    def is_city(self, village: str) -> bool:
        """Whether the village lies in a regency that is a city: the country numbers those apart."""
        return village.split(".")[1] >= str(self.figures["cities_from"])

    def _place_words(self, village: str) -> str:
        """Village, district and regency, as an address ends."""
        parts = village.split(".")
        codes = (village, ".".join(parts[:3]), ".".join(parts[:2]))
        return ", ".join(self.world.places.place_name(code) for code in codes)

    def _draw_plan(self, regency: str) -> tuple[int, str]:
        """The day a regency's plan came into force, and its name."""
        chance = Random(regency)  # noqa: S311 - reproducible on purpose
        year = chance.choice(self.figures["plan_years"])
        words = {"regency": self.world.places.place_name(regency), "serial": chance.randint(1, 19), "year": year}
        day = date(year, chance.randint(2, 12), chance.randint(1, 28))
        return day.toordinal(), self.figures["numbers"]["plan"].format(**words)

    # Entries

    def add_site(
        self, plot: Plot, village: str, since: int, location: str, facts: Mapping[str, Any], chance: Random
    ) -> Site:
        """The parcel, its place in the plan and its official prices; ``facts``: its class, zone and value factor."""
        number = self.number("parcel", village)
        self.add(
            *("property.ParcelEntry", since, None, number, location, village),
            *(plot.area, facts["land_class"], plot.sheet, plot.boundary),
        )
        zone = facts["zone"]
        adopted, plan = self.plan_of(village.rsplit(".", 2)[0])
        if adopted <= self.world.today:
            self.add(
                *("property.ZoneEntry", max(since, adopted), None, number, zone["code"], zone["use"]),
                *(zone["coverage"], zone["ratio"], zone["green"], plan),
            )
        value = self._land_value(village, chance) * facts["value"]
        return Site(number, village, since, plot, self._add_prices("property.LandPriceEntry", number, since, value))

    def add_building(
        self, site: Site, address: str, facts: Mapping[str, Any], floors: int, floor_area: int, chance: Random
    ) -> tuple[str, int]:
        """A building as old as the entry of its parcel or older; its number and the price of its square meter."""
        number = self.number("building", site.village)
        completed = as_date(site.since - int(chance.uniform(0, facts["older_at_most"]) * YEAR))
        papers = (
            self.number(paper, site.village, day=completed)
            if completed.year >= first and chance.random() < facts[paper]
            else ""
            for paper, first in self.figures["papers"].items()
        )
        structure = self.draw_one(f"structure/{facts['building_use']}", facts["structure"], chance)
        self.add(
            *("property.BuildingEntry", site.since, None, number, site.number, address, facts["building_use"]),
            *(structure, floors, floor_area, completed.year, *papers),
        )
        value = chance.uniform(*self.figures["building_prices"])
        return number, self._add_prices("property.BuildingPriceEntry", number, site.since, value)

    def _land_value(self, village: str, chance: Random) -> float:
        base: float = self.figures["land_prices"].get(village.partition(".")[0], self.figures["land_price_else"])
        factor: float = self.figures["city_factor"] if self.is_city(village) else 1.0
        return base * factor * chance.uniform(*self.figures["price_spread"])

    def _add_prices(self, register: str, number: str, since: int, value: float) -> int:
        """The official price of each round the thing lived through, rising to that of ``value``; the last one."""
        price = 0
        for left, (start, until) in zip(range(len(self._rounds) - 1, -1, -1), self._rounds, strict=True):
            step = self._class_of(value / self.figures["price_growth"] ** left)
            price = self._ladder[step]
            if until is None or until > since:
                self.add(register, max(start, since), until, number, f"{step + 1:03d}", price)
        return price

    def _class_of(self, value: float) -> int:
        classes = self.figures["price_classes"]
        step = round(math.log(value / classes["highest"]) / math.log(classes["ratio"]))
        return min(max(step, 0), len(self._ladder) - 1)
