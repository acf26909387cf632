"""The whole catalogue of a country: read once, refused whole when anything in it is wrong."""

import csv
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.canonical import digest
from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.foundation.texts import Text
from gapura.kernel.catalogue.definitions import building, schema
from gapura.kernel.catalogue.definitions.problems import BadDefinitions, Problem
from gapura.kernel.catalogue.definitions.reading import Source, read_source
from gapura.kernel.catalogue.definitions.references import (
    Surroundings,
    judge_agencies,
    judge_agreement,
    judge_limits,
    judge_service,
)
from gapura.kernel.catalogue.definitions.validation import validated
from gapura.kernel.catalogue.types import Agency, AgreementDeclaration, LifeEvent, PublicService

_FILES: Mapping[str, Any] = {
    "limits.yaml": dict[str, schema.LimitEntry],
    "laws.yaml": schema.LawsFile,
    "refusals.yaml": dict[str, schema.Refusal],
    "checks.yaml": dict[str, schema.CheckEntry],
    "applicants.yaml": dict[str, schema.ApplicantEntry],
    "agencies.yaml": schema.AgenciesFile,
    "life_events.yaml": dict[str, schema.LifeEventEntry],
    "agreements.yaml": dict[str, schema.AgreementEntry],
    "holidays.yaml": schema.HolidaysFile,
    "synonyms.yaml": schema.SynonymsFile,
}
"""Read in this order: each may use names of those before it."""


@dataclass(frozen=True)
class Catalogue:
    """Everything a country declares. ``services`` holds all versions of a code, oldest first."""

    services: Mapping[str, tuple[PublicService, ...]]
    life_events: Mapping[str, LifeEvent]
    agencies: Mapping[str, Agency]
    agreements: Mapping[str, AgreementDeclaration]
    calendar: WorkingCalendar
    limits: Mapping[str, int]
    codelists: Mapping[str, Mapping[str, Text]]
    regions: Mapping[str, str]
    word_groups: tuple[tuple[str, ...], ...]
    version: str


_loaded: dict[str, Catalogue] = {}
_loading = threading.Lock()


def load_catalogue(name: str) -> Catalogue:
    """The catalogue of the country called ``name``, read once in a process. Raises BadDefinitions."""
    if name not in _loaded:
        with _loading:
            if name not in _loaded:
                _loaded[name] = read_catalogue(load(name))
    return _loaded[name]


def read_catalogue(country: Jurisdiction) -> Catalogue:
    """Read a country's files now. Raises BadDefinitions with every problem found in all of them."""
    reader = _Reader(country)
    for name, shape in _FILES.items():
        reader.context[name] = reader.file(country.path(name), shape)
    codelists = {
        path.stem: reader.file(path, dict[str, schema.Texts])
        for path in sorted(country.path("codelists").glob("*.yaml"))
    }
    reader.refuse_problems()
    reader.judge_surroundings()
    reader.refuse_problems()
    services = reader.services()
    reader.refuse_problems()
    return _catalogue(country, reader, services, codelists)


class _Reader:
    """One pass over a country's files, gathering problems on the way."""

    def __init__(self, country: Jurisdiction) -> None:
        self.country = country
        self.context: dict[str, Any] = {"languages": tuple(country.languages)}
        self.problems: list[Problem] = []
        self.sources: dict[Path, Source] = {}

    def file(self, path: Path, shape: Any) -> Any:
        """The file in its shape, or an empty mapping after noting what is wrong with it."""
        try:
            self.sources[path] = read_source(path)
            return validated(self.sources[path], shape, self.context)
        except BadDefinitions as error:
            self.problems.extend(error.problems)
            return {}

    def refuse_problems(self) -> None:
        if self.problems:
            raise BadDefinitions(self.problems)

    def surroundings(self) -> Surroundings:
        return Surroundings(
            root=self.country.root,
            languages=tuple(self.country.languages),
            agencies=self.context["agencies.yaml"].agencies,
            life_events=self.context["life_events.yaml"],
            laws=self.context["laws.yaml"].laws,
            agreements=building.build_agreements(self.context["agreements.yaml"]).values(),
            fillers=frozenset(self.context["synonyms.yaml"].fillers),
        )

    def judge_surroundings(self) -> None:
        """What the services will refer to, first among itself."""
        around = self.surroundings()
        found = {
            "agencies.yaml": judge_agencies(self.context["agencies.yaml"], self.country.root),
            "limits.yaml": judge_limits(self.context["limits.yaml"], around),
            "agreements.yaml": (
                problem
                for code, agreement in self.context["agreements.yaml"].items()
                for problem in judge_agreement(code, agreement, around)
            ),
        }
        for name, problems in found.items():
            source = self.sources[self.country.path(name)]
            self.problems += [source.problem(place, said) for place, said in problems]

    def services(self) -> list[PublicService]:
        """Every service file that is right by itself and among the others."""
        around, found = self.surroundings(), []
        for path in sorted(self.country.path("services").glob("*.yaml")):
            entry = self.file(path, schema.ServiceFile)
            if not entry:
                continue
            source = self.sources[path]
            self.problems += judge_service(source, entry, around)
            found.append((source, entry))
        self.refuse_problems()
        self.problems += _overlaps(found)
        laws = self.context["laws.yaml"]
        return [building.build_service(entry, laws, self.country.currency, source.version) for source, entry in found]


def _overlaps(found: list[tuple[Source, schema.ServiceFile]]) -> Iterator[Problem]:
    """Versions of one service whose periods share a day."""
    in_order = sorted(found, key=lambda pair: (pair[1].code, pair[1].valid_from))
    for (earlier_source, earlier), (later_source, later) in pairwise(in_order):
        if earlier.code == later.code and (earlier.valid_until is None or later.valid_from < earlier.valid_until):
            yield later_source.problem(
                ("valid_from",),
                f"{later.code} is already in force on {later.valid_from} by {earlier_source.file.name}. "
                f"Write 'valid_until: {later.valid_from}' there, or begin later.",
            )


def _catalogue(
    country: Jurisdiction,
    reader: _Reader,
    services: list[PublicService],
    codelists: Mapping[str, Mapping[str, Text]],
) -> Catalogue:
    context = reader.context
    agencies = context["agencies.yaml"]
    by_code: dict[str, tuple[PublicService, ...]] = {}
    for service in sorted(services, key=lambda service: (service.code, service.valid_from)):
        by_code[service.code] = (*by_code.get(service.code, ()), service)
    return Catalogue(
        services=by_code,
        life_events=building.build_life_events(context["life_events.yaml"]),
        agencies=building.build_agencies(agencies),
        agreements=building.build_agreements(context["agreements.yaml"]),
        calendar=building.build_calendar(context["holidays.yaml"]),
        limits={name: limit.value for name, limit in context["limits.yaml"].items()},
        codelists=codelists,
        regions=_region_names(country.path(agencies.regions)),
        word_groups=tuple(map(tuple, context["synonyms.yaml"].groups)),
        version=digest(sorted(source.version for source in reader.sources.values())).hex(),
    )


def _region_names(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row["name"].title() for row in csv.DictReader(rows)}
