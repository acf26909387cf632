"""One byte form for structured data, so that equal facts give equal digests on every machine."""

import hashlib
from typing import Any

import orjson

_FORM = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def _refuse(value: object) -> None:
    raise TypeError(f"Cannot write {type(value).__name__} canonically; convert it to text, number or date first.")


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; dates in ISO 8601. Raises TypeError on other objects.

    A floating point number that is none (NaN, infinity) is written as null: whoever may be given one looks before.
    """
    return orjson.dumps(value, _refuse, _FORM)


def digest(value: Any) -> bytes:
    """SHA-256 of the canonical bytes (32 bytes)."""
    return hashlib.sha256(canonical_bytes(value)).digest()
