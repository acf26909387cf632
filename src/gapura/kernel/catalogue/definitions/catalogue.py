"""The whole catalogue of a country: read once, refused whole when anything in it is wrong."""

import csv
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.canonical import digest
from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.foundation.texts import Text
from gapura.kernel.catalogue.definitions import building, schema
from gapura.kernel.catalogue.definitions.problems import BadDefinitions, Problem
from gapura.kernel.catalogue.definitions.reading import Source, parse_typed, read_source
from gapura.kernel.catalogue.definitions.references import (
    Surroundings,
    judge_agencies,
    judge_agreement,
    judge_exemptions,
    judge_limits,
    judge_mandates,
    judge_service,
)
from gapura.kernel.catalogue.definitions.validation import validated
from gapura.kernel.catalogue.plugin import Edition
from gapura.kernel.catalogue.types import (
    Agency,
    Exemption,
    LifeEvent,
    MandateRules,
    PublicService,
    Reasoned,
)
from gapura.kernel.exchange.types import AgreementTerms

_FILES: Mapping[str, Any] = {
    "limits.yaml": dict[str, schema.LimitEntry],
    "laws.yaml": schema.LawsFile,
    "refusals.yaml": dict[str, schema.Refusal],
    "checks.yaml": dict[str, schema.CheckEntry],
    "exemptions.yaml": dict[str, schema.ExemptionEntry],
    "applicants.yaml": dict[str, schema.ApplicantEntry],
    "mandates.yaml": schema.MandatesFile,
    "agencies.yaml": schema.AgenciesFile,
    "life_events.yaml": dict[str, schema.LifeEventEntry],
    "agreements.yaml": dict[str, schema.AgreementEntry],
    "holidays.yaml": schema.HolidaysFile,
    "synonyms.yaml": schema.SynonymsFile,
}
"""Read in this order: each may use names of those before it."""
ENDINGS = "endings.yaml"
"""Days on which what was in force of a service ends, as adopted at a desk; a country may lack the file."""
Definition = tuple[Source, schema.ServiceFile]


@dataclass(frozen=True)
class Catalogue:
    """Everything a country declares. ``services`` holds all versions of a code, oldest first.

    ``texts``: version to the file's text. ``adoption``: the last adoption at a desk that is in it.
    """

    services: Mapping[str, tuple[PublicService, ...]]
    life_events: Mapping[str, LifeEvent]
    agencies: Mapping[str, Agency]
    agreements: Mapping[str, AgreementTerms]
    mandates: MandateRules
    exemptions: tuple[Exemption, ...]
    refusals: Mapping[str, Reasoned]
    exchange_authority: str
    catalogue_authority: str
    laws: Mapping[str, Text]
    calendar: WorkingCalendar
    limits: Mapping[str, int]
    codelists: Mapping[str, Mapping[str, Text]]
    regions: Mapping[str, str]
    word_groups: tuple[tuple[str, ...], ...]
    version: str
    texts: Mapping[str, str]
    files: "CountryFiles" = field(compare=False, repr=False)
    adoption: int = 0


_loaded: dict[str, Catalogue] = {}
_loading = threading.Lock()


def load_catalogue(name: str) -> Catalogue:
    """The catalogue of the country called ``name``, read once in a process. Raises BadDefinitions."""
    if name not in _loaded:
        with _loading:
            if name not in _loaded:
                _loaded[name] = read_catalogue(load(name))
    return _loaded[name]


def put_in_place(name: str, catalogue: Catalogue) -> None:
    """Let this process use ``catalogue`` from now on."""
    _loaded[name] = catalogue


def read_catalogue(country: Jurisdiction) -> Catalogue:
    """Read a country's files now. Raises BadDefinitions with every problem found in all of them."""
    return read_files(country).with_editions(())


def read_files(country: Jurisdiction) -> "CountryFiles":
    """The files alone, from which a catalogue is made. Raises BadDefinitions."""
    reader = CountryFiles(country)
    for name, shape in _FILES.items():
        reader.context[name] = reader.file(country.path(name), shape)
    reader.codelists = {
        path.stem: reader.file(path, dict[str, schema.Texts])
        for path in sorted(country.path("codelists").glob("*.yaml"))
    }
    reader.refuse_problems()
    reader.judge_surroundings()
    reader.refuse_problems()
    reader.read_services()
    reader.refuse_problems()
    return reader


