"""The law of a country: what its files declare, and what of it is in force on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from gapura.foundation.canonical import digest
from gapura.foundation.rules.authoring import Aggregate, Brackets, Chapter, Choices, Rows, Written
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.parameters import (
    Given,
    Parameter,
    ParameterVersion,
    Timeline,
)
from gapura.foundation.rules.reading import Reader, Value, named
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term, const
from gapura.foundation.rules.units import Kind, Of, Unit, date_number
from gapura.foundation.texts import Text

AS_OF = "as_of"
"""The name that every rule may read without anybody giving it: the day the law is asked for."""
DAY = Unit(Kind.DATE)
EARLIEST, LATEST = date_number(1800, 1, 1), date_number(2299, 12, 31)


@dataclass(frozen=True, slots=True)
class Entity:
    """Whom figures belong to. ``groups``: the entities that one of it is a member of; ``most``: members it may have."""

    name: str
    title: Text
    groups: tuple[str, ...] = ()
    most: int = 1


@dataclass(frozen=True, slots=True)
class Input:
    """A datum that no rule makes. Values lie from ``low`` to ``high``; ``default`` None: it must be given."""

    name: str
    of: str
    unit: Unit
    low: int
    high: int
    default: int | None
    title: Text
    question: Text
    place: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A rule in force. ``term`` is None where it adds up or counts (``aggregate``). ``uses``: what it reads."""

    name: str
    of: str
    unit: Unit
    term: Term | None
    aggregate: Aggregate | None
    uses: tuple[str, ...]
    parameters: tuple[str, ...]
    cite: str
    since: date
    until: date | None
    certainty: str
    place: str


@dataclass(frozen=True)
class Law:
    """All versions of everything. ``folder`` is where it was read."""

    folder: Path
    entities: Mapping[str, Entity]
    codes: Mapping[str, Mapping[str, Text]]
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Timeline[Written | Aggregate]]
    words: Mapping[str, Text]
    _in_force: dict[tuple[date, date | None], "LawInForce"] = field(default_factory=dict, compare=False)

    def on(self, day: date, *, known: date | None = None) -> "LawInForce":
        """What is in force on ``day``, as far as it was published by ``known`` (None: all). Raises LawError.

        Read once for each day; days between two changes share what they find."""
        stretch = max((change for change in self.changes if change <= day), default=day)
        key = (stretch, known)
        if key not in self._in_force:
            self._in_force[key] = _Reading(self, stretch, known).read()
        return self._in_force[key]

    @cached_property
    def changes(self) -> tuple[date, ...]:
        """The days on which something begins or ends, in order."""
        days = {
            day for line in self.rules.values() for each in line.versions for day in (each.since, each.until) if day
        }
        for parameter in self.parameters.values():
            days |= {day for each in parameter.versions for day in (each.since, each.until) if day}
        return tuple(sorted(days))

    def check(self) -> None:
        """Read the law of every stretch of days, and that everything has words. Raises LawError."""
        languages = next(iter(self.entities.values())).title.keys()
        for name, text, place in self._titled():
            if missing := [language for language in languages if not text.get(language)]:
                raise LawError(place, f"{name} has no title in {', '.join(missing)}.", "Add it to words.yaml.")
        for day in self.changes:
            self.on(day)

    def _titled(self) -> list[tuple[str, Text, str]]:
        rules = [(name, self.words.get(name, {}), line.versions[0].place) for name, line in self.rules.items()]
        inputs = [(each.name, each.title, each.place) for each in self.inputs.values()]
        return rules + inputs + [(each.name, each.title, each.versions[0].place) for each in self.parameters.values()]


