"""A transparency log as a folder of files: what is published, copied by witnesses and checked by anybody.

FOLDER/key                     the verifying key, for convenience: learn it from somebody else as well
FOLDER/checkpoint              the signed state
FOLDER/tile/<level>/<index>    hashes (C2SP tlog-tiles)
FOLDER/tile/entries/<index>    entries
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gapura.foundation.merkle import HASH_SIZE
from gapura.foundation.notes import Checkpoint, Verifier, open_checkpoint, parse_checkpoint, parse_verifier
from gapura.foundation.tiles import (
    TILE_WIDTH,
    ReadTile,
    pack_entries,
    tile_path,
    tiles_between,
    unpack_entries,
)

ReadEntries = Callable[[int, int], Sequence[bytes]]
"""The entries from one leaf index up to another, exclusive."""
Progress = Callable[[int, int], None]
"""Told after each step: how many of how many leaves are done."""


class LogFolder:
    """A published log. Files appear whole or not at all, the checkpoint last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staged: dict[Path, Path] = {}

    def find_note(self) -> str | None:
        """The published checkpoint as signed; None when nothing was published yet."""
        file = self.folder / "checkpoint"
        return file.read_text() if file.exists() else None

    def find_checkpoint(self, verifier: Verifier) -> Checkpoint | None:
        """What the published checkpoint says. Raises BadNote when ``verifier`` did not sign it."""
        note = self.find_note()
        return None if note is None else open_checkpoint(note, verifier)

    def read_verifier(self) -> Verifier:
        """The key that lies with the log. Raises BadNote, OSError."""
        return parse_verifier((self.folder / "key").read_text())

    def read_tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile; empty when it is missing, shorter when it is."""
        return self._read(level, index, width)[: width * HASH_SIZE]

    def read_entries(self, index: int, width: int) -> list[bytes]:
        """The first ``width`` entries of a bundle. Raises ValueError when it is torn."""
        return unpack_entries(self._read("entries", index, width))[:width]

    def publish(
        self,
        note: str,
        verifier: Verifier,
        read_tile: ReadTile,
        read_entries: ReadEntries,
        progress: Progress = lambda done, total: None,
    ) -> None:
        """Bring the folder up to the checkpoint ``note``, which must extend what is published."""
        with self._locked():
            published = self.find_note()
            old, new = parse_checkpoint(published).size if published else 0, parse_checkpoint(note).size
            if old >= new and published:
                return
            grown = list(tiles_between(old, new))
            for level, index, width in grown:
                self._stage(tile_path(level, index, width), read_tile(level, index)[: width * HASH_SIZE])
                if level == 0:
                    start = index * TILE_WIDTH
                    bundle = pack_entries(read_entries(start, start + width))
                    self._stage(tile_path("entries", index, width), bundle)
                    progress(start + width, new)
            self._stage("key", f"{verifier}\n".encode())
            self._show_staged()
            self._stage("checkpoint", note.encode())
            self._show_staged()
            for level, index, width in grown:
                if width == TILE_WIDTH:
                    self._forget_partial(level, index)

    def _read(self, level: int | str, index: int, width: int) -> bytes:
        """A partial tile, or the full one that took its place since."""
        for candidate in (width, TILE_WIDTH):
            file = self.folder / tile_path(level, index, candidate)
            if file.exists():
                return file.read_bytes()
        return b""

    def _stage(self, path: str, content: bytes) -> None:
        """Write a file beside its place."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.new")
        new.write_bytes(content)
        self._staged[new] = file

    def _show_staged(self) -> None:
        """Put the staged files into their places, such that a power cut leaves no torn one."""
        for new in self._staged:
            _sync(new)
        for new, file in self._staged.items():
            new.rename(file)
        for folder in {file.parent for file in self._staged.values()}:
            _sync(folder)
        self._staged.clear()

    def _forget_partial(self, level: int, index: int) -> None:
        for kind in (level, "entries") if level == 0 else (level,):
            shutil.rmtree(self.folder / f"{tile_path(kind, index)}.p", ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; the lock goes with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
