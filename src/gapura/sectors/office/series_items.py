"""A series as calendar programs know it: its rule, what falls out of it, and each repetition that departs from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from gapura.sectors.office.recurrence import FURTHEST, expand
from gapura.sectors.office.types import Item


class Series(Protocol):
    """What is read of a series of meetings; times in UTC."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    rule: str
    sequence: int


def draw_series(series: Series, items: Sequence[Item]) -> list[Item]:
    """The repetitions that stand (one item each, at least one, each with its ``original_at``) under one rule.

    The words are those of the first that was not moved; whatever says something else departs from the rule.
    """
    length = series.ends_at - series.starts_at
    pattern = next((one for one in items if not _departs(one, one, length)), items[0])
    known = {one.original_at for one in items}
    first = series.starts_at
    beginnings = expand(first, zone=series.zone, rule=series.rule, since=first, until=FURTHEST)
    whole = replace(
        pattern,
        starts_at=series.starts_at,
        ends_at=series.ends_at,
        original_at=None,
        rule=series.rule,
        sequence=series.sequence if pattern.status == "CONFIRMED" else _last_sequence(series, items),
        changed_at=max(one.changed_at for one in items),
        removed=[one for one in beginnings if one not in known],
    )
    return [whole, *(one for one in items if _departs(one, pattern, length))]


def _last_sequence(series: Series, items: Sequence[Item]) -> int:
    """Of a series that falls out: newer than whatever was sent of it before."""
    return max(series.sequence + 1, *(one.sequence for one in items))


def _departs(item: Item, pattern: Item, length: timedelta) -> bool:
    if item.starts_at != item.original_at or item.ends_at - item.starts_at != length:
        return True
    return (item.title, item.place, item.note, item.status) != (
        pattern.title, pattern.place, pattern.note, pattern.status,
    )  # fmt: skip
