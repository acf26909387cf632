"""The counter's journal of one pack: a line for each paper, signed and chained to the line before, only ever added.

First a line that opens the pack, last one that closes it with the count of papers: what is cut off at the end shows.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.notes import BadNote, Verifier, check_signature, decode_base64, encode_base64
from gapura.kernel.operations.counters.keys import CounterKeys
from gapura.kernel.operations.types import CounterRefused

OPEN, ISSUE, CLOSE = "open", "issue", "close"


@dataclass(frozen=True)
class Line:
    """One line: its place, the digest of the line before, what was done, when by the counter's clock, by whom."""

    place: int
    before: str
    kind: str
    at: datetime
    by: tuple[str, ...]
    body: Mapping[str, Any]
    digest: str


def read_lines(content: bytes, verifier: Verifier) -> list[Line]:
    """Every line, its signature and its chain checked. Raises CounterRefused, which names the first line that fails."""
    lines: list[Line] = []
    for number, raw in enumerate(content.splitlines(keepends=True)):
        before = lines[-1] if lines else None
        try:
            line = _parse(raw, verifier)
            fits = line.place == number and line.before == (before.digest if before else "")
        except (BadNote, ValueError, TypeError, LookupError) as error:
            raise CounterRefused(_changed(number, str(error))) from error
        if not fits or not raw.endswith(b"\n"):
            raise CounterRefused(_changed(number, "it does not follow the line before"))
        if before and (before.kind == CLOSE or line.at < before.at):
            raise CounterRefused(_changed(number, "it comes after the end, or earlier than the line before"))
        lines.append(line)
    if not lines or lines[0].kind != OPEN:
        raise CounterRefused("The journal has no beginning. Copy the whole file from the counter again.")
    return lines


@contextmanager
def held(path: Path) -> Iterator[None]:
    """One command at a time; and a line that a killed one left half is taken away: its paper was never handed out."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        content = handle.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            handle.truncate(whole)
            os.fsync(handle.fileno())
        yield


def append_line(
    path: Path, lines: Sequence[Line], kind: str, body: Mapping[str, Any], keys: CounterKeys, now: datetime
) -> Line:
    """Add a line after ``lines``. It stands, or nothing does, whenever the machine stops."""
    plain: dict[str, Any] = {
        "place": len(lines),
        "before": lines[-1].digest if lines else "",
        "kind": kind,
        "at": now.isoformat(),
        "by": list(keys.by),
        "body": dict(body),
    }
    signature = keys.journal.secret.sign(canonical_bytes(plain))
    raw = canonical_bytes({**plain, "signature": encode_base64(signature)}) + b"\n"
    new = not lines
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "ab", buffering=0) as handle:
        handle.write(raw)
        os.fsync(handle.fileno())
    if new:
        _sync_folder(path.parent)
    return _parse(raw, keys.journal.verifier)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _parse(raw: bytes, verifier: Verifier) -> Line:
    plain = json.loads(raw)
    signature = decode_base64(plain.pop("signature"))
    check_signature(canonical_bytes(plain), signature, verifier)
    return Line(
        **{
            **plain,
            "at": datetime.fromisoformat(plain["at"]),
            "by": tuple(plain["by"]),
            "digest": hashlib.sha256(raw).hexdigest(),
        }
    )


def _changed(number: int, why: str) -> str:
    return (
        f"The journal was changed at line {number + 1}: {why}. Nothing of it was taken. Copy the file from the counter "
        "again; if it is the same there, keep the machine as evidence and withdraw the pack (gapura counter withdraw)."
    )
