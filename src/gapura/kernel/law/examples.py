"""Worked examples of the law: read from YAML that a lawyer can write, and reckoned again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation.rules import scalar
from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.parameters import parse_rate
from gapura.foundation.rules.units import RATE_SCALE, Kind
from gapura.kernel.law.naming import LISTED, Names, Reading, load_names
from gapura.kernel.law.queries import assume, get_law
from gapura.kernel.law.showing import read_day, write_rate
from gapura.kernel.law.types import Explanation

REFUSED = "refused"


class BadExample(ValueError):
    """An example that cannot be read. ``str()`` says which, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Example:
    """``given`` and ``expected`` as written. ``as_of`` None: the law of today. ``place``: file and number."""

    code: str
    kind: str
    as_of: date | None
    given: Mapping[str, Any]
    expected: Any
    tier: str
    source: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the law gave. ``got``: each figure by name as the example writes values; ``refusal``: why there is none;
    ``unused``: given words that the figures do not read."""

    example: Example
    as_of: date
    got: Mapping[str, Any]
    wrong: tuple[str, ...]
    refusal: str = ""
    unused: tuple[str, ...] = ()
    explanations: Mapping[str, Sequence[Explanation]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.wrong


# Reading


def read_examples(path: Path) -> list[Example]:
    """The examples of a file: a YAML list, a mapping with ``cases:``, or one flow mapping a line. Raises BadExample."""
    entries = _entries(path.read_text(encoding="utf-8"), path)
    return [_example(entry, f"{path.name}, example {number}") for number, entry in enumerate(entries, 1)]


def _entries(text: str, path: Path) -> list[Any]:
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and all(line.startswith("{") for line in lines):
        text = "\n".join(f"- {line}" for line in lines)
    try:
        content = yaml.safe_load(text) or []
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day that no month has
        raise BadExample(f"{path.name} is not YAML: {error}") from error
    if isinstance(content, dict):
        content = content.get("cases", content.get("examples", [content]))
    if not isinstance(content, list):
        raise BadExample(f"{path.name} is no list of examples. Write each as - {{id, kind, as_of, in, out, src}}.")
    return content


def _example(entry: Any, place: str) -> Example:
    if not isinstance(entry, dict):
        raise BadExample(f"{place}: {entry!r} is no example. Write it as {{id, kind, as_of, in, out, src}}.")
    kind = entry.get("kind", entry.get("rule"))
    if not kind:
        raise BadExample(f"{place}: it does not say what to reckon. Add kind: with a rule or a set of figures.")
    day = _read_as_of(entry.get("as_of", entry.get("date")), place)
    if "out" not in entry:
        raise BadExample(f"{place}: it does not say what is right. Add out: with a number or figures by name.")
    given = entry.get("in") or {}
    if not isinstance(given, dict):
        raise BadExample(f"{place}: {given!r} is no mapping. Write in: {{name: value}}.")
    code = str(entry.get("id", place))
    return Example(
        code, str(kind), day, given, entry["out"], str(entry.get("tier", "")), str(entry.get("src", "")), place
    )


def _read_as_of(value: Any, place: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadExample(f"{place}: {value!r} is no date. Write as_of: 2024-01-31.") from error


# Reckoning


def run_example(example: Example, *, today: date) -> Outcome:
    """The example by the law of its day, compared with what it says is right."""
    day = example.as_of or today
    try:
        return _reckon(example, day)
    except (BadInput, LookupError, ValueError) as error:
        if example.as_of is None and (last := _last_day(example.kind)) and last < day:
            return run_example(replace(example, as_of=last), today=today)
        message = str(error.args[0] if isinstance(error, LookupError) else error)
        return Outcome(example, day, {}, _judge_refusal(example.expected, message), refusal=message)


def _last_day(kind: str) -> date | None:
    """The last day that a rule is in force, when it has an end."""
    names = get_names()
    for name in (kind, *names.rules.get(kind, ()), *names.sets.get(kind, ())):
        if name in get_law().rules and (until := get_law().rules[name].versions[-1].until):
            return until - timedelta(days=1)
    return None


@cache
def get_names() -> Names:
    """The other words of the country's law."""
    return load_names(get_law().folder / "aliases.yaml")


