"""What a family may get: three-valued answers while not all is known, and the question that decides most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import yaml
from django import forms

from gapura.foundation.rules.intervals import UNKNOWN, Possible, find_possible
from gapura.foundation.rules.law import Input, LawInForce
from gapura.foundation.rules.planning import Plan, get_plan
from gapura.foundation.rules.questions import find_next_question
from gapura.foundation.rules.units import Unit
from gapura.kernel.law.forms import make_field, plain_value
from gapura.kernel.law.queries import explain, get_law
from gapura.kernel.law.types import Explanation

NOT_KNOWN = "?"
"""What somebody answers who does not know."""


class Standing(StrEnum):
    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Subject:
    """The country's ``finder.yaml``: which benefits, for which family."""

    family: str
    person: str
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One benefit. ``low`` and ``high`` of all members together; ``depends_on`` are inputs not answered yet."""

    name: str
    unit: Unit
    standing: Standing
    low: int
    high: int
    depends_on: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        return self.low == self.high


@cache
def get_subject() -> Subject:
    """What the finder of this country looks for."""
    content = yaml.safe_load((get_law().folder / "finder.yaml").read_text(encoding="utf-8"))
    return Subject(content["family"], content["person"], tuple(content["benefits"]))


class Interview:
    """One family's answers. ``answers``: what was given, by field name; what does not fit is asked again."""

    def __init__(self, law: LawInForce, on: date, members: int, answers: Mapping[str, str]) -> None:
        self.law, self.on, self.subject = law, on, get_subject()
        self.benefits = [name for name in self.subject.benefits if name in law.figures]
        self.plan: Plan = get_plan(law, self.benefits)
        self.asked = [each for each in self.plan.inputs if each.question]
        self.household: dict[str, list[dict[str, Any]]] = {
            self.subject.family: [self._blank(self.subject.family)],
            self.subject.person: [self._blank(self.subject.person) for _ in range(members)],
        }
        self.kept: dict[str, str] = {}
        self.skipped: set[tuple[str, int]] = set()
        self.refused: dict[str, str] = {}
        for each in self.asked:
            for row in range(len(self.household[each.of])):
                if (text := answers.get(field_name(each.name, row))) is not None:
                    self._take(each, row, text)

    def _blank(self, entity: str) -> dict[str, Any]:
        return {each.name: UNKNOWN for each in self.asked if each.of == entity}

    def _take(self, each: Input, row: int, text: str) -> None:
        name = field_name(each.name, row)
        if text == NOT_KNOWN:
            self.skipped.add((each.name, row))
            self.kept[name] = text
            return
        try:
            value = make_field(self.law, each, asked=True).clean(text)
        except forms.ValidationError as error:
            self.refused[name] = " ".join(error.messages)
            return
        self.household[each.of][row][each.name] = plain_value(each, value)
        self.kept[name] = text

    def find_question(self) -> tuple[Input, int] | None:
        """What to ask next, and of which row; None when nothing that is open can be answered."""
        found = find_next_question(self.law, self.benefits, self.household, as_of=self.on, skip=self.skipped)
        return (self.law.inputs[found.name], found.row) if found else None

    def list_findings(self) -> list[Finding]:
        """Every benefit, as far as it is known by now."""
        possible = find_possible(self.plan, self.household, as_of=self.on)
        return [self._judge(name, possible[name]) for name in self.benefits]

    def _judge(self, name: str, rows: Sequence[Possible]) -> Finding:
        low, high = sum(max(row.low, 0) for row in rows), sum(max(row.high, 0) for row in rows)
        standing = Standing.YES if low > 0 else Standing.PERHAPS if high > 0 else Standing.NO
        waiting = {open_input for row in rows for open_input, _row in row.open_inputs}
        depends_on = tuple(each.name for each in self.asked if each.name in waiting) if low != high else ()
        return Finding(name, self.law.figures[name].unit, standing, low, high, depends_on)

    def explain(self) -> dict[str, list[Explanation]]:
        """All benefits with what they came from; nothing as long as something was left open."""
        rows = [row for entity in self.household.values() for row in entity]
        if self.skipped or self.refused:
            return {}
        filled = {
            entity: [{name: value for name, value in row.items() if value is not UNKNOWN} for row in listed]
            for entity, listed in self.household.items()
        }
        missing = [each for each in self.asked if each.default is None]
        if any(row.get(each.name) is UNKNOWN for each in missing for row in rows if each.name in row):
            return {}
        return explain(self.benefits, filled, as_of=self.on)


def field_name(name: str, row: int) -> str:
    """How an answer stands in the address."""
    return f"a-{name}-{row}"
