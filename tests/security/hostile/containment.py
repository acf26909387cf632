"""Whether the house contains a hostile file: every door it could come through, and what it leaves behind."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.foundation.sandbox_child import MEMORY_BYTES, WALL_SECONDS
from gapura.foundation.uploads import Kind, accept_upload
from gapura.sectors.civil.actions.population_file.cells import CannotReadFile, find_encoding, open_text, read_rows
from tests.security.hostile.corpus import MEGABYTE, Hostile

OPENERS = (
    "gapura.foundation.openers:redraw_picture",
    "gapura.foundation.openers:find_active_parts",
    "gapura.kernel.documents.sealing.opening:find_hidden_claims",
)
MOST_GROWTH = 64 * MEGABYTE  # of the house itself, beside the file and its copies
_SECRETS = (b"SECRET-CAMERA", b"system($_GET", b"Exif", b"root:")


@dataclass(frozen=True)
class Report:
    """What was wrong with how one file was met; nothing when it was contained."""

    code: str
    complaints: tuple[str, ...]
    seconds: float


def contain(file: Hostile, *, force: bool = False) -> Report:
    """Bring ``file`` to every door of the house; with ``force`` also to openers that would never be asked."""
    content, started = file.make(), time.monotonic()
    files_before, memory_before = _list_files(), _peak_memory()
    complaints = [*_verified(file, content), *_uploaded(file, content), *_imported(content)]
    if force:
        complaints += [line for opener in OPENERS for line in _opened(opener, content)]
    complaints += [f"it left {name}" for name in sorted(_list_files() - files_before)]
    if (growth := _peak_memory() - memory_before - 8 * len(content)) > MOST_GROWTH:
        complaints.append(f"the house itself grew by {growth // MEGABYTE} MiB")
    return Report(file.code, tuple(complaints), time.monotonic() - started)


def _verified(file: Hostile, content: bytes) -> Iterator[str]:
    """The page where anybody may send a document."""
    sent = SimpleUploadedFile("x.pdf", content, "application/pdf")
    sent._name = file.file_name  # as a browser of ill will would write it, past our own tidying
    answer = Client(raise_request_exception=False).post("/verify/", {"file": sent})
    if answer.status_code not in (200, 400):
        yield f"/verify/ answered {answer.status_code}"
    if b"outcome-genuine" in answer.content or b"<script" in answer.content:
        yield "/verify/ took it for genuine, or repeated it"


def _uploaded(file: Hostile, content: bytes) -> Iterator[str]:
    """The door for whatever else people may send."""
    try:
        upload = accept_upload(content, kinds=set(Kind), most_bytes=5 * MEGABYTE)
    except FileRefused as refusal:
        if file.is_redrawn:
            yield f"a picture that is only indiscreet was refused: {refusal}"
        yield from _ceilings(refusal.peak_bytes, 0)
        return
    if upload.kind is Kind.PICTURE and not file.is_redrawn:
        yield "a picture that should have been refused was redrawn"
    if any(secret in upload.content for secret in _SECRETS):
        yield "what the picture carried along is still in it"


def _imported(content: bytes) -> Iterator[str]:
    """The population file of a country, up to its cells."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        try:
            with open_text(path, find_encoding(path)) as lines:
                for _row, _ in zip(read_rows(lines, ",", first_line=1), range(1_000), strict=False):
                    pass
        except CannotReadFile:
            return
        except Exception as error:
            yield f"the population file's reader failed with {type(error).__name__}"


def _opened(opener: str, content: bytes) -> Iterator[str]:
    started = time.monotonic()
    try:
        peak = open_apart(opener, content).peak_bytes
    except FileRefused as refusal:
        peak = refusal.peak_bytes
    yield from _ceilings(peak, time.monotonic() - started)


def _ceilings(peak: int, seconds: float) -> Iterator[str]:
    if peak > MEMORY_BYTES:
        yield f"opening it took {peak // MEGABYTE} MiB"
    if seconds > WALL_SECONDS + 5:
        yield f"opening it took {seconds:.0f} seconds"


def _list_files() -> set[str]:
    """What lies in the house's home and where temporary files are made."""
    places: tuple[tuple[Path, Callable[[Path], Iterator[Path]]], ...] = (
        (Path(settings.GAPURA_HOME), lambda place: place.rglob("*")),
        (Path(tempfile.gettempdir()), lambda place: place.glob("*hostile*")),
        (Path(tempfile.gettempdir()), lambda place: place.glob("*.upload*")),
    )
    ours = (".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal", ".db")
    return {str(path) for place, listed in places for path in listed(place) if not path.name.endswith(ours)}


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
