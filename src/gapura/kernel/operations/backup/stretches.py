"""The write-ahead log in the vault: signed, chained stretches, each a range of bytes of one timeline (ADR 19)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from gapura.foundation.notes import BadNote, Signer, Verifier, open_note, sign_note
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.manifests import Piece, digest_of
from gapura.kernel.operations.backup.sealing import Place
from gapura.kernel.operations.types import BackupRefused

VERSION = 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes from ``start`` to ``end`` of a timeline, and until when they say everything.

    ``system`` is the database cluster's own number. ``piece`` is None where nothing was written. A timeline's first
    stretch begins with a segment and brings the server's ``history`` of that timeline.
    """

    number: int
    previous: str
    system: str
    timeline: int
    start: int
    end: int
    whole_until: str
    piece: Piece | None = None
    wrapped: Mapping[str, str] = field(default_factory=dict)
    history: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.whole_until)

    @property
    def place(self) -> Place:
        return Place(f"wal/{self.system}/{self.timeline}/{self.start}", 0, True)

    def __str__(self) -> str:
        return (
            f"stretch {self.number} of the write-ahead log (timeline {self.timeline}, {lsn(self.start)} to "
            f"{lsn(self.end)}, written until {self.moment:%Y-%m-%d %H:%M:%S} UTC)"
        )

    def follows(self, before: "Stretch") -> bool:
        """Whether nothing is missing between: the next byte, or a timeline that branched off before it."""
        if self.system != before.system:
            return False
        if self.timeline == before.timeline:
            return self.start == before.end
        return self.timeline > before.timeline and self.start <= before.end


def lsn(position: int) -> str:
    """A position as PostgreSQL writes it."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


def parse_lsn(text: str) -> int:
    """The position that PostgreSQL wrote as ``text``."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def sign_stretch(stretch: Stretch, signer: Signer) -> str:
    """The stretch's line with the house's signature below."""
    return sign_note(json.dumps({"wal": VERSION, **asdict(stretch)}, sort_keys=True) + "\n", signer)


def open_stretch(text: str, house: Verifier) -> Stretch:
    """The stretch that ``house`` signed. Raises BackupRefused."""
    try:
        said: dict[str, Any] = json.loads(open_note(text, house))
    except BadNote as error:
        raise BackupRefused(
            f"A stretch of the write-ahead log was not signed by this house, or altered afterwards ({error})."
        ) from error
    if said.pop("wal", None) != VERSION:
        raise BackupRefused("This is no stretch of a write-ahead log, or one of another version of Gapura.")
    piece = said.pop("piece")
    return Stretch(**said, piece=Piece(**piece) if piece else None)


def find_newest_stretch(target: Target, house: Verifier) -> tuple[Stretch, str] | None:
    """The last stretch with its digest; None before the first. Raises BackupRefused."""
    number = target.count_stretches()
    if not number:
        return None
    text = target.get_stretch(number)
    return open_stretch(text, house), digest_of(text)


def list_stretches(target: Target, house: Verifier, *, since: datetime) -> Iterator[Stretch]:
    """From the last that was whole before ``since`` to the newest, the chain unbroken. Raises BackupRefused."""
    newest, digest = target.count_stretches(), ""
    for number in range(_first_needed(target, house, newest, since), newest + 1):
        text = target.get_stretch(number)
        stretch = open_stretch(text, house)
        if stretch.number != number or (digest and stretch.previous != digest):
            raise BackupRefused(f"At place {number} of the write-ahead log lies another: {stretch}. It was put there.")
        digest = digest_of(text)
        yield stretch


def _first_needed(target: Target, house: Verifier, newest: int, since: datetime) -> int:
    """By halves: stretches are in the order of their time, and there may be a million."""
    low, high = 1, newest
    while low < high:
        middle = (low + high + 1) // 2
        if open_stretch(target.get_stretch(middle), house).moment < since:
            low = middle
        else:
            high = middle - 1
    return low
