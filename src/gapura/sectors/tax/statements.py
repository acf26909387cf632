"""The arithmetic of a return, without tables: items read of records, changed by a person, set before the law."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gapura.kernel.catalogue.queries import get_agency
from gapura.sectors.tax.return_kinds import ItemRule, Plain, ReturnKind
from gapura.sectors.tax.types import Item, Origin

Row = dict[str, Any]


def read_items(
    code: str, rule: ItemRule, records: Sequence[Mapping[str, Any]], names: Mapping[str, Plain], **source: str
) -> list[Item]:
    """The items of one rule in the records of an answer. ``names``: what ``$…`` stands for; ``source``: who said it."""
    if rule.given and not any(_fits(record, rule.given, names) for record in records):
        return []
    chosen = [record for record in records if _fits(record, rule.only, names)]
    return [_read_item(code, rule, record, source) for record in chosen]


def build_household(kind: ReturnKind, items: Iterable[Item]) -> dict[str, list[Row]]:
    """The rows that the law reckons with: an item's own, or one of its entity for all its items together."""
    household: dict[str, list[Row]] = {kind.entity: [{"sources": {}}]}
    for item in items:
        rule = kind.items[item.code]
        if not item.counts:
            continue
        rows = household.setdefault(rule.of, [])
        if rule.own_row or not rows:
            rows.append({"sources": {}})
        _add_up(rows[-1] if rule.own_row else rows[0], item)
    return household


def merge_items(fresh: Sequence[Item], before: Iterable[Item]) -> list[Item]:
    """What registers say now, with what the person had changed, left out or added to it.

    A correction of something that the register has changed since stands no longer: the person sees the new value.
    """
    changed = {item.key: item for item in before if item.origin is not Origin.REGISTER}
    kept = []
    for item in fresh:
        own = changed.pop(item.key, None)
        same = own is not None and dict(own.given) == dict(item.values)
        kept.append(replace(own, access_id=item.access_id) if own is not None and same else item)
    return kept + [item for item in changed.values() if item.origin is Origin.ADDED]


def find_overlaps(kind: ReturnKind, items: Iterable[Item]) -> list[tuple[Item, Item]]:
    """Pairs of counted items of one payer that share a month, where the kind says that they must not."""
    found = []
    counted: list[Item] = []
    for item in items:
        apart = kind.items[item.code].apart
        if apart is None or not item.counts:
            continue
        found += [(one, item) for one in counted if one.code == item.code and _overlap(one, item, apart)]
        counted.append(item)
    return found


def count_dependants(items: Iterable[Item]) -> list[str]:
    """The numbers of the persons who are counted as dependants, each once."""
    return sorted({item.person for item in items if item.person and item.counts})


def compare_items(before: Sequence[Item], after: Sequence[Item]) -> list[tuple[Item | None, Item | None]]:
    """What differs between two statements: pairs of an item before and after; None where there was or is none."""
    old, new = ({item.key: item for item in items} for items in (before, after))
    keys = dict.fromkeys((*old, *new))
    pairs = ((old.get(key), new.get(key)) for key in keys)
    return [(one, other) for one, other in pairs if _said(one) != _said(other)]


def _said(item: Item | None) -> object:
    return None if item is None or not item.counts else dict(item.values)


def _fits(record: Mapping[str, Any], wanted: Mapping[str, tuple[Plain, ...]], names: Mapping[str, Plain]) -> bool:
    return all(record.get(field) in [_named(value, names) for value in values] for field, values in wanted.items())


def _named(value: Plain, names: Mapping[str, Plain]) -> Plain:
    return names[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def _read_item(code: str, rule: ItemRule, record: Mapping[str, Any], source: Mapping[str, str]) -> Item:
    read = {name: reading.read(record) for name, reading in rule.inputs.items()}
    values = {name: value for name, value in read.items() if value is not None}
    marks = [str(record[field]) for field in rule.key]
    return Item(
        key=":".join((code, *marks)),
        code=code,
        values=values,
        given=values,
        origin=Origin.REGISTER,
        label=str(record.get(rule.label) or ""),
        person=str(record.get(rule.person) or "") if rule.person else "",
        facts={field: record[field] for field in rule.facts if record.get(field) is not None},
        **source,
    )


def _add_up(row: Row, item: Item) -> None:
    for name, value in item.values.items():
        is_amount = isinstance(value, int) and not isinstance(value, bool)
        row[name] = row.get(name, 0) + value if is_amount else value
        if item.provider or item.label:
            row["sources"].setdefault(name, item.label or get_agency(item.provider).title)


def _overlap(one: Item, other: Item, apart: tuple[str, str, str]) -> bool:
    payer, first, last = apart
    same = one.facts.get(payer) == other.facts.get(payer)
    begins, ends = (lambda item: int(item.facts.get(first, 1))), (lambda item: int(item.facts.get(last, 12)))
    return same and begins(one) <= ends(other) and begins(other) <= ends(one)
