"""What the pages of the law show of a rule: its text, its versions, its parameters over time, who reads it."""

import ast
import inspect
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from gapura.foundation.rules.authoring import Aggregate, Brackets, Choices, Rows, Written
from gapura.foundation.rules.law import AS_OF, Figure, Law, LawInForce
from gapura.foundation.rules.parameters import Given, Parameter, ParameterVersion, Timeline
from gapura.foundation.rules.units import Kind, Unit
from gapura.foundation.texts import Text, in_language
from gapura.kernel.law.showing import begin_sentence, show, show_rate
from gapura.web.jinja import money
from gapura.web.languages import reader_language

MOST_STEPS = 8
"""Versions that a chart of a parameter has room for; the table beside it shows all."""


def list_chapters(law: Law, words: Sequence[str]) -> list[dict[str, Any]]:
    """Chapters with their rules, in the order of the country's chapters.yaml; only rules that hold all of ``words``."""
    titles = _chapter_titles(law)
    chapters: dict[str, list[dict[str, Any]]] = {name: [] for name in titles}
    for name, line in law.rules.items():
        latest = line.versions[-1]
        entry = {"name": name, "title": title_of(law, name), "cite": latest.cite, "until": latest.until}
        text = " ".join([name, latest.cite, *law.words.get(name, {}).values()]).casefold()
        if all(word in text for word in words):
            chapters.setdefault(_chapter_of(latest.place), []).append(entry)
    return [
        {"name": name, "title": in_language(titles.get(name) or {"": name}, reader_language()), "rules": rules}
        for name, rules in chapters.items()
        if rules
    ]


def _chapter_titles(law: Law) -> Mapping[str, Text]:
    path = law.folder / "chapters.yaml"
    titles: Mapping[str, Text] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return titles


def _chapter_of(place: str) -> str:
    return Path(place.rpartition(":")[0]).stem


def title_of(law: Law, name: str) -> str:
    """Of a rule or an input."""
    found = law.words.get(name) or (law.inputs[name].title if name in law.inputs else {})
    return begin_sentence(in_language(found, reader_language())) if found else name


def describe_rule(law: LawInForce, name: str, on: date) -> dict[str, Any]:
    """The page of a rule under the law in force on ``on``; ``figure`` is None on days on which it is not in force."""
    line, figure = law.law.rules[name], law.figures.get(name)
    parameters = figure.parameters if figure else ()
    reads = [use for use in figure.uses if use != AS_OF] if figure else []
    readers = [other.name for other in law.figures.values() if name in other.uses]
    return {
        "name": name,
        "title": title_of(law.law, name),
        "on": on,
        "figure": figure,
        "certainty": _find_certainty(law, figure) if figure else "",
        "unit": show_unit(figure.unit) if figure else "",
        "owner": in_language(law.law.entities[line.versions[-1].of].title, reader_language()),
        "text": _read_text(line.on(on)),
        "versions": [_version(one, on) for one in reversed(line.versions)],
        "parameters": [_describe_parameter(law.law.parameters[one], on) for one in parameters],
        "reads": [(one, title_of(law.law, one), one in law.figures) for one in reads],
        "read_by": [(one, title_of(law.law, one)) for one in readers],
    }


def _find_certainty(law: LawInForce, figure: Figure) -> str:
    """The lowest of the rule and the parameters it reads."""
    found = {figure.certainty, *(law.parameters[name].certainty for name in figure.parameters)}
    return next((each for each in ("low", "medium") if each in found), "high")


def _version(one: Written | Aggregate, on: date) -> dict[str, Any]:
    shown = one.since <= on and (one.until is None or on < one.until)
    return {"since": one.since, "until": one.until, "cite": one.cite, "certainty": one.certainty, "is_shown": shown}


def _read_text(version: Written | Aggregate | None) -> str:
    """The function as it is written, without what is declared above it; of a sum or count nothing."""
    if not isinstance(version, Written):
        return ""
    source = textwrap.dedent(inspect.getsource(version.function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    return "\n".join(source.splitlines()[definition.lineno - 1 :])


def _describe_parameter(parameter: Parameter, on: date) -> dict[str, Any]:
    """Its versions, the newest first, and for single values a stair of the last ones; one value alone is no stair."""
    versions = parameter.versions
    steps = [_step(one, parameter) for one in versions if isinstance(one.value, int | Fraction)]
    return {
        "name": parameter.name,
        "title": begin_sentence(in_language(parameter.title, reader_language())) if parameter.title else parameter.name,
        "unit": show_unit(parameter.unit),
        "is_single": len(versions) == len(steps) == 1,
        "steps": steps[-MOST_STEPS:] if len(steps) > 1 and parameter.unit.kind is not Kind.DATE else [],
        "versions": [
            {
                "since": one.since,
                "until": one.until,
                "value": show_given(one.value, parameter.unit),
                "rows": list_rows(one.value, parameter),
                "cite": one.cite,
                "certainty": one.certainty,
                "note": one.note,
                "is_shown": one is _in_force(parameter, on),
            }
            for one in reversed(versions)
        ],
    }


def _in_force(parameter: Parameter, on: date) -> ParameterVersion | None:
    return Timeline(parameter.versions).on(on)


def _step(one: ParameterVersion, parameter: Parameter) -> dict[str, Any]:
    assert isinstance(one.value, int | Fraction)
    value = float(one.value)
    return {"label": str(one.since.year), "value": value, "words": show_short(one.value, parameter.unit)}


def show_given(value: Given, unit: Unit) -> str:
    """A single value of a parameter; of a table nothing, because it has rows."""
    return show(value, unit, {}) if isinstance(value, int | Fraction) else ""


def show_short(value: Given, unit: Unit) -> str:
    """The value for a chart, where room is scarce."""
    if unit.kind is Kind.MONEY and isinstance(value, int):
        sizes = ((10**12, _("%(amount)s tn")), (10**9, _("%(amount)s bn")), (10**6, _("%(amount)s m")))
        for size, words in (*sizes, (10**3, _("%(amount)s k"))):
            if abs(value) >= size:
                return words % {"amount": format_decimal(value / size, "#,##0.###", locale=reader_language())}
    return show_given(value, unit)


def show_unit(unit: Unit) -> str:
    """What a figure counts, in words."""
    words = {
        "money": _("money"),
        "money a year": _("money a year"),
        "money a month": _("money a month"),
        "rate": _("a rate"),
        "number": _("a number"),
        "flag": _("yes or no"),
        "date": _("a day"),
        "table": _("a table"),
    }
    return words.get(str(unit)) or _("one of a list")


def list_rows(value: Given, parameter: Parameter) -> list[tuple[str, str, str]]:
    """A table of the law as (from, up to, rate), or choices as (code, "", amount)."""
    if isinstance(value, Brackets):
        ends = [money(floor) for floor in value.floors[1:]]
        return [
            (money(floor), end, show_rate(rate))
            for floor, end, rate in zip(value.floors, [*ends, ""], value.rates, strict=True)
        ]
    if isinstance(value, Rows):
        starts = [money(0), *(money(ceiling + 1) for ceiling in value.ceilings)]
        ends = [*(money(ceiling) for ceiling in value.ceilings), ""]
        return [(*pair, show_rate(rate)) for *pair, rate in zip(starts, ends, value.rates, strict=True)]  # type: ignore[misc]  # two and one
    if isinstance(value, Choices):
        return [(code, "", show_given(amount, parameter.unit)) for code, amount in value.values]
    return []
