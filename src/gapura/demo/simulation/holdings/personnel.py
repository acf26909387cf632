"""Who serves or served in the armed forces."""

from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person


class Service(Holding):
    figures_file = "personnel.yaml"
    facts = {
        "personnel.MilitaryServiceEntry": (
            *("number", "service_number", "service_kind", "branch", "military_rank", "discharge_reason"),
        ),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._enlisted = 0

    def draw(self, community: Community) -> None:
        figures, today = self.figures, self.world.today
        for person, random in self.adults(community, figures["begins_at_age"]):
            begins = person.born + int(figures["begins_at_age"] * YEAR)
            if person.occupation == figures["soldier"]:
                self._serve(person, random, begins, None)
            elif person.occupation == figures["veteran"] and random.random() < figures["served"]:
                self._serve(person, random, begins, min(begins + int(30 * YEAR), today))

    def _serve(self, person: Person, random: Random, begins: int, ends: int | None) -> None:
        figures, last = self.figures, ends or self.world.today
        self._enlisted += 1
        number = figures["number"].format(year=as_date(begins).year, serial=self._enlisted)
        branch = random.choice(figures["branches"])
        step = int(figures["years_in_rank"] * YEAR)
        days = list(range(begins, last, step))[: len(figures["ranks"])]
        for since, until, rank in zip(days, [*days[1:], ends], figures["ranks"], strict=False):
            reason = "pension" if until is not None and until == ends else ""
            self.add(
                "personnel.MilitaryServiceEntry", since, until, person.number, number, "active", branch, rank, reason
            )
