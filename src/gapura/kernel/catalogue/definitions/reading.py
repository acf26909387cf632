"""YAML with line numbers, without YAML's surprises: ``no`` and ``on`` are words, a key stands once."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gapura.kernel.catalogue.definitions.problems import BadDefinitions, Problem

Location = tuple[str | int, ...]
_BOOLEAN = "tag:yaml.org,2002:bool"
_DEEPEST = 20


class _Loader(yaml.CSafeLoader):
    """Reads only ``true`` and ``false`` as booleans."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class Source:
    """A file as read: its data, where each piece of it stands, and the hash of its bytes."""

    file: Path
    data: Any
    lines: dict[Location, int]
    version: str
    text: str

    def line_of(self, location: Location) -> int:
        """The line of the piece at ``location``, or of the nearest piece around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def problem(self, location: Location, message: str) -> Problem:
        return Problem(self.file, self.line_of(location), message)


def read_source(file: Path) -> Source:
    """Read one YAML file. Raises BadDefinitions when it is missing or is not YAML."""
    try:
        content = file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadDefinitions([Problem(file, 1, f"The file cannot be read: {reason}.")]) from error
    return parse_source(file, content)


def parse_typed(file: Path, text: str) -> Source:
    """What somebody typed, as the ``file`` it would be. Raises BadDefinitions.

    Aliases, which let a few lines stand for more than any machine holds, and deep nesting, which costs the parser
    the square of its depth, are refused before anything is built.
    """
    content, depth = text.encode(), 0
    try:
        for event in yaml.parse(content, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                said = "Aliases (*name) are not used in definitions. Write it out."
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise BadDefinitions([Problem(file, line, said)])
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise _too_deep(file)
    except yaml.YAMLError:
        pass  # parse_source says where and why
    return parse_source(file, content)


def parse_source(file: Path, content: bytes) -> Source:
    """The content of ``file``. Raises BadDefinitions when it is not YAML."""
    try:
        loader = _Loader(content)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"This is not YAML: {error.problem}. Check quotes, colons and indentation here."
        raise BadDefinitions([Problem(file, line, message)]) from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise BadDefinitions([Problem(file, 1, f"This is not YAML in UTF-8: {error}.")]) from error
    except RecursionError as error:
        raise _too_deep(file) from error
    lines: dict[Location, int] = {}
    try:
        repeated = list(_walk(node, (), lines))
    except RecursionError as error:
        raise _too_deep(file) from error
    if repeated:
        raise BadDefinitions(
            Problem(file, line, f"The key '{key}' stands here a second time. Keep one of the two.")
            for line, key in repeated
        )
    return Source(file, data, lines, hashlib.sha256(content).hexdigest(), content.decode(errors="replace"))


def _too_deep(file: Path) -> BadDefinitions:
    return BadDefinitions([Problem(file, 1, "This is nested too deeply, or an alias contains itself. Write it flat.")])


def _walk(node: yaml.Node | None, location: Location, lines: dict[Location, int]) -> Iterator[tuple[int, str]]:
    """Note the line of every piece below ``node``; yield keys that stand twice in one mapping."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*location, key.value)
            if place in lines:
                yield key.start_mark.line + 1, key.value
            lines[place] = key.start_mark.line + 1
            yield from _walk(value, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[(*location, position)] = item.start_mark.line + 1
            yield from _walk(item, (*location, position), lines)
