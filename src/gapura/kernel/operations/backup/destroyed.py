"""What persons lawfully destroyed, in signed, chained lines beside the copies: a restore destroys it again (ADR 46)."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.notes import BadNote, Signer, Verifier, open_note, sign_note
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.manifests import Piece, digest_of, open_manifest
from gapura.kernel.operations.backup.sealing import Place, new_content_key, unwrap
from gapura.kernel.operations.types import BackupRefused, Deed

VERSION = 1


@dataclass(frozen=True, slots=True)
class DeedLine:
    """A deed as it lies in the open: what it names, and where its protocol lies, locked to the shares (``piece``)."""

    number: int
    previous: str
    source: str
    code: str
    ended_at: str
    named: Mapping[str, Any]
    piece: Piece
    wrapped: Mapping[str, str]

    @property
    def place(self) -> Place:
        return Place(f"destroyed/{self.source}/{self.code}", 0, True)


def open_line(text: str, house: Verifier) -> DeedLine:
    """The line that ``house`` signed. Raises BackupRefused."""
    try:
        said: dict[str, Any] = json.loads(open_note(text, house))
    except BadNote as error:
        raise BackupRefused(
            f"A line of what was destroyed was not signed by this house, or altered afterwards ({error}). Nothing is "
            "destroyed on its word. Find out who could write beside the copies, and restore from another place."
        ) from error
    if said.pop("destroyed", None) != VERSION:
        raise BackupRefused("This is no line of what was destroyed, or one of another version of Gapura.")
    return DeedLine(**said | {"piece": Piece(**said["piece"])})


def list_lines(target: Target, house: Verifier) -> Iterator[DeedLine]:
    """Every line, the chain unbroken. Raises BackupRefused when one is forged, missing or in another's place."""
    previous = ""
    for number in range(1, target.count_deeds() + 1):
        text = target.get_deed(number)
        line = open_line(text, house)
        if (line.number, line.previous) != (number, previous):
            raise BackupRefused(f"At place {number} of what was destroyed lies another line: it was put there.")
        previous = digest_of(text)
        yield line


def add_deed(target: Target, deed: Deed, *, recipient: bytes, signer: Signer) -> int:
    """Put the deed behind the newest line; returns its number. Raises BackupRefused, also when another came first."""
    count, key = target.count_deeds(), new_content_key()
    plain = canonical_bytes(deed.protocol)
    locked = key.lock(plain, Place(f"destroyed/{deed.source}/{deed.code}", 0, True))
    piece = Piece(hashlib.sha256(locked).hexdigest(), len(locked), len(plain))
    target.put_object(piece.sha256, locked)
    line = DeedLine(
        count + 1,
        digest_of(target.get_deed(count)) if count else "",
        deed.source,
        deed.code,
        deed.ended_at,
        deed.named,
        piece,
        key.wrap(recipient),
    )
    target.put_deed(
        count + 1, sign_note(json.dumps({"destroyed": VERSION, **asdict(line)}, sort_keys=True) + "\n", signer)
    )
    return line.number


def open_deeds(target: Target, house: Verifier, secret: X25519PrivateKey) -> list[Deed]:
    """All that was destroyed until now, with the protocols. Raises BackupRefused, also when the last lines are gone."""
    lines = list(list_lines(target, house))
    numbers = target.list_numbers()
    known = open_manifest(target.get_manifest(numbers[-1]), house).destroyed if numbers else 0
    if len(lines) < known:
        raise BackupRefused(
            f"Beside the newest copy lay {known} lines of what was destroyed, now {len(lines)}: somebody took them "
            "away, and what a committee destroyed would be back. Restore from another place."
        )
    return [_open(target, line, secret) for line in lines]


def _open(target: Target, line: DeedLine, secret: X25519PrivateKey) -> Deed:
    plain = unwrap(line.wrapped, secret).open(target.get_object(line.piece.sha256), line.place)
    return Deed(line.source, line.code, line.ended_at, line.named, json.loads(plain))
