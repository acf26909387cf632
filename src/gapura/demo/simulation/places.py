"""The country's regions: where communities live and where people move to."""

import csv
from dataclasses import dataclass, field
from random import Random

from gapura.demo.simulation.figures import Figures, Weighted
from gapura.foundation.jurisdictions import Jurisdiction

_FILES = ("provinces", "regencies", "districts", "villages")


@dataclass(frozen=True, slots=True)
class Places:
    """Regions by code; ``districts`` and ``villages`` list the codes below a regency and a district."""

    names: dict[str, str]
    regencies: dict[str, list[str]]
    districts: dict[str, list[str]]
    villages: dict[str, list[str]]
    provinces: Weighted[str]
    _prefixes: tuple[str, ...] = field(default=())

    def draw_district(self, random: Random) -> str:
        """A district somewhere in the country; provinces weigh by their people."""
        while True:
            regency = random.choice(self.regencies[self.provinces.draw(random)])
            if district := random.choice(self.districts[regency]):
                return district

    def draw_village(self, random: Random, district: str) -> str:
        return random.choice(self.villages[district])

    def place_name(self, code: str) -> str:
        """The name as written on a certificate: without the kind of region, in capitals and small letters."""
        name = self.names[code]
        for prefix in self._prefixes:
            name = name.removeprefix(prefix)
        return name.title() if name.isupper() else name


def load_places(country: Jurisdiction, figures: Figures) -> Places:
    """Every region of the country's lists; a region without villages is left out of moving."""
    names: dict[str, str] = {}
    children: dict[str, list[str]] = {}
    for file in _FILES:
        with country.path("data", f"{file}.csv").open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            next(rows)
            for code, *_, name in rows:
                names[code] = name
                children.setdefault(code.rpartition(".")[0], []).append(code)
    provinces = {code: facts["people"] for code, facts in figures.population["provinces"].items()}
    return Places(
        names=names,
        regencies={code: children[code] for code in provinces},
        districts={code: _settled(children, code) for code in names if code.count(".") == 1},
        villages={code: children.get(code, []) for code in names if code.count(".") == 2},
        provinces=Weighted.of(provinces),
        _prefixes=tuple(figures.population["place_prefixes"]),
    )


def _settled(children: dict[str, list[str]], regency: str) -> list[str]:
    return [district for district in children.get(regency, []) if children.get(district)]
