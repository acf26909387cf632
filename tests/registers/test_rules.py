"""What every register of the house keeps to, whichever sector it belongs to."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import yaml
from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.registers.actions import ForbidOverlap
from gapura.kernel.registers.queries import get_register_owner, list_registers


def _ruled(label: str) -> dict[str, tuple[str, ...]]:
    """Models of the app ``label`` whose migrations forbid overlapping entries, with the subject they rule by."""
    package = import_module(f"gapura.sectors.{label}.migrations")
    operations = (
        operation
        for module in iter_modules(package.__path__)
        for operation in import_module(f"{package.__name__}.{module.name}").Migration.operations
    )
    return {one.model_name: one.subject_fields for one in operations if isinstance(one, ForbidOverlap)}


def test_of_one_subject_no_two_believed_entries_share_a_day_unless_the_register_says_so() -> None:
    registers = list_registers()
    assert registers
    for register in registers:
        ruled_by = _ruled(register._meta.app_label).get(register.__name__)
        assert ruled_by == (None if register.overlaps else register.subject_fields), register._meta.label


def test_every_register_has_an_agency_that_keeps_it() -> None:
    for register in list_registers():
        assert get_register_owner(register._meta.app_label)


def _twice(node: yaml.Node) -> Iterator[str]:
    """Keys that stand twice in one mapping; the second would silently prevail."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        yield from (key for key in set(keys) if keys.count(key) > 1)
        for _, value in node.value:
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)


def test_no_two_registers_call_different_things_by_one_printed_name() -> None:
    labels = load(settings.GAPURA_JURISDICTION).path("templates", "labels.yaml")
    assert not list(_twice(yaml.compose(labels.read_text(encoding="utf-8"))))


def test_a_key_that_stands_twice_is_seen() -> None:
    assert list(_twice(yaml.compose("a: {b: 1, c: 2, b: 3}"))) == ["b"]
