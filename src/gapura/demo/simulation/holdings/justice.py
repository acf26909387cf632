"""Whom courts sentenced, whom the police look for, and who may not leave the country: very few."""

from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.holdings.immigration import Travels
from gapura.demo.simulation.life import YEAR, year_of
from gapura.demo.simulation.people import Person

_CROSSING = "immigration.CrossingEntry"


class Justice(Holding):
    """Drawn after travels: nobody crossed the border while something kept them here."""

    figures_file = "justice.yaml"
    facts = {
        "justice.SentenceEntry": ("number", "judgment_number", "court", "crime"),
        "justice.WarrantEntry": ("number", "warrant_number", "ordered_by"),
        "justice.TravelBanEntry": ("number", "ban_number", "ordered_by"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._serial = 0

    def draw(self, community: Community) -> None:
        figures = self.figures
        travelled = self._last_crossings()
        for person, random in self.adults(community, figures["adult"]):
            free_until = max(person.born + int(figures["adult"] * YEAR), travelled.get(person.number, 0)) + 1
            if random.random() < figures["sentenced"]:
                self._sentence(person, random, free_until)
            if random.random() < figures["wanted"]:
                self._look_for(person, random, free_until)
            if random.random() < figures["banned"]:
                self._ban(person, random, free_until)

    def _last_crossings(self) -> dict[str, int]:
        """The day of each traveler's last crossing, by person number."""
        days: dict[str, int] = {}
        number = Travels.columns()[_CROSSING].index("number")
        for row in self.held[_CROSSING]:
            days[row[number]] = max(days.get(row[number], 0), row[0].toordinal())
        return days

    def _sentence(self, person: Person, random: Random, free_until: int) -> None:
        figures = self.figures
        since = self._day(random, figures["sentence_years"], free_until)
        served = since + 30 + int(random.random() ** 2 * figures["longest_sentence_years"] * YEAR)
        place = self.world.places.place_name(person.homes[-1][1].district.rpartition(".")[0])
        judgment = self._numbered("judgment", since)
        facts = (person.number, judgment, figures["court"] % {"place": place}, random.choice(figures["crimes"]))
        self.add("justice.SentenceEntry", since, served if served <= self.world.today else None, *facts)

    def _look_for(self, person: Person, random: Random, free_until: int) -> None:
        figures, today = self.figures, self.world.today
        since = self._day(random, figures["wanted_years"], free_until)
        found = random.randint(since, today) if random.random() < figures["found"] else since
        facts = (person.number, self._numbered("warrant", since), random.choice(figures["wanted_by"]))
        self.add("justice.WarrantEntry", since, found if found > since else None, *facts)

    def _ban(self, person: Person, random: Random, free_until: int) -> None:
        figures = self.figures
        since = self._day(random, figures["ban_years"], free_until)
        facts = (person.number, self._numbered("ban", since), random.choice(figures["banned_by"]))
        self.add("justice.TravelBanEntry", since, since + figures["ban_days"], *facts)

    def _day(self, random: Random, years: float, free_until: int) -> int:
        today = self.world.today
        return random.randint(min(max(free_until, today - int(years * YEAR)), today), today)

    def _numbered(self, what: str, since: int) -> str:
        self._serial += 1
        return str(self.figures[what]).format(serial=self._serial, year=year_of(since))
