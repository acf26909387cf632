"""From the server's log into the vault: received, locked and sent within seconds, never written to a disk here."""

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from gapura.foundation import clock
from gapura.foundation.notes import Signer
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.manifests import Piece, digest_of
from gapura.kernel.operations.backup.replication import Ended, Link, Received, Server, connected
from gapura.kernel.operations.backup.sealing import PIECE_BYTES, new_content_key
from gapura.kernel.operations.backup.stretches import Stretch, find_newest_stretch, lsn, parse_lsn, sign_stretch
from gapura.kernel.operations.types import BackupRefused

Told = Callable[[Stretch], None]
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_HISTORY = re.compile(r"^\s*(\d+)\s+([0-9A-F]+/[0-9A-F]+)", re.MULTILINE)


class Shipper:
    """Where the vault's log stands, and how the next stretch gets there."""

    def __init__(self, target: Target, *, recipient: bytes, signer: Signer, told: Told = lambda stretch: None) -> None:
        self._target, self._recipient, self._signer, self._told = target, recipient, signer, told
        newest = find_newest_stretch(target, signer.verifier)
        self._last: Stretch | None = newest[0] if newest else None
        self._digest = newest[1] if newest else ""
        self._waiting, self._whole_until, self._history = bytearray(), _NEVER, ""
        self._system, self._timeline, self._sent_to = "", 0, 0

    def ship(self, address: str, *, every: float, until: Callable[[], bool], after_gap: bool = False) -> None:
        """Send a stretch every few seconds, also an empty one, until ``until``. Raises BackupRefused."""
        while not until():
            with connected(address) as link:
                self._begin(link, after_gap=after_gap)
                with suppress(Ended):
                    while not until():
                        self._send_once(link, every)
            after_gap = False

    def _begin(self, link: Link, *, after_gap: bool) -> None:
        server, segment, kept_from = link.identify(), link.get_segment_bytes(), link.reserve_slot(anew=after_gap)
        if self._last is None or after_gap:
            start = server.timeline, kept_from // segment * segment
        else:
            start = self._continue(self._last, server, link, segment)
        if self._last is None or start[0] != self._last.timeline or after_gap:
            self._history = link.get_history(start[0])
        self._system, (self._timeline, self._sent_to) = server.system, start
        self._waiting.clear()
        link.start(*start)

    def _continue(self, last: Stretch, server: Server, link: Link, segment: int) -> tuple[int, int]:
        """The timeline and position to go on from: the next byte, or where the next timeline branched off before it."""
        if server.system != last.system:
            raise BackupRefused(
                f"This is another database cluster ({server.system}) than the log in the vault is of ({last.system}). "
                "Give it a vault of its own, or set GAPURA_REPLICATION right."
            )
        branches = {int(parent): parse_lsn(at) for parent, at in _HISTORY.findall(link.get_history(server.timeline))}
        lines = [*sorted(branches), server.timeline]
        if last.timeline not in lines:
            raise BackupRefused(f"The server's history knows no timeline {last.timeline}, which {last} is of.")
        branched_at = branches.get(last.timeline)
        if branched_at is None or last.end < branched_at:
            return last.timeline, last.end
        return lines[lines.index(last.timeline) + 1], branched_at // segment * segment

    def _send_once(self, link: Link, every: float) -> None:
        try:
            for received in link.receive(every):
                self._take(received)
                if len(self._waiting) >= PIECE_BYTES:
                    self._send()
        except (BackupRefused, Ended):
            if self._waiting:  # what came before the server died
                self._send()
            raise
        self._send()
        link.confirm(self._sent_to, self._sent_to, clock.now())

    def _take(self, received: Received) -> None:
        here = self._sent_to + len(self._waiting)
        if received.content and received.start != here:
            raise BackupRefused(f"The server jumped from {lsn(here)} to {lsn(received.start)} of its log.")
        self._waiting += received.content
        if here + len(received.content) >= received.server_end:
            self._whole_until = received.sent_at

    def _send(self) -> None:
        """What waits, as a signed stretch; nothing is confirmed to the server before the vault has it."""
        number, content = (self._last.number + 1 if self._last else 1), bytes(self._waiting)
        end, moment = self._sent_to + len(content), self._moment()
        stretch = Stretch(
            number, self._digest, self._system, self._timeline, self._sent_to, end, moment, history=self._history
        )
        if content:
            key = new_content_key()
            locked = key.lock(content, stretch.place)
            piece = Piece(hashlib.sha256(locked).hexdigest(), len(locked), len(content))
            self._target.put_object(piece.sha256, locked)
            stretch = replace(stretch, piece=piece, wrapped=key.wrap(self._recipient))
        text = sign_stretch(stretch, self._signer)
        self._target.put_stretch(number, text)
        self._last, self._digest, self._sent_to, self._history = stretch, digest_of(text), end, ""
        self._waiting.clear()
        self._told(stretch)

    def _moment(self) -> str:
        """Never before the stretch before: a new primary's clock may be behind the old one's."""
        known: datetime = self._last.moment if self._last else self._whole_until
        return max(known, self._whole_until).isoformat()
