"""Amounts, rates and tables of the law by date, each with its article and how certain it is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, NoReturn, Protocol, TypeVar

import yaml

from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.units import Kind, Unit, date_number, parse_unit
from gapura.foundation.texts import Text

Given = int | Fraction | Brackets | Rows | Choices


@dataclass(frozen=True, slots=True)
class ParameterVersion:
    """``value`` from ``since`` until (exclusive) ``until``. ``published``: since when it is known, if not ``since``."""

    value: Given
    since: date
    until: date | None
    cite: str
    certainty: str
    note: str
    published: date | None
    place: str


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    unit: Unit
    title: Text
    versions: tuple[ParameterVersion, ...]


class Dated(Protocol):
    """What has a term in force."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...
    @property
    def place(self) -> str: ...


Version = TypeVar("Version", bound=Dated)


@dataclass(frozen=True)
class Timeline(Generic[Version]):
    """Versions of one thing, the oldest first. Two never hold on one day, and none is missing in between."""

    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """What is in force on the day, or None."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version if version.until is None or day < version.until else None
        return None


def make_timeline(name: str, versions: Sequence[Version]) -> Timeline[Version]:
    """In order. Raises LawError for an overlap or a gap, at the place of the later version."""
    ordered = sorted(versions, key=lambda version: version.since)
    for earlier, later in pairwise(ordered):
        if earlier.since == later.since:
            raise LawError(later.place, f"{name} begins twice on {later.since}.", "Keep one of the two versions.")
        if earlier.until is not None and earlier.until > later.since:
            raise LawError(
                later.place, f"{name}: two versions are in force from {later.since} until {earlier.until}.",
                f"End the earlier one ({earlier.place}) on {later.since}.",
            )  # fmt: skip
        if earlier.until is not None and earlier.until < later.since:
            raise LawError(
                later.place, f"{name}: nothing is in force from {earlier.until} until {later.since}.",
                "Close the gap, or give what holds in between a version.",
            )  # fmt: skip
    return Timeline(tuple(ordered))


RATE = re.compile(r"-?\d{1,9}(\.\d{1,12})?\s*%?|-?\d{1,9}/[1-9]\d{0,8}")
"""Nothing longer: a text like 1e999999 would be worked out for ever."""


def parse_rate(text: object) -> Fraction:
    """``"5%"``, ``"0.25%"``, ``"11/12"`` or ``"1.74%"``, exactly. Raises ValueError."""
    if not isinstance(text, str) or not RATE.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is no rate: write it as text, like '5%' or '11/12'")
    return Fraction(text.strip()[:-1].strip()) / 100 if text.strip().endswith("%") else Fraction(text.strip())


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number")
    return value


def _brackets(value: object) -> Brackets:
    if not isinstance(value, list) or not value:
        raise ValueError("brackets are a list of [from, rate]")
    floors = tuple(_whole(floor) for floor, _ in value)
    if floors[0] != 0 or list(floors) != sorted(set(floors)):
        raise ValueError("brackets begin at 0 and rise")
    return Brackets(floors, tuple(parse_rate(rate) for _, rate in value))


def _rows(value: object) -> Rows:
    if not isinstance(value, list) or not value or value[-1][0] is not None:
        raise ValueError("rows are a list of [highest amount, rate]; the last has null for its amount")
    ceilings = tuple(_whole(ceiling) for ceiling, _ in value[:-1])
    if list(ceilings) != sorted(set(ceilings)):
        raise ValueError("the amounts of rows rise")
    return Rows(ceilings, tuple(parse_rate(rate) for _, rate in value))


def _day(value: object) -> int:
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is no date")
    return date_number(value.year, value.month, value.day)


_READERS: Mapping[str, Callable[[Any], Given]] = {
    "money": _whole,
    "number": _whole,
    "rate": parse_rate,
    "date": _day,
    "brackets": _brackets,
    "rows": _rows,
}


def read_value(parameter: Parameter, given: object) -> Given:
    """What is written for the parameter in YAML, as its own versions are read. Raises ValueError."""
    like = parameter.versions[-1].value
    if isinstance(like, Choices):
        codes = [code for code, _ in like.values]
        if not isinstance(given, Mapping) or sorted(given) != sorted(codes):
            raise ValueError(f"it needs a figure for each of {', '.join(codes)}")
        return Choices(like.codes, tuple((code, _whole(given[code])) for code in codes))
    kind = "brackets" if isinstance(like, Brackets) else "rows" if isinstance(like, Rows) else parameter.unit.kind.value
    try:
        return _READERS[kind](given)
    except TypeError as error:
        raise ValueError(f"{given!r} is not written as {kind} are") from error


class ParameterFile:
    """Reads one YAML file; ``codes`` are the lists that choices are made of."""

    def __init__(self, path: Path, codes: Mapping[str, Sequence[str]]) -> None:
        self.path, self.codes = path, codes
        self.text = path.read_text(encoding="utf-8").splitlines()

    def read(self) -> list[Parameter]:
        """Raises LawError."""
        try:
            content = yaml.load("\n".join(self.text), Loader=yaml.CSafeLoader) or {}
        except yaml.YAMLError as error:
            raise LawError(f"{self.path}:1", "this is not YAML.", str(error)) from error
        return [self._parameter(name, entry) for name, entry in content.items()]

    def _line(self, name: str, key: str = "") -> int:
        """The line where the parameter stands, or below it the first that holds ``key``."""
        start = next((n for n, line in enumerate(self.text, 1) if line.startswith(f"{name}:")), 1)
        return next((n for n, line in enumerate(self.text[start - 1 :], start) if key in line), start) if key else start

    def _refuse(self, name: str, problem: str, remedy: str, key: str = "") -> NoReturn:
        raise LawError(f"{self.path}:{self._line(name, key)}", f"{name}: {problem}", remedy)

    def _parameter(self, name: str, entry: Mapping[str, Any]) -> Parameter:
        unit_text = str(entry.get("unit", ""))
        table = unit_text in ("brackets", "rows")
        try:
            unit = Unit(Kind.TABLE) if table else parse_unit(unit_text)
        except ValueError:
            self._refuse(
                name, f"{unit_text!r} is no unit.", "Say money, money/year, rate, number, date, brackets or rows."
            )
        chosen = str(entry.get("by", ""))
        if chosen and chosen not in self.codes:
            self._refuse(name, f"there is no list of codes {chosen!r}.", f"There are: {', '.join(self.codes)}.")
        read = _READERS[unit_text if table else unit.kind.value] if unit.kind.value in (*_READERS, "table") else None
        if read is None:
            self._refuse(name, f"a parameter cannot be a {unit}.", "Say money, rate, number or date.")
        versions = [self._version(name, each, read, chosen) for each in entry.get("versions", [])]
        if not versions:
            self._refuse(name, "it has no version.", "Give at least one, with from, value and cite.")
        return Parameter(name, unit, entry.get("title", {}), make_timeline(name, versions).versions)

    def _version(
        self, name: str, entry: Mapping[str, Any], read: Callable[[Any], Given], chosen: str
    ) -> ParameterVersion:
        since = entry.get("from")
        if not isinstance(since, date):
            self._refuse(name, "a version does not say from when it holds.", "Add from: with a date.")
        if not entry.get("cite"):
            self._refuse(
                name, f"the version of {since} cites no article.", "Add cite: with law and article.", str(since)
            )
        try:
            value = self._choices(entry["value"], read, chosen) if chosen else read(entry["value"])
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(name, f"the value of {since}: {error}.", "Look at docs/reference/law.md.", str(since))
        return ParameterVersion(
            value=value,
            since=since,
            until=entry.get("until"),
            cite=str(entry["cite"]),
            certainty=str(entry.get("certainty", "high")),
            note=str(entry.get("note", "")),
            published=entry.get("published"),
            place=f"{self.path}:{self._line(name, str(since))}",
        )

    def _choices(self, value: Mapping[str, Any], read: Callable[[Any], Given], chosen: str) -> Choices:
        missing = [code for code in self.codes[chosen] if code not in value]
        if missing or len(value) != len(self.codes[chosen]):
            raise ValueError(f"it needs exactly the codes of {chosen}; missing: {', '.join(missing) or 'none'}")
        values = []
        for code in self.codes[chosen]:
            number = read(value[code])
            if not isinstance(number, int):
                raise ValueError("choices are whole numbers")
            values.append((code, number))
        return Choices(chosen, tuple(values))
