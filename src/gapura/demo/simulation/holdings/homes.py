"""Whose the homes are: the head of the family that lives there owns it, or a unit of a tower."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from gapura.demo.simulation.holdings.estate import Estate, Site
from gapura.demo.simulation.holdings.survey import Plot
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Address, Family, Person


@dataclass(frozen=True, slots=True)
class Home:
    """Where a family lives; ``since`` the present head, and before them, if they died there, the one before."""

    head: Person
    address: Address
    since: int
    predecessor: Person | None = None
    held_before: int = 0


def home_of(family: Family) -> Home:
    """The home of a family that lives together today."""
    (_, (head, address)), *earlier = reversed(family.cards)
    since, before = family.cards[-1][0], [(day, who) for day, (who, where) in earlier if where == address]
    if len(before) == 1 and before[0][1].died == since:
        return Home(head, address, since, before[0][1], before[0][0])
    return Home(head, address, since)


class Homes(Estate):
    """A head who inherited the home from the one before shows in the history of the title."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._towers: dict[str, tuple[str, int]] = {}
        self._first_flats = self.figures["flats"]["first"].toordinal()
        self._grown_up = int(self.figures["grown_up"] * YEAR) + 1

    def draw_home(self, home: Home) -> None:
        """The title of a home, where it is owned and titled."""
        chance, figures = self.chance(home.head), self.figures
        if home.head.born + self._grown_up > home.since:
            return
        if chance.random() >= figures["owns_home"] * figures["titled"]:
            return
        flats, village = figures["flats"], home.address.village
        has_flats = self.is_city(village) and village.partition(".")[0] in flats["provinces"]
        if has_flats and self._first_held(home) >= self._first_flats and chance.random() < flats["share"]:
            self._draw_flat(home, chance)
        else:
            self._draw_house(home, chance)

    def _draw_house(self, home: Home, chance: Random) -> None:
        facts = self.figures["homes"]
        width, depth = chance.uniform(*facts["width"]), chance.uniform(*facts["depth"])
        plot = self.survey.lay_out(home.address.village, "homes", width, depth)
        site = self._add_home_site(plot, home.address, self._first_held(home), facts, chance)
        floors = self.draw_one("floors", facts["floors"], chance)
        floor_area = round(plot.area * chance.uniform(*facts["built_over"])) * floors
        address = f"{home.address.street}, {self.place(home.address.village)}"
        _, price = self.add_building(site, address, facts, floors, floor_area, chance)
        acquired = self._add_title(site.number, home, *self._kind_of_right(site.since, chance), chance)
        if acquired == "purchase":
            self._add_mortgage(site, plot.area * site.price + floor_area * price, chance)

    def _draw_flat(self, home: Home, chance: Random) -> None:
        """The next unit of the village's tower; a new tower where there is none or it is full."""
        flats, village = self.figures["flats"], home.address.village
        building, taken = self._towers.get(village, ("", flats["units"]))
        if taken == flats["units"]:
            building, taken = self._raise_tower(home.address, chance), 0
        self._towers[village] = (building, taken + 1)
        floor, door = taken // flats["units_on_a_floor"] + 1, taken % flats["units_on_a_floor"] + 1
        number = self.number("unit", village)
        self.add(
            *("property.UnitEntry", self._first_held(home), None, number, building),
            *(f"{floor:02d}/{door}", floor, chance.randint(*flats["area"])),
        )
        self._add_title(number, home, flats["right"], None, chance)

    def _raise_tower(self, address: Address, chance: Random) -> str:
        """Entered with the first flats of the country: whoever buys a unit comes later."""
        flats = self.figures["flats"]
        plot = self.survey.lay_out(address.village, "homes", *flats["land"])
        site = self._add_home_site(plot, address, self._first_flats, flats, chance)
        floors = math.ceil(flats["units"] / flats["units_on_a_floor"])
        floor_area = round(plot.area * flats["built_over"]) * floors
        where = f"{address.street}, {self.place(address.village)}"
        return self.add_building(site, where, flats, floors, floor_area, chance)[0]

    def _add_home_site(
        self, plot: Plot, address: Address, since: int, facts: Mapping[str, Any], chance: Random
    ) -> Site:
        location = f"{address.street}, {self.place(address.village)}"
        return self.add_site(plot, address.village, since, location, facts, chance)

    # Titles

    def _first_held(self, home: Home) -> int:
        """The day the title begins: with the one before, where they held it."""
        return max(home.held_before if self._held_before(home) else home.since, self.first_titles)

    def _held_before(self, home: Home) -> bool:
        before = home.predecessor
        if before is None or not before.number or home.since <= self.first_titles:
            return False
        return before.born + self._grown_up <= home.held_before

    def _kind_of_right(self, since: int, chance: Random) -> tuple[str, date | None]:
        term = self.figures["term_right"]
        expires = since + int(term["years"] * YEAR)
        if expires > self.world.today and chance.random() < term["share"]:
            return term["kind"], as_date(expires)
        return self.figures["whole_right"], None

    def _add_title(self, parcel: str, home: Home, kind: str, expires: date | None, chance: Random) -> str:
        """The right of the head, of the one before and of a spouse who bought along; how the head acquired it."""
        title = (parcel, self.title_number(kind, home.address.village), kind)
        acquired = self.draw_one("acquired", self.figures["acquired"], chance)
        since = self._first_held(home)
        holders = [home.head]
        if home.predecessor and self._held_before(home):
            self._add_right(home.predecessor, (since, home.since), title, 1, acquired, expires)
            since, acquired = home.since, self.figures["inherited"]
        elif (
            (spouse := home.head.spouse)
            and self._bought_along(spouse, since)
            and chance.random() < self.figures["joint"]
        ):
            holders.append(spouse)
        for holder in holders:
            self._add_right(holder, (since, None), title, len(holders), acquired, expires)
        return str(acquired)

    def _add_right(
        self,
        holder: Person,
        period: tuple[int, int | None],
        title: tuple[str, str, str],
        holders: int,
        acquired: str,
        expires: date | None,
    ) -> None:
        self.add("property.RightEntry", *period, holder.number, holder.name, *title, 1, holders, acquired, expires)

    def _bought_along(self, spouse: Person, day: int) -> bool:
        return spouse.marriages[-1].day <= day and spouse.born + self._grown_up <= day

    def _add_mortgage(self, site: Site, worth: int, chance: Random) -> None:
        """A loan for buying the home, struck off when it was paid."""
        facts = self.figures["mortgages"]
        if site.since < self.world.today - facts["within_years"] * YEAR or chance.random() >= facts["share"]:
            return
        paid = site.since + int(chance.uniform(*facts["term_years"]) * YEAR)
        number = self.number("mortgage", site.village, year=as_date(site.since).year)
        amount = max(1, int(worth * facts["lent"]) // 1_000_000) * 1_000_000
        self.add(
            *("property.MortgageEntry", site.since, paid if paid <= self.world.today else None),
            *(number, site.number, 1, chance.choice(facts["creditors"]), amount),
        )
