"""The house's side of witnessing: send each checkpoint to every witness, keep what they signed and what they refused.

All of it lies with the published log, outside the database: ``witnessed`` is the newest checkpoint that the quorum
signed, ``witnesses.json`` what each witness last said.
"""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from urllib3.exceptions import HTTPError

from gapura.foundation.cosignatures import add_cosignature, find_cosigned_at
from gapura.foundation.egress import call, parse_allowed, with_addresses
from gapura.foundation.merkle import prove_consistency
from gapura.foundation.notes import BadNote, Verifier, encode_base64, parse_checkpoint, parse_verifier
from gapura.foundation.tiles import subtree_reader
from gapura.kernel.audit.tree import find_newest_note, published_log, read_tile
from gapura.kernel.audit.types import WitnessState, WitnessView

TIMEOUT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who watches our log, and where they answer."""

    verifier: Verifier
    address: str


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    text: str

    def find_seen(self) -> int | None:
        """How many entries the witness saw, where that is its answer."""
        word = self.text.strip()
        return int(word) if self.status == 409 and word.isascii() and word.isdigit() else None


def list_witnesses() -> list[Witness]:
    """Who watches (GAPURA_WITNESSES: ``KEY ADDRESS`` pairs between commas). Raises BadNote."""
    pairs = [pair.split() for pair in settings.GAPURA_WITNESSES.split(",") if pair.strip()]
    wrong = [" ".join(pair) for pair in pairs if len(pair) != 2]
    if wrong:
        raise BadNote(f"GAPURA_WITNESSES: {wrong[0]!r} is not a key, a space and an address.")
    return [Witness(parse_verifier(key), address.rstrip("/")) for key, address in pairs]


def count_quorum(witnesses: Sequence[Witness]) -> int:
    """How many witnesses must agree: GAPURA_WITNESS_QUORUM, else more than half of them."""
    return settings.GAPURA_WITNESS_QUORUM or (len(witnesses) // 2 + 1 if witnesses else 0)


def collect_cosignatures(now: datetime) -> list[WitnessState]:
    """Show the newest checkpoint to every witness; keep and publish what they say. Reads the tree, writes no table."""
    witnesses = list_witnesses()
    note = find_newest_note() if witnesses else None
    if note is None:
        return []
    before = read_states()
    sizes = {one.verifier.name: before[one.verifier.name].size for one in witnesses if one.verifier.name in before}
    offers = [_Offer(one, note, sizes.get(one.verifier.name, 0)) for one in witnesses]
    # Proofs are made here, for the database's connection belongs to this thread; asking goes side by side.
    for offer in offers:
        offer.prove()
    with ThreadPoolExecutor(len(offers)) as pool:
        replies = list(pool.map(_Offer.send, offers))
    states, cosigned = [], note
    for offer, reply in zip(offers, replies, strict=True):
        state, cosigned = _Judgment(offer, now).conclude(reply, cosigned)
        states.append(state)
    if sum(state.view is WitnessView.AGREES for state in states) >= count_quorum(witnesses):
        _write(_witnessed_file(), cosigned)
    _write(_states_file(), json.dumps([asdict(state) for state in states], indent=1, default=str) + "\n")
    return states


def read_states() -> dict[str, WitnessState]:
    """What each witness last said, by its name."""
    file = _states_file()
    found = json.loads(file.read_text()) if file.exists() else []
    return {
        one["name"]: WitnessState(
            one["name"], WitnessView(one["view"]), one["size"], datetime.fromisoformat(one["at"]), one["what"]
        )
        for one in found
    }


def find_witnessed_note() -> str | None:
    """The newest checkpoint that the quorum signed, with their lines; None when there is none yet."""
    file = _witnessed_file()
    return file.read_text() if file.exists() else None


def list_cosigned(note: str, witnesses: Sequence[Witness]) -> Mapping[str, datetime]:
    """Which of the witnesses signed the checkpoint, and when; false lines do not count."""
    found = {}
    for one in witnesses:
        try:
            at = find_cosigned_at(note, one.verifier)
        except BadNote:
            continue
        if at is not None:
            found[one.verifier.name] = at
    return found


class _Offer:
    """The newest checkpoint, on its way to one witness that saw ``old`` entries."""

    def __init__(self, witness: Witness, note: str, old: int) -> None:
        self.witness, self.note, self.old = witness, note, old
        self.size = parse_checkpoint(note).size
        self._body = b""

    def prove(self) -> None:
        if self.old > self.size:
            self.old = self.size  # It is ahead of us, and will say so.
        proof = prove_consistency(self.old, self.size, subtree_reader(read_tile))
        lines = [f"old {self.old}", *map(encode_base64, proof)]
        self._body = ("\n".join(lines) + f"\n\n{self.note}").encode()

    def send(self) -> _Reply:
        try:
            answer = call(
                "POST",
                f"{self.witness.address}/add-checkpoint",
                allowed=with_addresses(parse_allowed(settings.GAPURA_EGRESS), [self.witness.address]),
                body=self._body,
                connect_seconds=TIMEOUT_SECONDS,
                read_seconds=TIMEOUT_SECONDS,
            )
        except (HTTPError, OSError) as error:
            return _Reply(0, str(error))
        return _Reply(answer.status, answer.content.decode("utf-8", "replace"))


class _Judgment:
    """What an answer means."""

    def __init__(self, offer: _Offer, now: datetime) -> None:
        self.offer, self.now = offer, now

    def conclude(self, reply: _Reply, note: str) -> tuple[WitnessState, str]:
        """The witness's state, and ``note`` with its signature when it gave one that holds."""
        reply = self._once_more(reply)
        if reply.status == 200:
            try:
                signed = add_cosignature(note, reply.text, self.offer.witness.verifier)
            except BadNote as error:
                return self._state(WitnessView.UNREACHABLE, self.offer.old, str(error)), note
            return self._state(WitnessView.AGREES, self.offer.size, ""), signed
        return self._refused(reply), note

    def _once_more(self, reply: _Reply) -> _Reply:
        """It saw less or more than we thought, by its own word: prove from there."""
        seen = reply.find_seen()
        if seen is None or seen == self.offer.old or seen > self.offer.size:
            return reply
        self.offer.old = seen
        self.offer.prove()
        return self.offer.send()

    def _refused(self, reply: _Reply) -> WitnessState:
        seen = reply.find_seen()
        if seen is not None and seen > self.offer.size:
            what = f"signed for {seen} entries before; the log now has {self.offer.size}"
            return self._state(WitnessView.AHEAD, seen, what)
        if reply.status in (409, 422):
            what = f"knows other first {self.offer.old} entries than the log has now"
            return self._state(WitnessView.CONTRADICTS, self.offer.old, what)
        what = f"answered {reply.status}: {reply.text.strip()}" if reply.status else f"did not answer: {reply.text}"
        return self._state(WitnessView.UNREACHABLE, self.offer.old, what[:200])

    def _state(self, view: WitnessView, size: int, what: str) -> WitnessState:
        return WitnessState(self.offer.witness.verifier.name, view, size, self.now, what)


def _states_file() -> Path:
    return published_log().folder / "witnesses.json"


def _witnessed_file() -> Path:
    return published_log().folder / "witnessed"


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(file)
