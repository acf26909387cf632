"""What a house knows of its own copies, and what about a new one looks wrong."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from gapura.kernel.operations.backup.stretches import Stretch

SHRUNK_TO = 0.5
ROWS_LOST = 0.2
ROWS_THAT_MATTER = 100
ENCRYPTED_ABOVE = 0.9  # random bytes do not compress: kept size over plain size
ENCRYPTED_RISE = 0.25


def read_state() -> dict[str, Any]:
    """The last copy and the last failure; empty before the first."""
    return _read(_file("last"))


def write_state(state: Mapping[str, Any]) -> None:
    """Replace what is known; old or new, never torn."""
    _write(_file("last"), state)


def write_log_state(stretch: Stretch) -> None:
    """Note how far the write-ahead log is in the vault."""
    _write(_file("wal"), {"number": stretch.number, "whole_until": stretch.whole_until})


def find_copy_age(now: datetime) -> float | None:
    """Seconds since the last copy that arrived; None when none ever did."""
    taken_at = read_state().get("taken_at")
    return (now - datetime.fromisoformat(taken_at)).total_seconds() if taken_at else None


def find_log_age(now: datetime) -> float | None:
    """Seconds since which the write-ahead log is not in the vault; None when it was never sent."""
    until = _read(_file("wal")).get("whole_until")
    return (now - datetime.fromisoformat(until)).total_seconds() if until else None


def list_oddities(before: Mapping[str, Any], sizes: Mapping[str, Any], rows: Mapping[str, int]) -> Iterator[str]:
    """What an attack or a mistake would change: stores that shrank or turned unreadable, tables that lost rows."""
    for store, (plain, kept) in sizes.items():
        if store not in before.get("sizes", {}):
            continue
        plain_before, kept_before = before["sizes"][store]
        if plain < plain_before * SHRUNK_TO:
            yield f"{store} shrank from {plain_before} to {plain} bytes"
        ratio, ratio_before = kept / max(plain, 1), kept_before / max(plain_before, 1)
        if ratio > ENCRYPTED_ABOVE and ratio > ratio_before + ENCRYPTED_RISE:
            yield f"{store} looks encrypted: it compressed to {ratio_before:.0%} before, and to {ratio:.0%} now"
    for table, number in before.get("rows", {}).items():
        left = rows.get(table, 0)
        if number > ROWS_THAT_MATTER and left < number * (1 - ROWS_LOST):
            yield f"table {table} went from {number} to {left} rows"


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, state: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(state, indent=1, sort_keys=True))
    draft.replace(file)


def _file(name: str) -> Path:
    return Path(settings.GAPURA_HOME) / "backup" / f"{name}.json"
