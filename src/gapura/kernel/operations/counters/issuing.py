"""Issuing at the counter: no database, no network; a paper exists when its line stands in the journal."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from gapura.foundation import clock
from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.jurisdictions import load
from gapura.foundation.notes import decode_base64, encode_base64
from gapura.kernel.documents.actions import render_document
from gapura.kernel.documents.plugin import SealKey, SealProvider
from gapura.kernel.documents.queries import get_template_version
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.operations.counters.journal import CLOSE, ISSUE, OPEN, Line, append_line, held, read_lines
from gapura.kernel.operations.counters.keys import CounterKeys, open_keys, read_house
from gapura.kernel.operations.counters.locking import lock, unlock
from gapura.kernel.operations.counters.packs import Pack, Paper, open_pack, order_to_issue, pack_digest
from gapura.kernel.operations.types import CounterRefused

_DIGEST_GIVEN = ec.ECDSA(utils.Prehashed(hashes.SHA256()))


class PackKeys(SealProvider):
    """The counter's own keys, with the certificates that the pack brought for them."""

    def __init__(self, pack: Pack, keys: CounterKeys) -> None:
        self._pack = pack
        self._seal = CertifiedKey(keys.seal, pack.chains["seal"])
        self._time = CertifiedKey(keys.time, pack.chains["time"])

    def get_seal_key(self, agency_code: str, now: datetime) -> SealKey:
        return self._seal

    def get_timestamp_key(self, now: datetime) -> SealKey:
        return self._time

    def list_roots(self) -> tuple[bytes, ...]:
        return ()

    def list_authorities(self) -> tuple[bytes, ...]:
        return self._seal.chain[1:]

    def list_revocations(self, now: datetime) -> tuple[bytes, ...]:
        return ()


class CertifiedKey(SealKey):
    """A key of the counter, and its chain in base64."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: tuple[str, ...]) -> None:
        self._key = key
        self.chain = tuple(decode_base64(one) for one in chain)

    def sign(self, digest: bytes) -> bytes:
        return self._key.sign(digest, _DIGEST_GIVEN)


def issue_offline(
    folder: Path, note: str, *, person: str, service: str, pins: Mapping[str, str]
) -> tuple[bytes, Line, bool]:
    """The sealed paper, its line in the journal, and whether it was issued now or only printed again.

    ``folder`` holds the counter. Raises CounterRefused, then nothing was issued.
    """
    keys, pack = _open(folder, note, pins)
    now = clock.now().replace(microsecond=0)
    pack.require_time(now)
    paper = pack.find_paper(person, service)
    path = journal_file(folder, pack.number)
    with held(path):
        lines = _started(path, note, pack, keys, now)
        for line in lines:
            if line.body.get("code") == paper.code:
                return open_paper(line, pack.number, keys.packs)[1], line, False
        if lines[-1].kind == CLOSE:
            raise CounterRefused("This pack was closed and its journal went back. Fetch a new pack.")
        if count_papers(lines) >= pack.most:
            raise CounterRefused(f"All {pack.most} papers of this pack are issued. Close it and fetch a new pack.")
        line, content = _issue(path, lines, pack, paper, keys, now)
        return content, line, True


def close_journal(folder: Path, note: str, *, pins: Mapping[str, str]) -> bytes:
    """End the pack: its journal as it goes back to the house. Closing twice gives the same. Raises CounterRefused."""
    keys, pack = _open(folder, note, pins)
    path = journal_file(folder, pack.number)
    now = clock.now().replace(microsecond=0)
    with held(path):
        lines = _started(path, note, pack, keys, now)
        if lines[-1].kind != CLOSE:
            append_line(path, lines, CLOSE, {"papers": count_papers(lines)}, keys, now)
        return path.read_bytes()


def journal_file(folder: Path, pack: str) -> Path:
    """Where the journal of a pack lies."""
    return folder / "journals" / f"{pack}.jsonl"


def count_papers(lines: Sequence[Line]) -> int:
    """How many papers the lines issued."""
    return sum(line.kind == ISSUE for line in lines)


def open_paper(line: Line, pack: str, secret: X25519PrivateKey) -> tuple[Paper, bytes]:
    """What a line issued: the paper as the pack held it, and the sealed bytes. Raises CounterRefused."""
    opened = json.loads(unlock(line.body["locked"], secret, f"{pack}/{line.place}"))
    return Paper(**opened["paper"]), decode_base64(opened["content"])


def _open(folder: Path, note: str, pins: Mapping[str, str]) -> tuple[CounterKeys, Pack]:
    keys = open_keys(folder, pins)
    pack = open_pack(note, secret=keys.packs, house=read_house(folder))
    if pack.counter != keys.code:
        raise CounterRefused(f"This pack was made for the counter {pack.counter}, not for {keys.code}.")
    own = (settings.GAPURA_PUBLIC_ADDRESS, settings.GAPURA_JURISDICTION, get_template_version())
    if own != (pack.address, pack.jurisdiction, pack.templates):
        raise CounterRefused(
            "This machine would print other papers than the house: set GAPURA_PUBLIC_ADDRESS to "
            f"{pack.address}, GAPURA_JURISDICTION to {pack.jurisdiction}, and install the house's version of Gapura."
        )
    return keys, pack


def _started(path: Path, note: str, pack: Pack, keys: CounterKeys, now: datetime) -> list[Line]:
    """The lines so far; the first command of a pack opens its journal."""
    lines = read_lines(path.read_bytes(), keys.journal.verifier) if path.stat().st_size else []
    if not lines:
        begun = {
            "pack": pack.number,
            "counter": pack.counter,
            "pack_digest": pack_digest(note),
            "once": os.urandom(8).hex(),
        }
        lines = [append_line(path, [], OPEN, begun, keys, now)]
    if now < lines[-1].at:
        raise CounterRefused(
            f"This machine's clock says {now:%Y-%m-%d %H:%M:%S}, before the journal's last line "
            f"({lines[-1].at:%Y-%m-%d %H:%M:%S} UTC). Somebody put it back: set it right."
        )
    return lines


def _issue(
    path: Path, lines: list[Line], pack: Pack, paper: Paper, keys: CounterKeys, now: datetime
) -> tuple[Line, bytes]:
    place = len(lines)
    zone = load(settings.GAPURA_JURISDICTION).timezone
    order = order_to_issue(paper, pack=pack.number, counter=pack.counter, place=place, at=now, zone=zone)
    try:
        sealed = render_document(order, code=paper.code, keys=PackKeys(pack, keys))
    except CannotSealDocument as error:
        raise CounterRefused(f"The paper cannot be made, and none was issued. {error}") from error
    kept = {"paper": asdict(paper), "content": encode_base64(sealed.content)}
    recipients = [keys.packs.public_key().public_bytes_raw(), decode_base64(pack.house)]
    body = {
        "code": paper.code,
        "sha256": sealed.sha256,
        "templates": sealed.template_version,
        "locked": lock(canonical_bytes(kept), recipients, f"{pack.number}/{place}"),
    }
    return append_line(path, lines, ISSUE, body, keys, now), sealed.content
