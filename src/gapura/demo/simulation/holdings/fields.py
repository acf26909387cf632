"""Who works the fields, on their own land or another's, and who holds forest."""

from collections.abc import Mapping
from random import Random
from typing import Any

from gapura.demo.simulation.holdings.estate import Estate
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person


class Fields(Estate):
    """Farmers and farm laborers work where they live, from when they came there or were grown up."""

    def draw_fields(self, person: Person, village: str, chance: Random) -> None:
        """The plots that a person works today, and one they worked before."""
        facts = self.figures["fields"]
        is_farmer = person.occupation in facts["farmers"]
        if person.age_at(self.world.today) > facts["oldest"] or not (
            is_farmer or (person.occupation in facts["laborers"] and chance.random() < facts["laborer_shares"])
        ):
            return
        came = max(person.homes[-1][0], person.born + int(facts["youngest"] * YEAR) + 1)
        if came >= self.world.today:
            return
        since = chance.randint(came, self.world.today - 1)
        for _ in range(2 if is_farmer and chance.random() < facts["second"] else 1):
            owns = is_farmer and chance.random() < facts["own"]
            self._add_plot(person, village, (since, None), facts["own_tenure"] if owns else "", chance)
        if since - came > YEAR and chance.random() < facts["earlier"]:
            self._add_plot(person, village, (came, since), "", chance)
        if is_farmer and chance.random() < self.figures["forest"]["share"]:
            self._add_forest(person, village, came, chance)

    def _add_plot(
        self, farmer: Person, village: str, period: tuple[int, int | None], tenure: str, chance: Random
    ) -> None:
        """``tenure`` empty: another's land, rented or for a share of the harvest."""
        facts = self.figures["fields"]
        land_class = self.draw_one("field", facts["classes"], chance)
        crop = self.draw_one(f"crop/{land_class}", facts["crops"][land_class], chance)
        location = f"{facts['location'].format(block=chance.choice(facts['blocks']))}, {self.place(village)}"
        area = chance.randint(*facts["area"])
        if tenure and chance.random() < facts["titled"]:
            field = facts | {"land_class": land_class}
            area = self._add_field(farmer, village, period[0], location, field, area, chance)
        self.add(
            *("property.FarmlandEntry", *period, farmer.number, self.number("plot", village), location, village, area),
            *(crop, tenure or self.draw_one("tenure", facts["tenures"], chance)),
            *(chance.random() < facts["irrigated"][land_class], chance.random() < facts["protected"][land_class]),
        )

    def _add_field(
        self,
        owner: Person,
        village: str,
        since: int,
        location: str,
        facts: Mapping[str, Any],
        area: int,
        chance: Random,
    ) -> int:
        """The farmer's own parcel with its title; its area as surveyed."""
        kind, since = self.figures["whole_right"], max(since, self.first_titles)
        plot = self.survey.lay_out(village, "fields", area / facts["depth"], facts["depth"])
        site = self.add_site(plot, village, since, location, facts, chance)
        title = (site.number, self.title_number(kind, village), kind)
        acquired = self.draw_one("acquired", self.figures["acquired"], chance)
        self.add("property.RightEntry", since, None, owner.number, owner.name, *title, 1, 1, acquired, None)
        return plot.area

    def _add_forest(self, holder: Person, village: str, came: int, chance: Random) -> None:
        facts = self.figures["forest"]
        private, until = facts["private"], None
        scheme, function, since = private["scheme"], private["function"], came
        if chance.random() >= private["share"]:
            scheme = self.draw_one("scheme", facts["schemes"], chance)
            function = self.draw_one("function", facts["functions"], chance)
            since = max(came, facts["first"].toordinal())
            until = since + int(facts["years"] * YEAR)
        if since > self.world.today:
            return
        block = chance.choice(self.figures["fields"]["blocks"])
        location = f"{facts['location'].format(block=block)}, {self.place(village)}"
        decree = self.number("decree", village, year=as_date(since).year)
        self.add(
            *("property.ForestEntry", since, until, holder.number, self.number("forest", village), location, village),
            *(chance.randint(*facts["area"]), function, scheme, decree),
        )
