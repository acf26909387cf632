"""A nation of any size, community by community, in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from random import Random

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.entries import COLUMNS, Registrar, Row
from gapura.demo.simulation.figures import load_figures
from gapura.demo.simulation.holdings.business import Businesses
from gapura.demo.simulation.holdings.cards import IdentityCards
from gapura.demo.simulation.holdings.education import Schooling
from gapura.demo.simulation.holdings.finance import Finance
from gapura.demo.simulation.holdings.health import HealthCare
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.holdings.immigration import Travels
from gapura.demo.simulation.holdings.justice import Justice
from gapura.demo.simulation.holdings.local_tax import LocalTaxes
from gapura.demo.simulation.holdings.personnel import Service
from gapura.demo.simulation.holdings.property import Property
from gapura.demo.simulation.holdings.tax import Taxes
from gapura.demo.simulation.holdings.transport import Traffic
from gapura.demo.simulation.holdings.welfare import Welfare
from gapura.demo.simulation.holdings.withholding import Withholding
from gapura.demo.simulation.life import Lives
from gapura.demo.simulation.numbering import Numbering
from gapura.demo.simulation.places import Places, load_places
from gapura.demo.simulation.settlement import World
from gapura.foundation.jurisdictions import Jurisdiction

# In this order: local taxes follow from what is held, whom justice keeps did not travel, and slips state incomes.
HOLDINGS: tuple[type[Holding], ...] = (
    Businesses,
    Property,
    Traffic,
    Taxes,
    Finance,
    Schooling,
    HealthCare,
    Welfare,
    LocalTaxes,
    Travels,
    Service,
    Justice,
    IdentityCards,
    Withholding,
)
_FOUNDERS = 30  # couples of a whole community
_LIVING_PER_FOUNDER = 24.0  # descendants alive today and those who married in; a first guess only
_SMALLEST = 0.8  # the part of the people still missing that a community may aim at, so as not to overshoot
_LAST_DRAWS = 200


def list_columns() -> dict[str, tuple[str, ...]]:
    """The columns of a row, by register."""
    columns = dict(COLUMNS)
    for holding in HOLDINGS:
        columns |= holding.columns()
    return columns


@dataclass(frozen=True)
class NationPlan:
    """The same plan gives the same nation, byte for byte."""

    people: int
    seed: int
    on: date

    @property
    def reference(self) -> str:
        return f"demo-{self.seed}-{self.people}-{self.on:%Y%m%d}"


@dataclass(frozen=True)
class Batch:
    """One community with its entries by register; every registered person has a number by now."""

    community: Community
    living: int
    rows: dict[str, list[Row]]


class Nation:
    """Iterate once for the batches; ``digest`` then covers every row in order."""

    def __init__(self, country: Jurisdiction, plan: NationPlan, holdings: Sequence[type[Holding]] = HOLDINGS) -> None:
        figures = load_figures(country)
        facts = figures.population
        self.places: Places = load_places(country, figures)
        self._country, self._plan = country, plan
        self._world = World(
            figures=figures,
            lives=Lives(figures),
            places=self.places,
            register_since=facts["register_since"].toordinal(),
            today=plan.on.toordinal(),
        )
        source = ("demo", plan.reference)
        self._holdings = [holding(country, self._world, source) for holding in holdings]
        self._numbering = Numbering(country.person_numbers, facts["certificates"])
        self._digest = sha256()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[Batch]:
        random = Random(f"{self._plan.seed}")  # noqa: S311 - reproducible on purpose; nothing secret comes of it
        missing, index = self._plan.people, 0
        districts: set[str] = set()
        while missing:
            district = self._draw_district(random, districts)
            community = self._settle(district, index, missing)
            living = community.count_living()
            self._numbering.enter(district)
            registrar = Registrar(community, self._numbering, ("demo", self._plan.reference), self._country.timezone)
            rows = registrar.register()
            for holding in self._holdings:
                rows |= holding.of(community, rows)
            self._digest.update(repr(rows).encode())
            yield Batch(community, living, rows)
            missing, index = missing - living, index + 1

    def _draw_district(self, random: Random, taken: set[str]) -> str:
        """A district of its own for every community while the country has any left nearby."""
        for _ in range(_LAST_DRAWS):
            district = self.places.draw_district(random)
            if district not in taken:
                break
        taken.add(district)
        return district

    def _settle(self, district: str, index: int, missing: int) -> Community:
        """The largest community that is not larger than what is missing; the last few people move in."""
        founders = min(_FOUNDERS, int(missing * _SMALLEST / _LIVING_PER_FOUNDER))
        while founders:
            community = self._community(district, f"{index}/{founders}")
            community.live(founders)
            if community.count_living() <= missing:
                return community
            founders //= 2
        community = self._community(district, f"{index}/0")
        community.welcome(missing)
        return community

    def _community(self, district: str, draw: str) -> Community:
        random = Random(f"{self._plan.seed}/{draw}")  # noqa: S311 - as above
        return Community(self._world, district, random)
