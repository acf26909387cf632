"""``python -m tools.asvs``: docs/reference/asvs.md from tests/security/asvs.yaml; ``--check`` only looks."""

import ast
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from tools.tracked import ROOT

TABLE, PAGE = ROOT / "tests/security/asvs.yaml", ROOT / "docs/reference/asvs.md"
LEVELS = {1: 70, 2: 183, 3: 92}
WHOLE = {"V2", "V5", "V6", "V7", "V8", "V11", "V13", "V16"}  # held to level 3; everything else to level 2
STATES = {
    "shown_by": "shown by a test",
    "design": "met by design",
    "out": "does not apply",
    "operator": "for who runs the house",
    "open": "open",
}
Requirement = Mapping[str, Any]


def read_table() -> tuple[dict[str, str], list[Requirement]]:
    """The files by their short names, and the requirements in the order of the standard."""
    table = yaml.safe_load(TABLE.read_text())
    return table["files"], table["requirements"]


def state_of(one: Requirement) -> str:
    (state,) = one.keys() & STATES.keys()
    return str(state)


def is_target(one: Requirement) -> bool:
    """Whether the house means to meet it: level 2 whole, level 3 in the chapters of ``WHOLE``."""
    return one["level"] <= 2 or one["id"].partition(".")[0] in WHOLE


def find_mistakes(files: Mapping[str, str], requirements: Sequence[Requirement]) -> Iterator[str]:
    """What keeps the table from being one: numbers, levels, states, tests and places that do not exist."""
    levels = Counter(one["level"] for one in requirements)
    if levels != LEVELS or len({one["id"] for one in requirements}) != sum(LEVELS.values()):
        yield f"The standard has {LEVELS} requirements by level, the table {dict(levels)}, or one stands twice."
    for one in requirements:
        if len(one.keys() & STATES.keys()) != 1:
            yield f"{one['id']} needs exactly one of {', '.join(STATES)}."
        for shown in one.get("shown_by", []):
            name, _, test = shown.partition("::")
            if name not in files or test not in _tests_in(files[name]):
                yield f"{one['id']}: there is no test {shown}."
        if {"design", "operator"} & one.keys() and not (ROOT / one.get("where", "?")).exists():
            yield f"{one['id']}: there is no {one.get('where', 'place named')}."


@cache
def _tests_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text()))
    names = (node.name for node in nodes if isinstance(node, ast.FunctionDef))
    return frozenset(name.removeprefix("test_") for name in names if name.startswith("test_"))


def draw_page(files: Mapping[str, str], requirements: Sequence[Requirement]) -> str:
    targets = [one for one in requirements if is_target(one)]
    lines = [
        "# The security standard, line by line",
        "",
        "Made by `python -m tools.asvs` from tests/security/asvs.yaml. Do not edit.",
        "",
        "Numbers and levels are those of the [OWASP Application Security Verification Standard 5.0.0]"
        "(https://github.com/OWASP/ASVS) (CC BY-SA 4.0, © OWASP Foundation); the words are ours, and shorter.",
        f"Held to: level 2 whole, level 3 in {', '.join(sorted(WHOLE, key=lambda one: int(one[1:])))}.",
        "A named test fails when the requirement is broken in the way it tries; no list of tests proves a house safe.",
        "",
        "| | of what we hold ourselves to | of all 345 |",
        "|---|---|---|",
        *(f"| {words} | {_count(targets, state)} | {_count(requirements, state)} |" for state, words in STATES.items()),
    ]
    for chapter in dict.fromkeys(one["id"].partition(".")[0] for one in requirements):
        lines += ["", f"## {chapter}", "", "| Number | Level | About | State | How |", "|---|---|---|---|---|"]
        lines += [_row(one, files) for one in requirements if one["id"].partition(".")[0] == chapter]
    return "\n".join(lines) + "\n"


def _count(requirements: Sequence[Requirement], state: str) -> int:
    return sum(state_of(one) == state for one in requirements)


def _row(one: Requirement, files: Mapping[str, str]) -> str:
    state = state_of(one)
    how = "<br>".join(_sentence(shown, files) for shown in one["shown_by"]) if state == "shown_by" else one[state]
    if where := one.get("where"):
        how += f" [{where}](../../{where})"
    level = f"{one['level']}{'' if is_target(one) else ' (beyond)'}"
    return f"| {one['id']} | {level} | {one['about']} | {STATES[state]} | {how} |"


def _sentence(shown: str, files: Mapping[str, str]) -> str:
    name, _, test = shown.partition("::")
    return f"[{test.replace('_', ' ')}](../../{files[name]})"


def _record(requirements: Sequence[Requirement]) -> None:
    still_open = [one for one in requirements if state_of(one) == "open"]
    targets = sum(map(is_target, still_open))
    operators = _count([one for one in requirements if is_target(one)], "operator")
    record_measurement(
        Path(os.environ.get("GAPURA_HOME", ROOT / "var")),
        promise="asvs",
        kept=True,
        figures={"open": targets, "open_beyond": len(still_open) - targets, "operators": operators},
        now=clock.now(),
        command="python -m tools.asvs",
    )


def main() -> int:
    files, requirements = read_table()
    mistakes = list(find_mistakes(files, requirements))
    page = draw_page(files, requirements) if not mistakes else ""
    if "--check" not in sys.argv and page:
        PAGE.write_text(page)
        _record(requirements)
    if page and PAGE.read_text() != page:
        mistakes.append("docs/reference/asvs.md is not what the table gives: run python -m tools.asvs")
    print("\n".join(mistakes) or f"{PAGE.relative_to(ROOT)}: {_count(requirements, 'open')} open")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
