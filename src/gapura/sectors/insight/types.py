"""Words of policy simulation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gapura.foundation.rules.parameters import Given
from gapura.foundation.texts import Text

ANALYST = "policy.analyst"
MOST_PEOPLE = 50_000
"""As many as the worker reckons for a page; the command takes any number."""


class CannotSimulate(ValueError):
    """``str()`` says what is wrong with the reform or the request, why, and what to do."""


class RunStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class FamilyKind(StrEnum):
    ALONE = "alone"
    COUPLE = "couple"
    COUPLE_WITH_CHILDREN = "couple-with-children"
    ONE_PARENT = "one-parent"
    OLD_AGE = "old-age"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reform:
    """Other values for parameters of the law. ``text`` is the YAML it was read from."""

    title: str
    cite: str
    parameters: Mapping[str, Given]
    text: str


@dataclass(frozen=True, slots=True)
class Household:
    """One family as a population gives it: facts by the names of ``PopulationSource``, no name and no number.

    ``region`` is a title.
    """

    region: str
    kind: FamilyKind
    facts: Mapping[str, Any]
    members: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a simulation reckons, by the names of the country's law (``simulation.yaml``).

    ``inputs``: for each entity its inputs, each with the fact it is made of. ``earnings``: the facts that are income;
    marginal rates raise the first that an earner has by ``step``. ``taxes`` are paid, ``benefits`` received.
    """

    family: str
    person: str
    earnings: tuple[str, ...]
    step: int
    taxes: tuple[str, ...]
    benefits: tuple[str, ...]
    inputs: Mapping[str, Mapping[str, "Source"]]


@dataclass(frozen=True, slots=True)
class Source:
    """An input is the ``fact``, in the law's own ``words`` or a whole part of it (``divide``); or always ``value``."""

    fact: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)
    divide: int = 1
    value: Any = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A reform for one family. Amounts a year; ``net``: benefits less taxes; ``marginal``: permille of each earner."""

    region: str
    kind: FamilyKind
    people: int
    income: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    net_before: int
    net_after: int
    marginal: tuple[tuple[int, int], ...]

    @property
    def change(self) -> int:
        return self.net_after - self.net_before


@dataclass(frozen=True, slots=True)
class Group:
    """Families that have something in common; ``change`` is what all of them together gain in a year."""

    name: str
    families: int
    people: int
    net_before: int
    change: int
    winners: int
    losers: int

    @property
    def unchanged(self) -> int:
        return self.families - self.winners - self.losers

    @property
    def mean_change(self) -> int:
        """For each family, whole units toward zero."""
        return int(self.change / self.families) if self.families else 0


@dataclass(frozen=True, slots=True)
class Band:
    """Earners whose marginal rate is from ``floor`` percent up to the next band's: how many before and after."""

    floor: int | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class FigureTotal:
    """A figure of the law summed over the population, before and after; ``is_paid``: a tax, not a benefit."""

    name: str
    title: Text
    is_paid: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reform does to a population. ``represents``: the people of the country that it stands for (0: unknown)."""

    everybody: Group
    figures: tuple[FigureTotal, ...]
    by_decile: tuple[Group, ...]
    by_region: tuple[Group, ...]
    by_kind: tuple[Group, ...]
    marginal: tuple[Band, ...]
    law: str
    reform_law: str
    population: str
    represents: int

    @property
    def cost(self) -> int:
        """What the state pays more or takes less in a year."""
        return self.everybody.change

    @property
    def cost_in_country(self) -> int:
        """The same for all whom the population stands for."""
        return self.cost * self.represents // max(self.everybody.people, 1)
