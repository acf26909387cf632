"""One byte form for structured data, so that equal facts give equal digests on every machine."""

import hashlib
import json
from datetime import date, datetime
from typing import Any


def _encode(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"Cannot write {type(value).__name__} canonically; convert it to text, number or date first.")


_write = json.JSONEncoder(
    default=_encode, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; dates in ISO 8601. Raises TypeError on other objects."""
    return _write(value).encode()


def digest(value: Any) -> bytes:
    """SHA-256 of the canonical bytes (32 bytes)."""
    return hashlib.sha256(canonical_bytes(value)).digest()
