"""Who has a passport, and where they went with it."""

from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.immigration.types import Direction, PassportStatus


class Travels(Holding):
    figures_file = "immigration.yaml"
    facts = {
        "immigration.PassportEntry": (
            *("passport_number", "number", "passport_kind", "passport_status", "issued_on", "expires_on", "issued_at"),
        ),
        "immigration.CrossingEntry": ("number", "direction", "port", "foreign_country", "passport_number"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._issued = 0

    def draw(self, community: Community) -> None:
        for person, random in self.adults(community, self.figures["passport_age"]):
            if random.random() < self.figures["holds_passport"]:
                self._travel(person, random)

    def _travel(self, person: Person, random: Random) -> None:
        figures, today = self.figures, self.world.today
        self._issued += 1
        number = figures["number"].format(serial=self._issued)
        grown_up = person.born + int(figures["passport_age"] * YEAR) + 1
        lasts = int(figures["lasts_years"] * YEAR)
        issued = random.randint(max(grown_up, today - lasts), today)
        regency = person.homes[-1][1].district.rpartition(".")[0]
        facts = ("ordinary", as_date(issued), as_date(issued + lasts), self.world.places.place_name(regency))
        lost = random.randint(issued, today) if random.random() < figures["lost"] else None
        self._hold(person, number, issued, lost if lost and lost > issued else None, facts)
        for _ in range(random.choice(figures["trips"])):
            self._cross(person, random, number, issued, lost or today)

    def _hold(self, person: Person, number: str, issued: int, lost: int | None, facts: tuple[Any, ...]) -> None:
        kind, *rest = facts
        for since, until, status in (
            (issued, lost, PassportStatus.VALID),
            *([(lost, None, PassportStatus.LOST)] if lost else []),
        ):
            self.add("immigration.PassportEntry", since, until, number, person.number, kind, status.value, *rest)

    def _cross(self, person: Person, random: Random, number: str, since: int, until: int) -> None:
        left = random.randint(since, until)
        back = left + random.randint(1, self.figures["longest_stay_days"])
        port, country = random.choice(self.figures["ports"]), random.choice(self.figures["countries"])
        for day, direction in ((left, Direction.EXIT), (back, Direction.ENTRY)):
            if day <= until:
                crossing = (person.number, direction.value, port, country, number)
                self.add("immigration.CrossingEntry", day, None, *crossing)
