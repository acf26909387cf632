"""The signed list of a copy: its number, the list before it, and every object by the hash of its bytes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from gapura.foundation.notes import BadNote, Signer, Verifier, open_note, sign_note
from gapura.kernel.operations.types import BackupRefused

VERSION = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One object: the hash of its bytes as kept, its size, and how many bytes it holds when opened."""

    sha256: str
    size: int
    plain: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What may be known of a copy without any key. ``pieces`` by store, in order; the store "" is the index.

    ``destroyed``: how many lines of what was destroyed lay beside the copy when it was made.
    """

    number: int
    previous: str
    taken_at: str
    wrapped: Mapping[str, str]
    pieces: Mapping[str, tuple[Piece, ...]]
    destroyed: int = 0

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def names(self) -> set[str]:
        return {piece.sha256 for pieces in self.pieces.values() for piece in pieces}


def sign_manifest(manifest: Manifest, signer: Signer) -> str:
    """The list as text with the house's signature below."""
    return sign_note(json.dumps({"version": VERSION, **asdict(manifest)}, sort_keys=True) + "\n", signer)


def open_manifest(text: str, house: Verifier) -> Manifest:
    """The list that ``house`` signed. Raises BackupRefused."""
    try:
        said: dict[str, Any] = json.loads(open_note(text, house))
    except BadNote as error:
        raise BackupRefused(
            f"A list of this copy was not signed by this house, or altered afterwards ({error}). Use another copy."
        ) from error
    if said.pop("version", None) != VERSION:
        raise BackupRefused("The copy was made by another version of Gapura; restore it with that version.")
    pieces = {store: tuple(Piece(**piece) for piece in found) for store, found in said.pop("pieces").items()}
    return Manifest(**said, pieces=pieces)


def digest_of(text: str) -> str:
    """How the next list names this one."""
    return hashlib.sha256(text.encode()).hexdigest()
