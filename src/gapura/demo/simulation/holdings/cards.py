"""Who holds an identity card."""

from random import Random
from typing import Any, ClassVar

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.civil.types import CardStatus


class IdentityCards(Holding):
    figures_file = "identity_cards.yaml"
    facts: ClassVar = {
        "civil.IdentityCardEntry": ("card_number", "number", "card_status", "issued_on", "expires_on"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._issued = 0

    def draw(self, community: Community) -> None:
        for person, random in self.adults(community, self.figures["card_age"]):
            if random.random() < self.figures["holds_card"]:
                self._hold(person, random)

    def _hold(self, person: Person, random: Random) -> None:
        """From the age of the card, or from when there were such cards; for life unless it was lost."""
        figures, today = self.figures, self.world.today
        grown_up = person.born + int(figures["card_age"] * YEAR) + 1
        issued = max(grown_up, figures["since"].toordinal()) + random.randint(0, 90)
        if issued >= today:
            return
        self._issued += 1
        number = figures["number"].format(serial=self._issued)
        lost = random.randint(issued + 1, today) if random.random() < figures["lost"] else None
        self._add(issued, lost, number, person, CardStatus.VALID, issued)
        if lost:
            self._add(lost, None, number, person, CardStatus.LOST, issued)

    def _add(self, since: int, until: int | None, number: str, person: Person, status: CardStatus, issued: int) -> None:
        self.add("civil.IdentityCardEntry", since, until, number, person.number, status.value, as_date(issued), None)
