"""Making a copy: every declared store, in order, into pieces that only the shares open."""

import base64
import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.notes import Signer, parse_signer
from gapura.kernel.operations.backup.databases import copy_files, dump_database
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.manifests import Manifest, Piece, digest_of, open_manifest, sign_manifest
from gapura.kernel.operations.backup.replication import connected
from gapura.kernel.operations.backup.sealing import PIECE_BYTES, ContentKey, Place, new_content_key
from gapura.kernel.operations.stores import BASE, DATABASE, SECRET, Store, list_copied, list_undeclared
from gapura.kernel.operations.types import BackupRefused

DATABASE_FILE = "database"
INDEX = ""
Advance = Callable[[str, int], None]
"""Told after each piece: which store, and how many bytes of it were added."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made. ``sizes``: for each store its bytes as they were and as they were kept."""

    number: int
    taken_at: datetime
    sizes: Mapping[str, tuple[int, int]]
    rows: Mapping[str, int]


class _Writer(io.RawIOBase):
    """Takes a stream, and sends it away in locked pieces."""

    def __init__(self, target: Target, key: ContentKey, store: str, advance: Advance) -> None:
        self._target, self._key, self._store, self._advance = target, key, store, advance
        self._pieces: list[Piece] = []
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE_BYTES:
            self._send(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]
        return len(data)

    def finish(self) -> tuple[Piece, ...]:
        """Send what is left, marked as the last."""
        self._send(bytes(self._waiting), last=True)
        return tuple(self._pieces)

    def _send(self, plain: bytes, *, last: bool) -> None:
        locked = self._key.lock(plain, Place(self._store, len(self._pieces), last))
        name = hashlib.sha256(locked).hexdigest()
        self._target.put_object(name, locked)
        self._pieces.append(Piece(name, len(locked), len(plain)))
        self._advance(self._store, len(plain))


def make_copy(
    target: Target,
    *,
    recipient: bytes,
    now: datetime,
    base: bool = False,
    advance: Advance = lambda store, size: None,
) -> Copy:
    """Copy every declared store to ``target``. Nothing counts until the signed list is there.

    ``base``: the database as its own files, straight from the server, for the write-ahead log to continue.
    Raises BackupRefused when something undeclared lies in the house, or the target refuses.
    """
    home, key = Path(settings.GAPURA_HOME), new_content_key()
    if undeclared := list(list_undeclared(home, connection.settings_dict["NAME"])):
        raise BackupRefused(
            f"{', '.join(undeclared)} in {home} belongs to no declared store, so nothing was copied. "
            "Declare it in operations/stores.py, or take it away."
        )
    number, previous = _next_place(target)
    pieces: dict[str, tuple[Piece, ...]] = {}
    rows: dict[str, int] = {}
    stores = list_copied(BASE if base else DATABASE)
    for store in stores:
        writer = _Writer(target, key, store.code, advance)
        if store is BASE:
            rows = copy_files(writer.write, settings.GAPURA_REPLICATION)
        elif store is DATABASE:
            rows = _add_database(writer)
        else:
            with tarfile.open(fileobj=writer, mode="w|") as archive:
                _add(archive, home, store)
        pieces[store.code] = writer.finish()
    index = _Writer(target, key, INDEX, advance)
    index.write(canonical_bytes(_describe(rows, stores)))
    pieces[INDEX] = index.finish()
    manifest = Manifest(number, previous, now.isoformat(), key.wrap(recipient), pieces, target.count_deeds())
    target.put_manifest(number, sign_manifest(manifest, get_copy_signer()))
    sizes = {store: (sum(p.plain for p in found), sum(p.size for p in found)) for store, found in pieces.items()}
    return Copy(number, now, sizes, rows)


def get_copy_signer() -> Signer:
    """The key that signs lists. Raises BackupRefused when there is none yet."""
    file = Path(settings.GAPURA_HOME) / "keys" / "backup.ed25519"
    if not file.exists():
        raise BackupRefused("This house has no backup key yet. Two officials make it: gapura backup keys FOLDER.")
    return parse_signer(file.read_text())


def get_recipient() -> bytes:
    """The public half of the key that only the shares make. Raises BackupRefused when there is none yet."""
    file = Path(settings.GAPURA_HOME) / "keys" / "backup.recipient"
    if not file.exists():
        raise BackupRefused("This house has no backup key yet. Two officials make it: gapura backup keys FOLDER.")
    return base64.b64decode(file.read_text())


def _next_place(target: Target) -> tuple[int, str]:
    numbers = target.list_numbers()
    if not numbers:
        return 1, ""
    text = target.get_manifest(numbers[-1])
    open_manifest(text, get_copy_signer().verifier)
    return numbers[-1] + 1, digest_of(text)


def _add_database(writer: _Writer) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="gapura-copy-") as folder:
        dump = Path(folder) / DATABASE_FILE
        rows = dump_database(dump)
        with tarfile.open(fileobj=writer, mode="w|") as archive:
            archive.add(dump, DATABASE_FILE)
    return rows


def _add(archive: tarfile.TarFile, home: Path, store: Store) -> None:
    if store is SECRET:  # it may come from the environment; a copy without it could not open the log's seals
        _add_bytes(archive, store.path, "\n".join((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).encode())
        return
    for file in _list_files(home / store.path, store.first):
        try:
            _add_bytes(archive, str(file.relative_to(home)), file.read_bytes(), file.stat().st_mode & 0o777)
        except FileNotFoundError:  # a partial tile that a fuller one replaced meanwhile; that one follows
            continue


def _list_files(path: Path, first: tuple[str, ...]) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for name in first:
        if (path / name).is_file():
            yield path / name
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            file = Path(folder) / name
            if not name.endswith((".new", ".lock")) and not (file.parent == path and name in first):
                yield file


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o600) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def _describe(rows: Mapping[str, int], stores: Sequence[Store]) -> dict[str, Any]:
    known: dict[str, Any] = {"rows": dict(rows), "vendor": connection.vendor, "stores": [one.code for one in stores]}
    return known | {"base": _describe_server()} if BASE in stores else known


def _describe_server() -> dict[str, Any]:
    """What whoever plays the log forward must know of the server and the database."""
    with connected(settings.GAPURA_REPLICATION) as link:
        system, segment_bytes = link.identify().system, link.get_segment_bytes()
    connection.ensure_connection()
    known = connection.settings_dict
    return {
        "system": system,
        "segment_bytes": segment_bytes,
        "version": connection.connection.info.server_version // 10_000,
        "database": known["NAME"],
        "user": known["USER"],
    }