def _reckon(example: Example, day: date) -> Outcome:
    law, names = get_law().on(day), get_names()
    asked = [name for name in example.expected if name != REFUSED] if isinstance(example.expected, dict) else []
    _check_ranges(names, law, example.given, day)
    household = _Household(names, law)
    household.fill(example.given)
    reading = names.read(law, example.kind, household.words, asked)
    given = {name for name in reading.names.values() if name in law.figures}
    if given:
        law = assume(frozenset(given)).on(day)
    rows = household.place(reading, law)
    nodes = scalar.explain(law, reading.targets, rows, as_of=day)
    explanations = {name: [Explanation(node, law, {}) for node in nodes[name]] for name in reading.targets}
    got = {name: _write_rows(listed) for name, listed in explanations.items()}
    wrong = _judge(example.expected, reading, explanations, names, law)
    return Outcome(
        example,
        day,
        got,
        wrong,
        unused=tuple(word for word in reading.unused if word not in household.said),
        explanations=explanations,
    )


class _Household:
    """The rows of one example. Words are named first by what they stand for, then set into the rows of their entity."""

    def __init__(self, names: Names, law: LawInForce) -> None:
        self.names, self.law = names, law
        self.loose: dict[str, Any] = {}
        self.said: set[str] = set()
        self.rows: dict[str, list[Mapping[str, Any]]] = {}

    def fill(self, given: Mapping[str, Any]) -> None:
        """Take the words; an entity's name holds its rows."""
        for word, value in given.items():
            if word in self.law.law.entities and isinstance(value, dict | list):
                listed = value if isinstance(value, list) else [value]
                self.rows[word] = [self._open(row, word) for row in listed]
            else:
                self.loose |= self._open({word: value}, word)

    def open_word(self, word: str, value: Any) -> Mapping[str, Any]:
        """What one word says, by the names that the law or an example knows."""
        return self._open({word: value}, word)

    def _open(self, row: Any, word: str) -> dict[str, Any]:
        if not isinstance(row, dict):
            raise BadInput(word, f"{row!r} is no row. Write it as {{name: value}}.")
        opened: dict[str, Any] = {}
        for name, value in row.items():
            meant = self.names.find_opened(name)
            said = self.names.open_value(meant, value)
            if said == {meant: value}:
                opened[name] = value
            else:
                opened |= said
                self.said |= set(said)
        return opened

    @property
    def words(self) -> dict[str, str]:
        """Every word, and where it stands."""
        groups = set(self.law.law.entities)
        inside = {
            word: entity for entity, rows in self.rows.items() for row in rows for word in row if word not in groups
        }
        return inside | {word: LISTED if isinstance(value, list) else "" for word, value in self.loose.items()}

    def place(self, reading: Reading, law: LawInForce) -> dict[str, list[dict[str, Any]]]:
        """Rows by entity with the law's own names, empty where nobody stands."""
        groups = law.law.entities
        placed = {
            entity: [
                {word if word in groups else reading.names.get(word, word): row[word] for word in row} for row in rows
            ]
            for entity, rows in self.rows.items()
        }
        for word, value in sorted(self.loose.items(), key=lambda item: not isinstance(item[1], list)):
            if word in reading.names:
                self._set(placed, law, reading.names[word], value)
        self._people(placed, law, reading)
        return {
            entity: [{name: _read_value(law, name, value) for name, value in row.items()} for row in rows]
            for entity, rows in placed.items()
        }

    def _set(self, placed: dict[str, list[dict[str, Any]]], law: LawInForce, name: str, value: Any) -> None:
        entity = law.get_entity(name)
        listed = value if isinstance(value, list) else [value]
        rows = placed.setdefault(entity, [])
        if not rows:
            number = self.names.rows.get(entity)
            rows += [{number: place} if number else {} for place in range(1, len(listed) + 1)]
        if len(listed) not in (1, len(rows)):
            raise BadInput(name, f"{len(listed)} values are given for {len(rows)} rows. Give one for each row.")
        for place, row in enumerate(rows):
            row[name] = listed[place] if len(listed) > 1 else listed[0]

    def _people(self, placed: dict[str, list[dict[str, Any]]], law: LawInForce, reading: Reading) -> None:
        """Whom the question is about has a row, and so has every group of somebody."""
        for target in reading.targets:
            if not placed.get(law.get_entity(target)):
                placed[law.get_entity(target)] = [{}]
        for entity in law.law.entities.values():
            placed.setdefault(entity.name, [])
        for _ in law.law.entities:
            for entity in law.law.entities.values():
                for group in entity.groups if placed[entity.name] else ():
                    placed[group] = placed[group] or [{}]


