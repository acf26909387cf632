"""How an event becomes a leaf: its identifier, its canonical words, its salt and its commitment."""

import hashlib
import hmac
import itertools
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from gapura.foundation.canonical import canonical_bytes

NONCE_SIZE = 16

_counter = itertools.count()


def new_event_id(occurred_at: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, and within one process by call.

    The identifier is chosen before the row is written because the commitment covers it.
    """
    microseconds = round(occurred_at.timestamp() * 1_000_000)
    milliseconds, rest = divmod(microseconds, 1000)
    order = next(_counter) & 0xFFFFFFFF
    value = milliseconds << 80 | 0x7 << 76 | (rest * 4096 // 1000) << 64
    return UUID(int=value | 0b10 << 62 | order << 30 | secrets.randbits(30))


def plain_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as JSON gives it back from any database. Floating point numbers raise TypeError."""
    plain: dict[str, Any] = json.loads(canonical_bytes(detail), parse_float=_refuse_float)
    return plain


def _refuse_float(text: str) -> None:
    raise TypeError(
        f"The number {text} would not come back from every database as it went in; "
        "write whole numbers or text in the detail of an audit event."
    )


def new_salt(key: bytes, words: bytes) -> bytes:
    """Sixteen random bytes and a seal that only the holder of ``key`` can make.

    The random half keeps the commitment from being guessed; the seal lets the sequencer tell events
    that the application wrote from rows that somebody put into the table.
    """
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + _seal(key, nonce, words)


def is_sealed(key: bytes, salt: bytes, words: bytes) -> bool:
    """Whether ``salt`` was made for these ``words`` with ``key``."""
    nonce, seal = salt[:NONCE_SIZE], salt[NONCE_SIZE:]
    return hmac.compare_digest(seal, _seal(key, nonce, words))


@cache
def seal_key(secret: str) -> bytes:
    """The key of the seals, drawn from the secret key of the house."""
    return hashlib.sha256(b"gapura audit seal\n" + secret.encode()).digest()


def event_commitment(salt: bytes, words: bytes) -> bytes:
    """The entry of the log: SHA-256 of salt and words."""
    return hashlib.sha256(salt + words).digest()


def _seal(key: bytes, nonce: bytes, words: bytes) -> bytes:
    return hmac.digest(key, nonce + words, "sha256")[:16]
