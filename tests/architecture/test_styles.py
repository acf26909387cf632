"""Styles and templates: nothing is styled that no page has, and a page stands only on what is below it."""

import re
from collections.abc import Iterable
from pathlib import Path

from tools.dead_templates import list_templates
from tools.tracked import list_files

FLOORS = ("web", "kernel", "sectors", "bundles", "portal", "desk", "demo")
SOURCES = ("src/gapura/**.html", "src/gapura/**.py", "src/gapura/**.js")
CLASS_ATTRIBUTE = re.compile(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', re.DOTALL)
QUOTED = re.compile(r"""["']([\w\- {}.]+)["']""")
NAME = re.compile(r"[A-Za-z_][\w-]*")
STEM = re.compile(r"([A-Za-z_][\w-]*(?:-|__))(?=\{|$)")
"""The fixed half of a name that is put together, as in ``tag--{{ kind }}``."""


def find_unused_classes(sheets: Iterable[str], sources: Iterable[str]) -> list[str]:
    """Classes in the style sheets that no source names, neither whole nor in two halves."""
    named: set[str] = set()
    stems: set[str] = set()
    for source in sources:
        for words in CLASS_ATTRIBUTE.findall(source) + QUOTED.findall(source):
            named.update(NAME.findall(words))
            stems.update(STEM.findall(words))
    styled = {name for sheet in sheets for name in _list_classes(sheet)}
    return sorted(name for name in styled if name not in named and not _is_put_together(name, named, stems))


def _list_classes(sheet: str) -> set[str]:
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    return {name for selector in selectors for name in re.findall(r"\.([A-Za-z_][\w-]*)", selector)}


def _is_put_together(name: str, named: set[str], stems: set[str]) -> bool:
    halves = [name.removeprefix(stem) for stem in stems if name.startswith(stem)]
    return any(half in named or half.isdigit() for half in halves)


def _read(*patterns: str) -> list[str]:
    found = list_files(*patterns)
    return [path.read_text() for path in found if "tests" not in path.parts and "migrations" not in path.parts]


def test_every_styled_class_is_on_some_page() -> None:
    assert find_unused_classes(_read("src/gapura/**/static/**.css"), _read(*SOURCES)) == []


def test_a_class_that_no_page_has_is_found() -> None:
    sheet = "/* .said { */ .card .card__foot { } @media (width > 2rem) { .tag--info, .tag--old { } }"
    page = '<p class="card{{ " card__foot" if last }}"><b class="tag tag--{{ kind }}">'
    assert find_unused_classes([sheet], [page, 'kind = "info"']) == ["tag--old"]


def _owner(template: Path) -> str:
    """The module of a template, as ``kernel.cases``."""
    folders = template.parts[template.parts.index("gapura") + 1 :]
    return ".".join(folders[: folders.index("templates")])


def _floor(owner: str) -> int:
    return FLOORS.index(owner.partition(".")[0])


def find_climbing(templates: dict[str, tuple[str, str]]) -> list[str]:
    """Templates that name one of a floor above, or of another sector; ``templates``: owner and text by name."""
    found = []
    for name, (owner, text) in templates.items():
        for other in re.findall(r"{%-?\s*(?:include|extends|from|import)\s+[\"']([^\"']+)", text):
            theirs = templates[other][0]
            is_beside = theirs != owner and _floor(theirs) == _floor(owner) == FLOORS.index("sectors")
            if is_beside or _floor(theirs) > _floor(owner):
                found.append(f"{name} names {other}")
    return found


def test_a_template_stands_on_its_own_module_and_the_floors_below() -> None:
    pages = {name: path for name, path in list_templates().items() if path.suffix == ".html"}
    assert find_climbing({name: (_owner(path), path.read_text()) for name, path in pages.items()}) == []


def test_a_shell_that_knows_a_sector_is_found_and_a_sector_that_knows_another() -> None:
    pages = {
        "shell/page.html": ("web", '{% include "tax/bar.html" %}'),
        "tax/bar.html": ("sectors.tax", '{% extends "shell/page.html" %}'),
        "civil/birth.html": ("sectors.civil", '{% include "tax/bar.html" %}'),
    }
    assert find_climbing(pages) == ["shell/page.html names tax/bar.html", "civil/birth.html names tax/bar.html"]
