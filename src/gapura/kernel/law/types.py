"""What the law gave, with all that it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from gapura.foundation.rules.intervals import Bounds, DivisorMayBeZero, Walker
from gapura.foundation.rules.law import AS_OF, Figure, LawInForce
from gapura.foundation.rules.parameters import Parameter, ParameterVersion
from gapura.foundation.rules.units import Kind, Unit
from gapura.foundation.texts import Text, in_language
from gapura.kernel.law.showing import as_rule_value, read_day, show, write_given, write_rate
from gapura.kernel.law.telling import tell_explanation
from gapura.kernel.law.wording import Story
from gapura.web.languages import reader_language

SCHEMA = "gapura-explanation/1"


class _Noted(dict[str, Bounds]):
    """Values that remember which of them were read."""

    def __init__(self, values: Mapping[str, int]) -> None:
        super().__init__({name: (value, value) for name, value in values.items()})
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Bounds:
        self.read.add(name)
        return super().__getitem__(name)


class UserKind(StrEnum):
    """What may stand on a rule."""

    SERVICE = "service"
    PAPER = "paper"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class RuleUser:
    """Something that applies rules of the law; ``address`` is its page."""

    kind: UserKind
    title: Text
    address: str


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One datum that a register gave of a household: an input of the law, the row of its entity, the answer as a form
    of the benefit finder takes it, and who holds it."""

    name: str
    row: int
    answer: str
    holder: Text


