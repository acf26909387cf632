"""Bringing a copy back: from the target and two shares alone, into an empty folder and an empty database."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.notes import Verifier
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.making import DATABASE_FILE, INDEX
from gapura.kernel.operations.backup.manifests import Manifest, Piece, digest_of, open_manifest
from gapura.kernel.operations.backup.sealing import ContentKey, Place, unwrap
from gapura.kernel.operations.backup.stretches import find_newest_stretch
from gapura.kernel.operations.stores import BASE, DATABASE
from gapura.kernel.operations.types import BackupRefused

Advance = Callable[[str, int, int], None]
"""Told after each piece: which store, bytes done of all bytes of the copy."""
LONGEST_AGE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the list, the rows each table had, and where the database's file lies."""

    manifest: Manifest
    rows: dict[str, int]
    vendor: str
    database: Path


@dataclass(frozen=True, slots=True)
class DatabaseFiles:
    """PostgreSQL's own files below ``folder``, and what must be known to play the log into them.

    ``moment``: when the copy began; ``end``: the position up to which the files have the log with them.
    """

    folder: Path
    moment: datetime
    end: int
    system: str
    segment_bytes: int
    version: int
    database: str
    user: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def dump(self) -> Path:
        return self.folder / DATABASE_FILE


@dataclass(frozen=True, slots=True)
class Plan:
    """What loses least: the newest copy, and the database from a copy of its files (``base``) and the log behind it.

    ``moment``: until when everything is there.
    """

    newest: Manifest
    base: Manifest | None
    moment: datetime


def choose(
    target: Target, house: Verifier, *, now: datetime, longest_age: timedelta = LONGEST_AGE, at: datetime | None = None
) -> Plan:
    """The plan to bring everything back as it was lately, or ``at`` a moment. Raises BackupRefused."""
    copies = [one for one in list_copies(target, house) if at is None or one.moment <= at]
    if not copies:
        raise BackupRefused(f"There is no copy here{f' from before {at:%Y-%m-%d %H:%M:%S}' if at else ''}. Look for "
                            "another medium or vault.")  # fmt: skip
    newest, log = copies[-1], find_newest_stretch(target, house)
    base = next((one for one in reversed(copies) if BASE.code in one.pieces), None)
    log_until = log[0].moment if base and log else newest.moment
    if log_until <= newest.moment and BASE.code not in newest.pieces:
        base = None
    moment = max(newest.moment, log_until)
    if (age := now - moment) > longest_age:
        raise BackupRefused(
            f"The newest copy here was made {age.days} days ago. Copies stopped, or an older state was put in place of "
            "a newer one. If there is nothing newer and the loss is accepted, say so with --longest-age."
        )
    return Plan(newest, base, min(moment, at) if at else moment)


def list_copies(target: Target, house: Verifier) -> Iterator[Manifest]:
    """Every list, the chain unbroken. Raises BackupRefused when one is forged, torn or missing."""
    numbers = target.list_numbers()
    if numbers != list(range(1, len(numbers) + 1)):
        raise BackupRefused("Lists are missing between the first and the newest copy: somebody took them away.")
    previous = ""
    for number in numbers:
        text = target.get_manifest(number)
        manifest = open_manifest(text, house)
        if (manifest.number, manifest.previous) != (number, previous):
            raise BackupRefused(
                f"The list at place {number} is another one (copy {manifest.number}): it was put there."
            )
        previous = digest_of(text)
        yield manifest


def restore_files(
    target: Target,
    manifest: Manifest,
    secret: X25519PrivateKey,
    home: Path,
    advance: Advance = lambda s, d, t: None,
    *,
    with_database: bool = True,
) -> Restored:
    """Write every store of the copy below ``home``, which must be empty; the database's file beside it.

    Raises BackupRefused; what was written until then is to be thrown away.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(home.iterdir()):
        raise BackupRefused(f"{home} is not empty. Restore into an empty folder, so that nothing old stays beside.")
    opened = _Opened(target, manifest, secret, advance)
    folder = _database_folder(home)
    for code in opened.index["stores"]:
        if code == BASE.code or (code == DATABASE.code and not with_database):
            continue
        opened.extract(code, folder if code == DATABASE.code else home)
    return Restored(manifest, opened.index["rows"], opened.index["vendor"], folder / DATABASE_FILE)


def restore_database_files(
    target: Target, manifest: Manifest, secret: X25519PrivateKey, home: Path, advance: Advance = lambda s, d, t: None
) -> DatabaseFiles:
    """Write PostgreSQL's own files of the copy beside ``home``. Raises BackupRefused."""
    opened = _Opened(target, manifest, secret, advance)
    folder, base = _database_folder(home), opened.index["base"]
    opened.extract(BASE.code, folder / "data")
    last = max(file.name for file in (folder / "data" / "pg_wal").glob("[0-9A-F]" * 24))
    a_log = 0x1_0000_0000 // base["segment_bytes"]
    end = (int(last[8:16], 16) * a_log + int(last[16:], 16) + 1) * base["segment_bytes"]
    return DatabaseFiles(folder, manifest.moment, end, **base)


def _database_folder(home: Path) -> Path:
    folder = home.with_name(f"{home.name}.database")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class _Opened:
    """A copy with its key."""

    def __init__(self, target: Target, manifest: Manifest, secret: X25519PrivateKey, advance: Advance) -> None:
        self._target, self._manifest, self._key = target, manifest, unwrap(manifest.wrapped, secret)
        self._counter = _Counter(advance, sum(p.plain for found in manifest.pieces.values() for p in found))
        self.index = json.loads(b"".join(self._open(INDEX)))
        if missing := [code for code in self.index["stores"] if code not in manifest.pieces]:
            raise BackupRefused(f"The copy lacks {', '.join(missing)}. Restore from another copy.")

    def extract(self, code: str, folder: Path) -> None:
        """Write what the store holds below ``folder``."""
        stream = _Reader(self._open(code))
        with tarfile.open(fileobj=io.BufferedReader(stream), mode="r|") as archive:
            archive.extractall(folder, filter="data")
        while stream.read(1 << 20):  # the archive ends before its last piece does: open that one, too
            pass

    def _open(self, code: str) -> Iterator[bytes]:
        return _open_pieces(self._target, self._key, code, self._manifest.pieces.get(code, ()), self._counter)


@dataclass(slots=True)
class _Counter:
    advance: Advance
    total: int
    done: int = 0

    def add(self, store: str, size: int) -> None:
        self.done += size
        self.advance(store, self.done, self.total)


def _open_pieces(
    target: Target, key: ContentKey, store: str, pieces: tuple[Piece, ...], counter: _Counter
) -> Iterator[bytes]:
    if not pieces:
        raise BackupRefused(f"The copy holds nothing of {store or 'its index'}. Restore from another copy.")
    for index, piece in enumerate(pieces):
        plain = key.open(target.get_object(piece.sha256), Place(store, index, index == len(pieces) - 1))
        counter.add(store, len(plain))
        yield plain


class _Reader(io.RawIOBase):
    """The opened pieces as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
