"""Where copies lie: objects by the hash of their bytes, lists by number. What is there is never written again."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from gapura.kernel.operations.types import BackupRefused

SHELF = 1000


class Target(Protocol):
    """Anything that takes copies: a mounted folder, or a vault over the network."""

    def put_object(self, name: str, content: bytes) -> None:
        """Keep ``content``, whose SHA-256 is ``name``. Raises BackupRefused."""

    def put_manifest(self, number: int, text: str) -> None:
        """Keep the list ``number``, once. Raises BackupRefused."""

    def list_numbers(self) -> list[int]:
        """The numbers of all lists, ascending."""

    def get_manifest(self, number: int) -> str:
        """A list. Raises BackupRefused when it is missing."""

    def put_stretch(self, number: int, text: str) -> None:
        """Keep the signed line of stretch ``number`` of the write-ahead log, once. Raises BackupRefused."""

    def count_stretches(self) -> int:
        """The number of the newest stretch; 0 before the first."""

    def get_stretch(self, number: int) -> str:
        """A stretch's signed line. Raises BackupRefused when it is missing."""

    def put_deed(self, number: int, text: str) -> None:
        """Keep the signed line ``number`` of what was destroyed, once. Raises BackupRefused."""

    def count_deeds(self) -> int:
        """The number of the newest line of what was destroyed; 0 before the first."""

    def get_deed(self, number: int) -> str:
        """A line of what was destroyed. Raises BackupRefused when it is missing."""

    def get_object(self, name: str) -> bytes:
        """An object as it was put. Raises BackupRefused when it is missing, torn or altered."""


class CopyFolder:
    """Copies in a folder; the vault keeps its own in one, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_object(self, name: str, content: bytes) -> None:
        if hashlib.sha256(content).hexdigest() != name:
            raise BackupRefused(f"The bytes of object {name[:12]} do not have that hash; they were torn on the way.")
        with contextlib.suppress(FileExistsError):  # the same name is the same bytes
            _write_once(self._object(name), content)

    def put_manifest(self, number: int, text: str) -> None:
        try:
            _write_once(self._manifest(number), text.encode())
        except FileExistsError as error:
            raise BackupRefused(
                f"Copy {number} exists already and is never overwritten. Is another house using this place?"
            ) from error

    def has_object(self, name: str, size: int) -> bool:
        """Whether an object of that size is here."""
        file = self._object(name)
        return file.exists() and file.stat().st_size == size

    def remove_object(self, name: str) -> bool:
        """Whether there was such an object; for the keeper's disposal alone, after the retention."""
        file = self._object(name)
        if not file.exists():
            return False
        file.unlink()
        return True

    def list_numbers(self) -> list[int]:
        return sorted(int(file.name) for file in (self.folder / "manifests").glob("[0-9]*"))

    def get_manifest(self, number: int) -> str:
        return self._read(self._manifest(number), f"The list of copy {number}").decode()

    def put_stretch(self, number: int, text: str) -> None:
        try:
            _write_once(self._stretch(number), text.encode())
        except FileExistsError as error:
            raise BackupRefused(
                f"Stretch {number} of the write-ahead log exists already. Is another `gapura wal ship` running?"
            ) from error

    def count_stretches(self) -> int:
        return _newest(self.folder / "wal")

    def get_stretch(self, number: int) -> str:
        return self._read(self._stretch(number), f"The line of stretch {number} of the write-ahead log").decode()

    def put_deed(self, number: int, text: str) -> None:
        try:
            _write_once(self._deed(number), text.encode())
        except FileExistsError as error:
            raise BackupRefused(
                f"Line {number} of what was destroyed exists already. Somebody else adds to it now; try again."
            ) from error

    def count_deeds(self) -> int:
        return _newest(self.folder / "destroyed")

    def get_deed(self, number: int) -> str:
        return self._read(self._deed(number), f"Line {number} of what was destroyed").decode()

    def get_object(self, name: str) -> bytes:
        content = self._read(self._object(name), f"Object {name[:12]}")
        if hashlib.sha256(content).hexdigest() != name:
            raise BackupRefused(f"Object {name[:12]} is torn or altered: its hash differs. Restore from another copy.")
        return content

    def _object(self, name: str) -> Path:
        return self.folder / "objects" / name[:2] / name

    def _manifest(self, number: int) -> Path:
        return self.folder / "manifests" / f"{number:08}"

    def _stretch(self, number: int) -> Path:
        """A shelf has few enough for a look through it at every deposit."""
        return self.folder / "wal" / f"{number // SHELF:06}" / f"{number:09}"

    def _deed(self, number: int) -> Path:
        return self.folder / "destroyed" / f"{number // SHELF:06}" / f"{number:09}"

    def _read(self, file: Path, what: str) -> bytes:
        try:
            return file.read_bytes()
        except FileNotFoundError as error:
            raise BackupRefused(f"{what} is missing: the copy is not whole. Restore from another copy.") from error


def _newest(folder: Path) -> int:
    shelves = sorted(folder.glob("[0-9]*"))
    return max((int(file.name) for file in shelves[-1].glob("[0-9]*")), default=0) if shelves else 0


def _write_once(file: Path, content: bytes) -> None:
    """Make ``file`` appear whole and durable. Raises FileExistsError when it is there already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(draft, file)
    finally:
        Path(draft).unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
