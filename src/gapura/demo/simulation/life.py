"""What is drawn for a person: name, length of life, school, work, when to marry, how many children."""

from datetime import date
from math import log
from random import Random

from gapura.demo.simulation.figures import Figures, Weighted
from gapura.demo.simulation.people import Person
from gapura.sectors.civil.types import Sex

YEAR = 365.2425


def year_of(day: int) -> int:
    return date.fromordinal(day).year


class Lives:
    """Draws from the country's figures; one instance serves every community, with the caller's randomness."""

    def __init__(self, figures: Figures) -> None:
        facts = figures.population
        self._names = figures.names
        self.traditions = {code: Weighted.of(province["traditions"]) for code, province in facts["provinces"].items()}
        self.religions = {code: Weighted.of(shares) for code, shares in facts["religions"].items()}
        self._infant_deaths = figures.course("infant_deaths")
        self._child_deaths = figures.course("child_deaths")
        self._death_age = {sex: figures.course("death_age", sex) for sex in Sex}
        self._death_spread = facts["death_age"]["spread"]
        self._oldest = facts["oldest"]
        self._marriage_age = {sex: figures.course("marriage", sex) for sex in Sex}
        self._marriage = facts["marriage"]
        self._children = figures.course("children")
        self._divorced_share = figures.course("marriage", "divorced_share")
        self._blood_types = figures.weighted("blood_types")
        self._schooling = {year: Weighted.of(shares) for year, shares in facts["schooling"].items()}
        self._school_years = sorted(self._schooling)
        self._group = facts["schooling_group"]
        self._occupations = {
            (group, sex): Weighted.of(shares)
            for group, sexes in facts["occupations"].items()
            for sex, shares in sexes.items()
        }

    def death_day(self, random: Random, sex: Sex, born: int) -> int:
        """The day of death: infancy, childhood, or Gompertz's law for the cohort."""
        year = year_of(born)
        luck = random.random()
        infant, child = self._infant_deaths.at(year), self._child_deaths.at(year)
        if luck < infant:
            return born + 1 + int(random.random() ** 2 * 364)
        if luck < infant + child:
            return born + 366 + int(random.random() ** 1.5 * 4 * YEAR)
        spread = self._death_spread
        age = self._death_age[sex].at(year) + spread * log(max(-log(1 - random.random()), 1e-4))
        return born + int(min(max(age, 5.0), self._oldest) * YEAR)

    def marriage_day(self, random: Random, sex: Sex, born: int) -> int | None:
        """The day to look for a spouse, or None for those who never do."""
        rules = self._marriage
        if random.random() < rules["never"][sex]:
            return None
        age = self._marriage_age[sex].at(year_of(born)) + random.gauss(0, 0.8) * rules["spread"]
        age += random.expovariate(1 / 2.0) - 1.2  # some marry late
        return born + int(max(age, rules["youngest"][sex] + random.random()) * YEAR)

    def number_of_children(self, random: Random, wedding: int) -> int:
        """How many children the couple will have if both live and stay together."""
        mean = self._children.at(year_of(wedding))
        return min(sum(random.random() < mean / 8 for _ in range(8)), 9)

    def divorce_day(self, random: Random, wedding: int) -> int | None:
        if random.random() >= self._divorced_share.at(year_of(wedding)):
            return None
        return wedding + int((1 + random.expovariate(1 / 8.0)) * YEAR)

    def remarriage_day(self, random: Random, person: Person, day: int) -> int | None:
        """When one who lost a spouse looks for another; hardly anyone after 60."""
        if person.age_at(day) > 60 or random.random() >= self._marriage["remarries"][person.sex]:
            return None
        return day + int((1 + random.expovariate(1 / 3.0)) * YEAR)

    def prepare(self, random: Random, person: Person) -> None:
        """Draw blood type, the school the person will finish and the work that follows."""
        person.blood_type = self._blood_types.draw(random)
        year = year_of(person.born) + random.randrange(-8, 8)
        cohort = max((y for y in self._school_years if y <= year), default=self._school_years[0])
        person.schooling = self._schooling[cohort].draw(random)
        person.occupation = self._occupations[self._group[person.schooling], person.sex].draw(random)

    def clan(self, random: Random, tradition: str) -> str:
        """A family name, or nothing where the tradition has none."""
        return random.choice(self._names[tradition].get("clans", [""]))

    def given_name(self, random: Random, person: Person) -> str:
        """A name in the tradition and clan the person is born into, fitting sex and birth order."""
        names, sex = self._names[person.tradition], str(person.sex)
        first = random.choice(names[sex])
        if names["form"] == "ordered":
            order = names[f"order_{sex}"]
            return f"{order[(person.birth_order - 1) % len(order)]} {first}"
        if names["form"] == "clan":
            second = f"{random.choice(names[sex])} " if random.random() < 0.35 else ""
            return f"{first} {second}{person.clan}".replace(f"{first} {first}", first)
        seconds = names[f"second_{sex}"]
        if random.random() < 0.12:
            return first
        second = random.choice(seconds)
        middle = f" {random.choice(names[sex])}" if random.random() < 0.18 else ""
        return f"{first}{middle} {second}".replace(f"{first} {first}", first)
