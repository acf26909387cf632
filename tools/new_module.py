"""`make new-module M=sectors/welfare`: the smallest module that passes every check, ready to be filled."""

import re
import sys
from pathlib import Path

FLOORS = ("sectors", "bundles")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

FILES = {
    "__init__.py": '"""{title}: say in one sentence what it does, under which law and which standard."""\n',
    "apps.py": """from django.apps import AppConfig


class {camel}Config(AppConfig):
    name = "gapura.{floor}.{name}"
    label = "{name}"
""",
    "types.py": '"""Words of this module: enums and frozen dataclasses that others may use."""\n',
    "events.py": '"""What has happened here: frozen dataclasses in the past tense."""\n',
    "rules.py": '"""Rules of this module as pure functions, each citing its article."""\n',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_module.py": """from django.apps import apps


def test_the_module_stands_in_the_house() -> None:
    assert apps.get_app_config("{name}").name == "gapura.{floor}.{name}"
""",
    "README.md": """# {title}

What it is for, in two sentences.

## States

Draw the states of the main object and what moves it from one to the next.

## Words

The terms of the field, each once; add them to docs/glossary.md.

## Journeys

1. Who comes, what they want, what they get.
""",
}
NEXT = """{folder} is there, and installed. What comes next, in this order:
  models.py and `gapura makemigrations {name}`, actions.py and queries.py with their tests,
  public_services.py when the module offers a service; every column of every model classed in personal_data.yaml.
`make check` tells what is missing."""


class CannotScaffold(Exception):
    """The module cannot be made; ``str()`` says why and what to type instead."""


def create_module(root: Path, place: str) -> Path:
    """Make the module ``place`` (``sectors/welfare``) in the house at ``root`` and install it.

    Raises CannotScaffold for a place that is no floor for modules, a bad name, or a module that exists.
    """
    floor, _, name = place.partition("/")
    if floor == "kernel":
        raise CannotScaffold("A kernel module needs a rank first: place it in .importlinter, then copy a neighbor.")
    if floor not in FLOORS or not NAME.fullmatch(name):
        raise CannotScaffold("Say where it goes, in lower case: make new-module M=sectors/welfare (or bundles/…).")
    folder = root / "src" / "gapura" / floor / name
    if folder.exists():
        raise CannotScaffold(f"{folder.relative_to(root)} exists already; nothing was changed.")
    words = {
        "floor": floor,
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "camel": "".join(word.capitalize() for word in name.split("_")),
    }
    for file, text in FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**words))
    _install(root / "src" / "gapura" / "config" / "settings.py", f"gapura.{floor}.{name}")
    return folder


def _install(settings: Path, module: str) -> None:
    text = settings.read_text()
    first_above = '    "gapura.portal",\n'
    if text.count(first_above) != 1:
        raise CannotScaffold(f'INSTALLED_APPS has changed its shape: add "{module}" to it by hand.')
    settings.write_text(text.replace(first_above, f'    "{module}",\n{first_above}'))


def main() -> int:
    try:
        folder = create_module(Path.cwd(), sys.argv[1] if len(sys.argv) > 1 else "")
    except CannotScaffold as error:
        print(error, file=sys.stderr)
        return 1
    print(NEXT.format(folder=folder.relative_to(Path.cwd()), name=folder.name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
