"""The figures and names a nation is built from, read from the country's data."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from typing import Any, Generic, TypeVar

from gapura.foundation.jurisdictions import Jurisdiction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Weighted(Generic[T]):
    """Values with weights, drawn by one random number."""

    values: Sequence[T]
    sums: Sequence[float]

    @classmethod
    def of(cls, weights: Mapping[T, float]) -> "Weighted[T]":
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def draw(self, random: Random) -> T:
        index = bisect_right(self.sums, random.random() * self.sums[-1])
        return self.values[min(index, len(self.values) - 1)]


@dataclass(frozen=True, slots=True)
class Course:
    """A figure that changes over the years: straight lines between the years given, level outside."""

    by_year: tuple[float, ...]
    first_year: int

    @classmethod
    def of(cls, points: Mapping[int, float]) -> "Course":
        years = sorted(points)
        values = []
        for start, end in pairwise(years):
            step = (points[end] - points[start]) / (end - start)
            values += [points[start] + step * passed for passed in range(end - start)]
        return cls((*values, points[years[-1]]), years[0])

    def at(self, year: int) -> float:
        return self.by_year[min(max(year - self.first_year, 0), len(self.by_year) - 1)]


@dataclass(frozen=True)
class Figures:
    """``population`` and ``names`` are the country's files; the methods make them ready for drawing."""

    population: Mapping[str, Any]
    names: Mapping[str, Any]

    def course(self, *keys: str) -> Course:
        """The figure over the years at ``keys`` of the population file."""
        found: Any = self.population
        for key in keys:
            found = found[key]
        return Course.of(found)

    def weighted(self, *keys: str) -> Weighted[Any]:
        """The weights at ``keys`` of the population file."""
        found: Any = self.population
        for key in keys:
            found = found[key]
        return Weighted.of(found)


def load_figures(country: Jurisdiction) -> Figures:
    """The country's ``data/population.yaml`` and ``data/names.yaml``."""
    return Figures(
        population=country.read("data", "population.yaml"),
        names=country.read("data", "names.yaml"),
    )
