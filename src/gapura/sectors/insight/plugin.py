"""Where the families come from that a reform is reckoned for."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date

from gapura.foundation.texts import Text
from gapura.sectors.insight.types import Household


class PopulationSource(ABC):
    """A population without names and numbers.

    Facts of a member: ``age`` (completed years), ``is_female``, ``relation`` to the head (head,
    husband, wife, child or other), ``is_dependent`` (child or other without income), ``wage`` (gross, a year),
    ``profit`` (of own business, a year), ``school`` (the level attended, or empty), ``is_disabled`` (severely).
    Facts of a family: ``decile`` (in the social register, 1 to 10).
    """

    code: str
    title: Text
    represents: int
    """The people of the country; 0 where the population stands for itself alone."""

    @abstractmethod
    def draw(self, people: int, *, seed: int, on: date) -> Iterator[Sequence[Household]]:
        """Families with ``people`` members together, in parts; the same numbers give the same families."""


_sources: dict[str, PopulationSource] = {}


def register_source(source: PopulationSource) -> None:
    """Offer a population; the last one registered for a code stands."""
    _sources[source.code] = source


def list_sources() -> list[PopulationSource]:
    """All that are offered, by code."""
    return [_sources[code] for code in sorted(_sources)]


def find_source(code: str) -> PopulationSource | None:
    return _sources.get(code)
