"""Laws of a few lines, written into a folder, to see what the engine says of them."""

from datetime import date
from pathlib import Path
from textwrap import dedent, indent

from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.loading import load

DAY = date(2024, 1, 1)
HEAD = """\
from typing import Annotated
from gapura.foundation.rules.authoring import *
from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.units import *
from gapura.foundation.rules.units import Kind, Unit
chapter = Chapter(of="person")
Role = Annotated[str, Unit(Kind.CODE, codes="role")]
Sex = Annotated[str, Unit(Kind.CODE, codes="sex")]
Yearly, Monthly = MoneyPerYear, MoneyPerMonth
Family = Annotated[Subject, Of("family")]
"""
FIRST = HEAD.count("\n") + 1
"""The line of the chapter where the given text begins."""
ENTITIES = """\
person: {title: {en: person}, groups: [family]}
family: {title: {en: family}, most: 40, groups: [village]}
village: {title: {en: village}, most: 1000}
"""
CODES = "role: {head: {en: head}, child: {en: child}}\nsex: {female: {en: female}, male: {en: male}}\n"
INPUTS = """\
salary: {of: person, unit: money/year, range: [0, 1000000000000], title: {en: salary}}
rent: {of: family, unit: money/month, range: [0, 1000000000], title: {en: rent}}
role: {of: person, codes: role, default: head, title: {en: role}}
sex: {of: person, codes: sex, default: male, title: {en: sex}}
born_on: {of: person, unit: date, title: {en: date of birth}}
poor: {of: person, unit: flag, default: false, title: {en: poor}}
rooms: {of: family, unit: number, range: [0, 100], default: 1, title: {en: rooms}}
share: {of: person, unit: rate, range: [0, 1000000], default: 0, title: {en: share}}
"""
PARAMETERS = """\
rate: {unit: rate, title: {en: rate}, versions: [{from: 2009-01-01, value: "5%", cite: Act 1}]}
most: {unit: money/year, title: {en: most}, versions: [{from: 2009-01-01, value: 6000000, cite: Act 1}]}
brackets:
  unit: brackets
  title: {en: brackets}
  versions: [{from: 2009-01-01, value: [[0, "5%"], [100, "15%"]], cite: Act 1}]
steps:
  unit: rows
  title: {en: steps}
  versions: [{from: 2009-01-01, value: [[100, "0%"], [200, "1%"], [null, "2%"]], cite: Act 1}]
aid:
  unit: money
  by: role
  title: {en: aid}
  versions: [{from: 2009-01-01, value: {head: 500, child: 200}, cite: Act 1}]
"""


def rule(signature: str, body: str = "return salary", **declared: str) -> str:
    """The text of a rule of Act 1, in force from 2009 if nothing else is ``declared``."""
    words = {"cite": "Act 1", "since": "2009-01-01"} | declared
    decorator = ", ".join(f'{word}="{value}"' for word, value in words.items())
    return f"@chapter.rule({decorator})\ndef {signature}:\n{indent(body, '    ')}\n"


def write_law(folder: Path, chapter: str, *, inputs: str = "", parameters: str = "", head: str = HEAD):
    """The files of a law, read. ``inputs`` and ``parameters`` come on top of the usual ones."""
    (folder / "parameters").mkdir(exist_ok=True)
    (folder / "entities.yaml").write_text(ENTITIES)
    (folder / "codes.yaml").write_text(CODES)
    (folder / "inputs.yaml").write_text(INPUTS + dedent(inputs))
    (folder / "parameters" / "all.yaml").write_text(PARAMETERS + dedent(parameters))
    (folder / "chapter.py").write_text(head + dedent(chapter))
    return load(folder)


def make_law(folder: Path, chapter: str, **more: str) -> LawInForce:
    """What of it is in force in 2024."""
    return write_law(folder, chapter, **more).on(DAY)
