"""The base of one sector's share of the nation."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, ClassVar

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.entries import TIMES, Row, midnight
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.demo.simulation.settlement import World
from gapura.foundation.jurisdictions import Jurisdiction


class Holding(ABC):
    """Draws what one sector's registers hold of a community, from lives that are lived already.

    ``facts`` names the columns of every register (``property.ParcelEntry``) besides the times; ``figures`` is the
    country's file with the shares and prices it draws from. Of one person always the same is drawn.
    """

    facts: ClassVar[Mapping[str, tuple[str, ...]]]
    figures_file: ClassVar[str]

    def __init__(self, country: Jurisdiction, world: World, source: tuple[str, str]) -> None:
        self.country, self.world = country, world
        self.figures: Mapping[str, Any] = country.read("data", self.figures_file)
        self._source = source
        self.held: Mapping[str, list[Row]] = {}
        self.rows: dict[str, list[Row]] = {}

    @classmethod
    def columns(cls) -> dict[str, tuple[str, ...]]:
        """Every column a row has, by register."""
        return {register: (*TIMES, *facts) for register, facts in cls.facts.items()}

    def of(self, community: Community, held: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
        """The rows of ``community`` by register; its people must have numbers by now.

        ``held``: what the registers drawn before this one hold of it, for those that follow from them.
        """
        self.held, self.rows = held, {register: [] for register in self.facts}
        self.draw(community)
        return self.rows

    @abstractmethod
    def draw(self, community: Community) -> None:
        """Call :meth:`add` for everything the registers hold of the community."""

    def add(self, register: str, since: int, until: int | None, *facts: Any) -> None:
        """One entry, true from the day ``since`` (an ordinal) until the day ``until``, known on the day it began."""
        known = midnight(min(max(since, self.world.register_since), self.world.today), self.country.timezone)
        ended = None if until is None else as_date(until)
        self.rows[register].append((as_date(since), ended, known, None, *self._source, *facts))

    def adults(self, community: Community, age: int) -> Iterator[tuple[Person, Random]]:
        """Living people of at least ``age`` years, each with a source of chance that is theirs alone."""
        today = self.world.today
        for person in community.people:
            if person.number and person.died > today and person.age_at(today) >= age:
                yield person, self.chance(person)

    def chance(self, person: Person) -> Random:
        """The same draws for the same person in this sector, whatever happens to others."""
        return Random(f"{type(self).__name__}/{person.number}")  # noqa: S311 - reproducible on purpose
