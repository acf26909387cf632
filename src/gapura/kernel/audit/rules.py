"""How an event becomes a leaf: its identifier, its canonical words, its salt, commitment and seal."""

import hashlib
import hmac
import itertools
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from gapura.foundation.canonical import canonical_bytes

SALT_SIZE = 32
_SAID = (
    "occurred_at",
    "actor_reference",
    "actor_label",
    "action",
    "subject",
    "object_ref",
    "case_number",
    "detail",
)

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


def first_event_id(moment: datetime) -> UUID:
    """A bound: no event that occurred at ``moment`` or later has a smaller identifier."""
    return UUID(int=round(moment.timestamp() * 1_000_000) // 1000 << 80)


def plain_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as JSON gives it back from any database. Floating point numbers raise TypeError."""
    if _holds_float(detail):
        raise TypeError(
            "A floating point number would not come back from every database as it went in; "
            "write whole numbers or text in the detail of an audit event."
        )
    plain: dict[str, Any] = orjson.loads(canonical_bytes(detail))
    return plain


def _holds_float(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_float, value.values()))
    return isinstance(value, float) or (isinstance(value, list | tuple) and any(map(_holds_float, value)))


def event_words(columns: Mapping[str, Any]) -> bytes:
    """The canonical bytes that the commitment covers: every column that says something."""
    return canonical_bytes({"id": str(columns["id"]), **{name: columns[name] for name in _SAID}})


def new_salt() -> bytes:
    """Random bytes that keep a commitment from being guessed, and that can be forgotten to erase an event."""
    return secrets.token_bytes(SALT_SIZE)


def event_commitment(salt: bytes, words: bytes) -> bytes:
    """The entry of the log: SHA-256 of salt and words."""
    return hashlib.sha256(salt + words).digest()


def event_seal(secret: str, commitment: bytes) -> bytes:
    """Shows the sequencer that this house wrote the event: whoever only has the database cannot make it."""
    return hmac.digest(_seal_key(secret), commitment, "sha256")


def event_proof(columns: Mapping[str, Any], secret: str) -> dict[str, bytes]:
    """A new salt, the commitment to the columns' words, and its seal: the columns that bind an event to its words."""
    salt = new_salt()
    commitment = event_commitment(salt, event_words(columns))
    return {"salt": salt, "commitment": commitment, "seal": event_seal(secret, commitment)}


@cache
def _seal_key(secret: str) -> bytes:
    return hashlib.sha256(b"gapura audit seal\n" + secret.encode()).digest()
