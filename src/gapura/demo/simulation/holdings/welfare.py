"""How families were ranked, who receives assistance for them, and whose disability is recorded."""

from random import Random
from typing import Any, ClassVar

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.figures import Weighted
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.people import Person


class Welfare(Holding):
    figures_file = "welfare.yaml"
    facts: ClassVar = {
        "welfare.DisabilityEntry": ("number", "disability_kind", "disability_degree", "assessor"),
        "welfare.SocialRegistryEntry": ("number", "welfare_decile"),
        "welfare.RecipientEntry": ("number", "social_program", "order_number"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._group = self.world.figures.population["schooling_group"]
        self._deciles = {group: Weighted.of(shares) for group, shares in self.figures["ranking"]["deciles"].items()}
        self._kinds = Weighted.of(self.figures["disability"]["kinds"])
        self._degrees = Weighted.of(self.figures["disability"]["degrees"])

    def draw(self, community: Community) -> None:
        for person, random in self.adults(community, 0):
            head = person.family.head if person.family else person
            luck = self.chance(head)
            decile = self._deciles[self._group[head.schooling]].draw(luck)
            self._add("welfare.SocialRegistryEntry", self.figures["ranking"]["since"], person, decile)
            if person is head:
                self._assist(head.spouse or head, decile, luck)
            if random.random() < self._disabled_at(person.age_at(self.world.today)):
                self._record_disability(person, random)

    def _assist(self, recipient: Person, decile: int, luck: Random) -> None:
        """Assistance is of the family; mostly the wife receives it."""
        for program, terms in self.figures["programs"].items():
            if luck.random() < terms["share"] and decile <= terms["decile"] and recipient.number:
                self._add("welfare.RecipientEntry", terms["since"], recipient, program, terms["order"])

    def _disabled_at(self, age: int) -> float:
        shares = self.figures["disability"]["by_age"]
        return float(shares[max(since for since in shares if since <= age)])

    def _record_disability(self, person: Person, random: Random) -> None:
        figures = self.figures["disability"]
        earliest = max(figures["since"].toordinal(), person.born + 30)
        recorded_from = random.randrange(min(earliest, self.world.today), self.world.today + 1)
        regency = person.homes[-1][1].district.rpartition(".")[0]
        assessor = figures["assessor"].format(place=self.world.places.place_name(regency))
        facts = (person.number, self._kinds.draw(random), self._degrees.draw(random), assessor)
        self.add("welfare.DisabilityEntry", recorded_from, None, *facts)

    def _add(self, register: str, since: Any, person: Person, *facts: Any) -> None:
        """True since the register began, or since the person was born."""
        if since.toordinal() <= self.world.today:
            self.add(register, max(since.toordinal(), person.born), None, person.number, *facts)
