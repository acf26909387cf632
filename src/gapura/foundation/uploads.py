"""The one door for files that people send: kind by content, ceilings before reading, opened only in the sandbox."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from gapura.foundation.sandbox import FileRefused, Refusal, open_apart

_OPENERS = "gapura.foundation.openers"


class Kind(StrEnum):
    """What a file is, told by its first bytes; what it is called counts for nothing."""

    PDF = "pdf"
    PICTURE = "picture"


_BEGINNINGS = ((b"%PDF-", Kind.PDF), (b"\x89PNG\r\n\x1a\n", Kind.PICTURE), (b"\xff\xd8\xff", Kind.PICTURE))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: a picture drawn anew (JPEG), or a PDF that does nothing by itself, as it was sent."""

    kind: Kind
    content: bytes


def find_kind(content: bytes) -> Kind | None:
    """What the bytes begin as."""
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), None)


def accept_upload(content: bytes, *, kinds: Collection[Kind], most_bytes: int) -> Upload:
    """The file in a form that harms nobody who opens it. Raises FileRefused.

    Whoever calls has compared the announced size with ``most_bytes`` before reading.
    """
    kind = find_kind(content)
    if len(content) > most_bytes:
        raise FileRefused(Refusal.CONTENT, f"The file is larger than {most_bytes // 1024} KiB.")
    if kind is None or kind not in kinds:
        raise FileRefused(Refusal.CONTENT, f"The file is none of: {', '.join(sorted(kinds))}.")
    if kind is Kind.PICTURE:
        return Upload(kind, open_apart(f"{_OPENERS}:redraw_picture", content).content)
    if parts := open_apart(f"{_OPENERS}:find_active_parts", content).value:
        raise FileRefused(Refusal.CONTENT, f"The PDF would do something by itself: {', '.join(parts)}.")
    return Upload(kind, content)