@dataclass(frozen=True, slots=True)
class KnownHousehold:
    """``members`` by name, in the order of their rows; ``silent``: the registers that did not answer."""

    members: tuple[str, ...] = ()
    facts: tuple[KnownFact, ...] = ()
    silent: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class UsedParameter:
    """A parameter that a figure read, in the version of the day."""

    parameter: Parameter
    version: ParameterVersion

    @property
    def name(self) -> str:
        return self.parameter.name

    @property
    def title(self) -> str:
        """In the active language."""
        return in_language(self.parameter.title, reader_language())

    @property
    def shown(self) -> str:
        """Its value in the active language; empty for a table."""
        value = self.version.value
        return show(value, self.parameter.unit, {}) if isinstance(value, int | Fraction) else ""

    def as_json(self) -> dict[str, Any]:
        """Name, title in every language, value as its file writes it, article, first day, certainty."""
        return {
            "name": self.name,
            "title": dict(self.parameter.title),
            "value": write_given(self.version.value),
            "unit": str(self.parameter.unit),
            "cite": self.version.cite,
            "since": self.version.since.isoformat(),
            "certainty": self.version.certainty,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """One value and what it came from. ``node`` is what ``scalar.explain`` gave; ``law`` is the law that gave it.

    It is a view: nothing is worked out before it is asked for."""

    node: Mapping[str, Any]
    law: LawInForce
    sources: Mapping[str, Text | str]

    @property
    def name(self) -> str:
        """Of the rule or the input."""
        return str((self.node.get("rule") or self.node["input"])["name"])

    @property
    def identity(self) -> int:
        """Equal for what is the same figure of the same row, wherever in the tree it stands."""
        return id(self.node)

    @property
    def figure(self) -> Figure | None:
        """The rule in force; None where the value was given."""
        return self.law.figures[self.name] if "rule" in self.node else None

    @property
    def is_input(self) -> bool:
        return "input" in self.node

    @property
    def is_given(self) -> bool:
        """Whether somebody gave this datum; otherwise it is what the law assumes when nobody does."""
        return self.is_input and self.name in self.node["row"]

    @property
    def value(self) -> int:
        """Whole number as rules reckon with it (a rate in millionths, a flag 0 or 1, the position of a code)."""
        return int(self.node["value"])

    @property
    def rule_value(self) -> Any:
        """As rules written by hand take it (a rate as a fraction, a code as its text)."""
        return as_rule_value(self.value, self.unit, self.choices)

    @property
    def unit(self) -> Unit:
        return self.law.get_unit(self.name)

    @property
    def choices(self) -> Mapping[str, str]:
        """The titles of the codes that it is one of, in the active language."""
        codes = self.law.law.codes.get(self.unit.codes, {}) if self.unit.kind is Kind.CODE else {}
        return {code: in_language(title, reader_language()) for code, title in codes.items()}

    @property
    def texts(self) -> Text:
        """The title in every language; none for the day that the law is asked for."""
        if self.name == AS_OF:
            return {}
        return self.law.inputs[self.name].title if self.is_input else self.law.law.words[self.name]

    @property
    def title(self) -> str:
        """In the active language."""
        return in_language(self.texts, reader_language()) if self.texts else _("the day of the law")

    @property
    def shown(self) -> str:
        """The value by its unit, in the active language."""
        return show(self.rule_value, self.unit, self.choices)

    @property
    def cite(self) -> str:
        """The articles; empty for a datum."""
        return self.figure.cite if self.figure else ""

    @property
    def since(self) -> date | None:
        """From when this version of the rule is in force."""
        return self.figure.since if self.figure else None

    @property
    def certainty(self) -> str:
        """The lowest of the rule and the parameters it read: high, medium or low; empty for a datum."""
        if self.figure is None:
            return ""
        found = {self.figure.certainty, *(used.version.certainty for used in self.parameters)}
        return next(each for each in ("low", "medium", "high") if each in found or each == "high")

    @property
    def digest(self) -> str:
        """Of the law of the day: equal laws, equal digests."""
        return self.law.digest

    @property
    def parameters(self) -> tuple[UsedParameter, ...]:
        names = self.figure.parameters if self.figure else ()
        return tuple(UsedParameter(self.law.law.parameters[name], self.law.parameters[name]) for name in names)

    @property
    def source(self) -> str:
        """Where the datum came from, in the active language; empty when nobody said."""
        source = (self.node["row"].get("sources") or {}).get(self.name) if self.is_input else None
        source = source or self.sources.get(self.name, "")
        return source if isinstance(source, str) else in_language(source, reader_language())

    @property
    def all_parts(self) -> tuple["Explanation", ...]:
        """Everything that the rule reads, whichever way it went."""
        return tuple(Explanation(each, self.law, self.sources) for each in self.node.get("from", ()))

    @property
    def parts(self) -> tuple["Explanation", ...]:
        """What the value came from, without what the way taken through the rule did not read."""
        figure, parts = self.figure, self.all_parts
        if figure is None or figure.term is None:
            return parts
        known = _Noted({part.name: part.value for part in parts})
        try:
            Walker(self.law.tables).find_bounds(figure.term, known)
        except DivisorMayBeZero:
            return parts
        return tuple(part for part in parts if part.name in known.read)

    @property
    def story(self) -> Story | None:
        """How the rule reckoned it, step by step in words; None for data, sums and counts."""
        return tell_explanation(self)

    @property
    def is_idle(self) -> bool:
        """Whether it is nothing and nobody gave any datum below it: pages may leave it out."""
        return self.value == 0 and not any(each.is_given for each in self.walk())

    def walk(self) -> Iterator["Explanation"]:
        """This and all below it, each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            each = waiting.pop()
            if id(each.node) not in seen:
                seen.add(id(each.node))
                yield each
                waiting.extend(each.parts)

    def as_json(self) -> dict[str, Any]:
        """The whole tree, in the schema ``gapura-explanation/1``; titles in every language."""
        return {"schema": SCHEMA, "law": self.digest, "figure": self._as_json()}

    def _as_json(self) -> dict[str, Any]:
        common = {
            "name": self.name,
            "title": dict(self.texts),
            "value": self._json_value(),
            "unit": str(self.unit),
        }
        figure = self.figure
        if figure is None:
            return {**common, "given": self.is_given, "source": self.source}
        return {
            **common,
            "cite": figure.cite,
            "since": figure.since.isoformat(),
            "certainty": self.certainty,
            "parameters": [used.as_json() for used in self.parameters],
            "parts": [part._as_json() for part in self.parts],
        }

    def _json_value(self) -> Any:
        if self.unit.kind is Kind.RATE:
            return write_rate(self.rule_value)
        return read_day(self.value).isoformat() if self.unit.kind is Kind.DATE else self.rule_value