class CountryFiles:
    """One pass over a country's files, gathering problems on the way; then what everything is built from."""

    def __init__(self, country: Jurisdiction) -> None:
        self.country = country
        self.context: dict[str, Any] = {"languages": tuple(country.languages)}
        self.problems: list[Problem] = []
        self.sources: dict[Path, Source] = {}
        self.codelists: dict[str, Mapping[str, Text]] = {}
        self.endings: dict[str, list[date]] = {}
        self.definitions: list[Definition] = []

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

    @cached_property
    def surroundings(self) -> Surroundings:
        """What the services refer to, once it has been read."""
        return Surroundings(
            root=self.country.root,
            languages=tuple(self.country.languages),
            agencies=self.context["agencies.yaml"].agencies,
            life_events=self.context["life_events.yaml"],
            laws=self.context["laws.yaml"].laws,
            agreements=building.build_agreements(self.context["agreements.yaml"]).values(),
            exemptions=self.context["exemptions.yaml"].values(),
            fillers=frozenset(self.context["synonyms.yaml"].fillers),
        )

    def judge_surroundings(self) -> None:
        """What the services will refer to, first among itself."""
        around = self.surroundings
        found = {
            "agencies.yaml": judge_agencies(self.context["agencies.yaml"], self.country.root),
            "limits.yaml": judge_limits(self.context["limits.yaml"], around),
            "exemptions.yaml": judge_exemptions(self.context["exemptions.yaml"], around),
            "mandates.yaml": judge_mandates(self.context["mandates.yaml"], around),
            "agreements.yaml": (
                problem
                for code, agreement in self.context["agreements.yaml"].items()
                for problem in judge_agreement(code, agreement, around)
            ),
        }
        for name, problems in found.items():
            source = self.sources[self.country.path(name)]
            self.problems += [source.problem(place, said) for place, said in problems]

    def read_services(self) -> None:
        """Every service file that is right by itself and among the others."""
        if self.country.path(ENDINGS).is_file():
            self.endings = self.file(self.country.path(ENDINGS), dict[schema.Code, list[date]])
        for path in sorted(self.country.path("services").glob("*.yaml")):
            try:
                source = self.sources[path] = read_source(path)
                self.definitions.append((source, self.judged(source)))
            except BadDefinitions as error:
                self.problems.extend(error.problems)

    def judged(self, source: Source) -> schema.ServiceFile:
        """One definition, right by itself and among what surrounds it. Raises BadDefinitions."""
        entry: schema.ServiceFile = validated(source, schema.ServiceFile, self.context)
        if problems := judge_service(source, entry, self.surroundings):
            raise BadDefinitions(problems)
        return entry

    def with_editions(self, editions: Sequence[Edition], *, adoption: int = 0) -> Catalogue:
        """The catalogue of these files and the editions on top. Raises BadDefinitions that name the editions' files.

        An edition that came into the files unchanged is that file.
        """
        adopted: list[Definition] = []
        problems: list[Problem] = []
        kept = {source.text for source, _ in self.definitions}
        for edition in editions:
            if edition.text and edition.text not in kept:
                try:
                    source = parse_typed(Path(edition.file_name), edition.text)
                    adopted.append((source, self.judged(source)))
                except BadDefinitions as error:
                    problems += error.problems
        ended = list(_ended([*self.definitions, *adopted], self.endings_with(editions)))
        problems += _overlaps(ended, blamed={source.file for source, _ in adopted})
        if problems:
            raise BadDefinitions(problems)
        return _catalogue(self, ended, adoption)

    def endings_with(self, editions: Iterable[Edition]) -> dict[str, list[date]]:
        """Service code to the days on which what was in force before ends, by files and editions."""
        days = {code: set(days) for code, days in self.endings.items()}
        for edition in editions:
            days.setdefault(edition.service_code, set()).add(edition.begins)
        return {code: sorted(days[code]) for code in sorted(days)}


def _ended(definitions: Iterable[Definition], endings: Mapping[str, Sequence[date]]) -> Iterator[Definition]:
    """The definitions, each cut short on the first ending within its period."""
    for source, entry in definitions:
        days = (day for day in endings.get(entry.code, ()) if entry.valid_from < day)
        first = next(days, None)
        if first is not None and (entry.valid_until is None or first < entry.valid_until):
            entry = entry.model_copy(update={"valid_until": first})
        yield source, entry


def _overlaps(found: Sequence[Definition], *, blamed: Set[Path]) -> Iterator[Problem]:
    """Versions of one service whose periods share a day; said of the one in ``blamed``, else of the later."""
    in_order = sorted(found, key=lambda pair: (pair[1].code, pair[1].valid_from))
    for (earlier_source, earlier), (later_source, later) in pairwise(in_order):
        if earlier.code == later.code and (earlier.valid_until is None or later.valid_from < earlier.valid_until):
            said_of = earlier_source if earlier_source.file in blamed else later_source
            yield said_of.problem(
                ("valid_from",),
                f"{later.code} is already in force on {later.valid_from} by {earlier_source.file.name}. "
                f"Write 'valid_until: {later.valid_from}' there, or begin later.",
            )


def _catalogue(files: CountryFiles, definitions: Sequence[Definition], adoption: int) -> Catalogue:
    country, context = files.country, files.context
    agencies, laws = context["agencies.yaml"], context["laws.yaml"]
    by_code: dict[str, tuple[PublicService, ...]] = {}
    for source, entry in sorted(definitions, key=lambda pair: (pair[1].code, pair[1].valid_from)):
        service = building.build_service(entry, laws, country.currency, source.version)
        by_code[service.code] = (*by_code.get(service.code, ()), service)
    versions = {source.version for source in files.sources.values()} | {source.version for source, _ in definitions}
    return Catalogue(
        services=by_code,
        life_events=building.build_life_events(context["life_events.yaml"]),
        agencies=building.build_agencies(agencies),
        agreements=building.build_agreements(context["agreements.yaml"]),
        mandates=building.build_mandates(context["mandates.yaml"]),
        exemptions=building.build_exemptions(context["exemptions.yaml"], laws),
        refusals=building.build_refusals(context["refusals.yaml"]),
        exchange_authority=agencies.exchange_authority,
        catalogue_authority=agencies.catalogue_authority,
        laws=laws.laws,
        calendar=building.build_calendar(context["holidays.yaml"]),
        limits={name: limit.value for name, limit in context["limits.yaml"].items()},
        codelists=files.codelists,
        regions=_region_names(country.path(agencies.regions)),
        word_groups=tuple(map(tuple, context["synonyms.yaml"].groups)),
        version=digest([sorted(versions), adoption]).hex(),
        texts={source.version: source.text for source, _ in definitions},
        files=files,
        adoption=adoption,
    )


def _region_names(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row["name"].title() for row in csv.DictReader(rows)}
