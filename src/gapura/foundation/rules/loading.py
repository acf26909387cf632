"""Reads a country's law from its files."""

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation.rules.authoring import Aggregate, Chapter, Written
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.law import AS_OF, EARLIEST, LATEST, Entity, Input, Law
from gapura.foundation.rules.parameters import ParameterFile, Timeline, make_timeline
from gapura.foundation.rules.units import Kind, Unit, parse_unit


def load(folder: Path, package: str = "") -> Law:
    """Read a country's law: ``entities.yaml codes.yaml inputs.yaml words.yaml parameters/*.yaml`` and its chapters
    (``*.py`` with a module-level ``chapter``; ``package`` is the folder's name as a package). Raises LawError."""
    entities = {
        name: Entity(name, entry["title"], tuple(entry.get("groups", ())), int(entry.get("most", 1)))
        for name, entry in _yaml(folder / "entities.yaml").items()
    }
    codes = _yaml(folder / "codes.yaml")
    files = [ParameterFile(path, codes).read() for path in sorted((folder / "parameters").glob("*.yaml"))]
    parameters = {parameter.name: parameter for file in files for parameter in file}
    inputs = _read_inputs(folder / "inputs.yaml", entities, codes)
    rules = _gather(
        [_chapter(path, package) for path in sorted(folder.glob("*.py")) if path.stem != "__init__"], entities
    )
    law = Law(folder, entities, codes, inputs, parameters, rules, _yaml(folder / "words.yaml"))
    _refuse_doubles(law)
    return law


def _yaml(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {} if path.exists() else {}


def _chapter(path: Path, package: str) -> Chapter | None:
    name = f"{package}.{path.stem}" if package else f"law_{sha256(str(path).encode()).hexdigest()[:12]}"
    module = sys.modules.get(name)
    if module is None:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    chapter = getattr(module, "chapter", None)
    return chapter if isinstance(chapter, Chapter) else None


def _gather(
    chapters: Sequence[Chapter | None], entities: Mapping[str, Entity]
) -> dict[str, Timeline[Written | Aggregate]]:
    versions: dict[str, list[Written | Aggregate]] = {}
    for chapter in chapters:
        rules: list[Written | Aggregate] = [*chapter.written, *chapter.aggregates] if chapter else []
        for each in rules:
            if not each.cite:
                raise LawError(each.place, f"{each.name} cites no article.", "Say cite=… with law and article.")
            if each.of not in entities:
                raise LawError(each.place, f"{each.name} is of a {each.of!r}.", f"Entities: {', '.join(entities)}.")
            versions.setdefault(each.name, []).append(each)
    return {name: make_timeline(name, each) for name, each in versions.items()}


def _refuse_doubles(law: Law) -> None:
    for name, line in law.rules.items():
        if name in law.inputs or name in law.parameters or name == AS_OF:
            raise LawError(line.versions[0].place, f"{name} is declared twice.", "An input or parameter has the name.")


def _read_inputs(path: Path, entities: Mapping[str, Entity], codes: Mapping[str, Any]) -> dict[str, Input]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = {}
    for name, entry in _yaml(path).items():
        place = f"{path}:{next((n for n, line in enumerate(lines, 1) if line.startswith(f'{name}:')), 1)}"
        if entry.get("of") not in entities:
            raise LawError(place, f"{name} is of a {entry.get('of')!r}.", f"Entities: {', '.join(entities)}.")
        unit, low, high = _bounds(place, name, entry, codes)
        default = entry.get("default")
        if unit.kind is Kind.CODE and default is not None:
            default = list(codes[unit.codes]).index(default)
        found[name] = Input(
            name, entry["of"], unit, low, high, None if default is None else int(default), entry.get("title", {}),
            entry.get("question", {}), place,
        )  # fmt: skip
    return found


def _bounds(place: str, name: str, entry: Mapping[str, Any], codes: Mapping[str, Any]) -> tuple[Unit, int, int]:
    if chosen := entry.get("codes"):
        if chosen not in codes:
            raise LawError(place, f"{name}: there is no list of codes {chosen!r}.", f"There are: {', '.join(codes)}.")
        return Unit(Kind.CODE, codes=chosen), 0, len(codes[chosen]) - 1
    try:
        unit = parse_unit(str(entry.get("unit", "")))
    except ValueError as error:
        raise LawError(place, f"{name}: {entry.get('unit')!r} is no unit.", "Say money/year, number, flag …") from error
    if unit.kind is Kind.FLAG:
        return unit, 0, 1
    if unit.kind is Kind.DATE:
        return unit, EARLIEST, LATEST
    limits = entry.get("range")
    if not isinstance(limits, list) or len(limits) != 2:
        raise LawError(place, f"{name} has no range.", "Say range: [least, most], so that nothing can overflow.")
    return unit, int(limits[0]), int(limits[1])