def _check_ranges(names: Names, law: LawInForce, given: Mapping[str, Any], day: date) -> None:
    """A value that stands for a range of a figure goes before what the figure is reckoned from; so both must agree."""
    entities = law.law.entities
    loose = {word: value for word, value in given.items() if word not in entities and not isinstance(value, list)}
    listed = [given[entity] for entity in entities if entity in given] or [{}]
    for rows in listed:
        for row in rows if isinstance(rows, list) else [rows]:
            said = {**loose, **row} if isinstance(row, dict) else {}
            for word in said:
                figure = names.find_opened(word)
                ends = names.find_range(figure, said[word])
                if ends and figure in law.figures:
                    _check_range(names, law, said, word, ends, day)


def _check_range(
    names: Names, law: LawInForce, said: Mapping[str, Any], word: str, ends: tuple[int, int], day: date
) -> None:
    """Refuse what else was said when the figure reckoned from it lies outside the range. Raises BadInput."""
    figure, rest = names.find_opened(word), _Household(names, law)
    rest.fill({other: value for other, value in said.items() if names.find_opened(other) != names.find_opened(word)})
    below = names.read_below(law, figure, rest.words)
    if not below:
        return
    assumed = assume(frozenset(below.values()) & frozenset(law.figures)).on(day)
    rows = rest.place(Reading((figure,), below, ()), assumed)
    value = scalar.compute(assumed, [figure], rows, as_of=day)[figure][0]
    if not ends[0] <= value <= ends[1]:
        words = {other for other in said if not below.keys().isdisjoint(rest.open_word(other, said[other]))}
        others = ", ".join(f"{other}: {said[other]}" for other in said if other in words)
        right = names.name_range(figure, value)
        problem = f"{said[word]} contradicts {others}, which gives {right}. Leave one of them out, or correct it."
        raise BadInput(word, problem)


_AMOUNT = re.compile(r"-?\d[\d_]*$")


def _read_value(law: LawInForce, name: str, value: Any) -> Any:
    """A value as examples write it, as the law takes it."""
    if name in law.law.entities or name not in law.inputs:
        return value
    unit = law.inputs[name].unit
    if unit.kind is Kind.CODE:
        return next((code for code in law.law.codes[unit.codes] if code.casefold() == str(value).casefold()), value)
    if unit.kind is Kind.RATE and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _read_number(value) if unit.kind in (Kind.MONEY, Kind.NUMBER) else value


def _read_number(value: Any) -> Any:
    """A whole number that is written as a text, as 1.0, or as yes for one; anything else as it is."""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    return int(value) if isinstance(value, str) and _AMOUNT.match(value.strip()) else value


def _write_rows(explanations: Sequence[Explanation]) -> Any:
    written = [write_value(each) for each in explanations]
    return written[0] if len(written) == 1 else written


def write_value(explanation: Explanation) -> Any:
    """A figure as examples write it: whole numbers, true or false, ``2.25%``, a date, a code."""
    value = explanation.rule_value
    if explanation.unit.kind is Kind.RATE:
        return write_rate(value)
    return read_day(value) if explanation.unit.kind is Kind.DATE else value


# Judging


def _judge(
    expected: Any, reading: Reading, found: Mapping[str, Sequence[Explanation]], names: Names, law: LawInForce
) -> tuple[str, ...]:
    """The names of figures that differ."""
    if _wants_refusal(expected):
        return (REFUSED,)
    wanted = expected if isinstance(expected, dict) else {reading.targets[0]: expected}
    wrong = []
    for word, value in wanted.items():
        name = word if word in found else names.find_figure(law, word)
        values, rows = value if isinstance(value, list) else [value], found.get(name, ())
        if len(values) != len(rows) or not all(_equal(*pair) for pair in zip(values, rows, strict=True)):
            wrong.append(name)
    return tuple(wrong)


def _equal(wanted: Any, found: Explanation) -> bool:
    if found.unit.kind is Kind.RATE:
        try:
            return parse_rate(str(wanted)) * RATE_SCALE == found.value
        except ValueError:
            return False
    if isinstance(wanted, str) and _AMOUNT.match(wanted.strip()):
        return int(wanted) == found.value
    return bool(wanted == write_value(found))


def _wants_refusal(expected: Any) -> bool:
    return (isinstance(expected, dict) and REFUSED in expected) or (
        isinstance(expected, str) and expected.startswith(REFUSED)
    )


def _judge_refusal(expected: Any, message: str) -> tuple[str, ...]:
    if not _wants_refusal(expected):
        return (REFUSED,)
    part = expected[REFUSED] if isinstance(expected, dict) else expected.partition(":")[2]
    return () if str(part or "").strip().casefold() in message.casefold() else (REFUSED,)


def list_own_examples() -> Sequence[Example]:
    """The examples that the country keeps beside its law, in ``cases/``."""
    return [example for path in sorted((get_law().folder / "cases").glob("*.yaml")) for example in read_examples(path)]