@dataclass(frozen=True)
class LawInForce:
    """The law of one day. ``digest`` (64 hex digits) names its content: equal laws, equal digests."""

    law: Law
    since: date
    figures: Mapping[str, Figure]
    parameters: Mapping[str, ParameterVersion]
    tables: Mapping[str, Table]
    plans: dict[Any, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every rule's term and citation and every parameter in force."""
        rules = {
            name: [
                repr(figure.term or (figure.aggregate and figure.aggregate.how)),
                figure.uses,
                figure.cite,
                figure.of,
            ]
            for name, figure in self.figures.items()
        }
        values = {name: [repr(version.value), version.cite] for name, version in self.parameters.items()}
        return digest({"rules": rules, "parameters": values}).hex()

    @property
    def inputs(self) -> Mapping[str, Input]:
        return self.law.inputs

    def get_unit(self, name: str) -> Unit:
        """Of an input or figure. Raises KeyError."""
        return DAY if name == AS_OF else self.inputs[name].unit if name in self.inputs else self.figures[name].unit

    def get_entity(self, name: str) -> str:
        """Whose the input or figure is. Raises KeyError."""
        return self.inputs[name].of if name in self.inputs else self.figures[name].of

    def reformed(
        self, parameters: Mapping[str, Given] | None = None, chapters: Sequence[Chapter] = (), *, cite: str
    ) -> "LawInForce":
        """The same law with other values, and rules in place of those of the same name. Raises LawError."""
        law = self.law
        changed = dict(law.parameters)
        for name, value in (parameters or {}).items():
            if name not in changed:
                raise LawError(cite, f"nothing is called {name}.", f"Parameters: {', '.join(sorted(changed))}.")
            version = ParameterVersion(value, self.since, None, cite, "reform", "", None, cite)
            changed[name] = replace(changed[name], versions=(version,))
        rules = dict(law.rules)
        for chapter in chapters:
            for written in chapter.written:
                rules[written.name] = Timeline((replace(written, since=self.since),))
            for aggregate in chapter.aggregates:
                rules[aggregate.name] = Timeline((replace(aggregate, since=self.since),))
        reform = Law(law.folder, law.entities, law.codes, law.inputs, changed, rules, law.words)
        return _Reading(reform, self.since, None).read()


class _Reading:
    """Reads what is in force on one day."""

    def __init__(self, law: Law, day: date, known: date | None) -> None:
        self.law, self.day = law, day
        self.codes = {name: tuple(codes) for name, codes in law.codes.items()}
        self.parameters: dict[str, ParameterVersion] = {}
        for parameter in law.parameters.values():
            published = [v for v in parameter.versions if known is None or (v.published or v.since) <= known]
            if version := Timeline(tuple(published)).on(day):
                self.parameters[parameter.name] = version
        self.rules = {name: each for name, line in law.rules.items() if (each := line.on(day))}
        self.tables: dict[str, Table] = {}
        self.units = {name: self._unit(each) for name, each in self.rules.items() if isinstance(each, Written)}

    def read(self) -> LawInForce:
        figures = {}
        for name in self._order():
            each = self.rules[name]
            figures[name] = self._aggregate(each) if isinstance(each, Aggregate) else self._written(each)
        return LawInForce(self.law, self.day, figures, self.parameters, self.tables)

    def _order(self) -> list[str]:
        graph = {}
        for name, each in self.rules.items():
            reads = [each.figure] if isinstance(each, Aggregate) else list(_arguments(each))
            graph[name] = [read for read in reads if read in self.rules]
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = [str(name) for name in error.args[1]]
            raise LawError(
                self.rules[circle[0]].place,
                f"{' <- '.join(circle)} is a circle.",
                "Let one of them begin from an input.",
            ) from error

    def _unit(self, each: Written) -> Unit:
        unit, _ = _annotation(each, "return")
        return unit

    def _aggregate(self, each: Aggregate) -> Figure:
        of = self.law.inputs[each.figure].of if each.figure in self.law.inputs else None
        if of is None and each.figure not in self.rules:
            raise LawError(each.place, f"{each.name}: nothing is called {each.figure}.", "Declare the input or rule.")
        of = of or self.rules[each.figure].of
        members = self.law.entities.get(each.members)
        if of != each.members or members is None or each.of not in members.groups:
            raise LawError(
                each.place, f"{each.name}: {each.figure} is of a {of}, which is no member of a {each.of} here.",
                "Name the entity that the figure belongs to, and list its groups in entities.yaml.",
            )  # fmt: skip
        unit = self.law.inputs[each.figure].unit if each.figure in self.law.inputs else self.units[each.figure]
        if each.how == "count" and unit.kind is not Kind.FLAG:
            raise LawError(each.place, f"{each.name} counts a {unit}.", "Count a flag, or take the total.")
        if each.how == "total" and unit.kind not in (Kind.MONEY, Kind.NUMBER):
            raise LawError(each.place, f"{each.name} adds up a {unit}.", "Add up money or numbers.")
        unit = Unit(Kind.NUMBER) if each.how == "count" else Unit(unit.kind, each.every or unit.every)
        self.units[each.name] = unit
        return Figure(
            each.name, each.of, unit, None, each, (each.figure,), (), each.cite, each.since, each.until, each.certainty,
            each.place,
        )  # fmt: skip

    def _written(self, each: Written) -> Figure:
        uses: list[str] = []
        parameters: list[str] = []

        def resolve(argument: str) -> Value | Table | None:
            unit, of = _annotation(each, argument)
            if argument == AS_OF:
                uses.append(argument)
                return named(argument, DAY)
            if argument in self.law.parameters:
                parameters.append(argument)
                return self._parameter(each, argument)
            found = self._find(each, argument)
            if found is None:
                return None
            theirs, entity = found
            self._compare(each, argument, unit, theirs, of or each.of, entity)
            uses.append(argument)
            return named(argument, theirs)

        term = Reader(each.function, resolve, self.codes).read(self.units[each.name])
        return Figure(
            each.name, each.of, self.units[each.name], term, None, tuple(uses), tuple(parameters), each.cite,
            each.since, each.until, each.certainty, each.place,
        )  # fmt: skip

    def _find(self, each: Written, argument: str) -> tuple[Unit, str] | None:
        if argument in self.law.inputs:
            return self.law.inputs[argument].unit, self.law.inputs[argument].of
        if argument in self.rules:
            return self.units[argument], self.rules[argument].of
        if argument in self.law.rules:
            raise LawError(
                each.place, f"{each.name}: {argument} is not in force on {self.day}.", "Give the rule a version for it."
            )
        return None

    def _parameter(self, each: Written, argument: str) -> Value | Table:
        version = self.parameters.get(argument)
        if version is None:
            raise LawError(
                each.place, f"{each.name}: {argument} has no value on {self.day}.",
                "Add a version to the parameter, or let the rule begin when it does.",
            )  # fmt: skip
        unit, value = self.law.parameters[argument].unit, version.value
        if isinstance(value, int | Fraction):
            return Value(const(value.numerator), unit, const(value.denominator))
        codes = self.codes[value.codes] if isinstance(value, Choices) else ()
        self.tables[argument] = Table(argument, value, unit, codes)
        return self.tables[argument]

    def _compare(self, each: Written, argument: str, unit: Unit, theirs: Unit, of: str, entity: str) -> None:
        if unit != theirs and not (unit.kind is theirs.kind is Kind.CODE):
            raise LawError(
                each.place, f"{each.name} takes {argument} for a {unit}, but it is a {theirs}.", "Annotate what it is."
            )
        if of == entity:
            return
        groups = self.law.entities[each.of].groups
        if entity in groups or entity in self._above(each.of):
            remedy = f"Mark the argument as of a {entity}."
        else:
            remedy = "Take a total or a count over the members first."
        raise LawError(each.place, f"{each.name} is of a {each.of}, but {argument} is of a {entity}.", remedy)

    def _above(self, entity: str) -> set[str]:
        direct = set(self.law.entities[entity].groups)
        return direct.union(*(self._above(group) for group in direct))


def _arguments(each: Written) -> tuple[str, ...]:
    code = each.function.__code__
    return code.co_varnames[: code.co_argcount]


def _annotation(each: Written, argument: str) -> tuple[Unit, str]:
    """The unit that the annotation declares, and the entity it marks. Raises LawError."""
    marks = getattr(each.function.__annotations__.get(argument), "__metadata__", ())
    of = next((mark.entity for mark in marks if isinstance(mark, Of)), "")
    unit = next((mark for mark in marks if isinstance(mark, Unit)), None)
    if unit is None and argument != AS_OF and each.function.__annotations__.get(argument) not in TABLES:
        what = "its result" if argument == "return" else argument
        raise LawError(each.place, f"{each.name} does not say what {what} counts.", "Annotate it: Money, Rate, Flag …")
    return unit or Unit(Kind.TABLE), of


TABLES = (Brackets, Rows, Choices)
