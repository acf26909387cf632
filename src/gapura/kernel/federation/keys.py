"""The key that signs ID tokens (ES256), in a file of the house's home that nobody else may read.

A rotation makes a new key; of the old one only the public half stays, so that tokens it signed can be checked.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"
# Long past the life of any token; a site that signs somebody out may still show an old one.
KEEP_RETIRED = timedelta(days=90)


def sign(claims: dict[str, Any], *, kind: str = "JWT") -> str:
    """The claims as a signed token of the current key."""
    key = ECKey.import_key(_read()[0])
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def read_signed(token: str) -> dict[str, Any] | None:
    """Claims of a token this house signed, also one that has run out; None when it did not sign it."""
    try:
        claims: dict[str, Any] = jwt.decode(token, _key_set(), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    return claims


def list_public_keys() -> dict[str, Any]:
    """What sites check signatures with (RFC 7517): the current key and those retired lately."""
    return {"keys": [key.as_dict(private=False) for key in _key_set().keys]}


def rotate(*, now: datetime) -> str:
    """Sign with a new key from now on; returns its id."""
    current, *retired = _read()
    old = ECKey.import_key(current).as_dict(private=False) | {"retired_at": now.isoformat()}
    kept = [key for key in retired if now - datetime.fromisoformat(key["retired_at"]) < KEEP_RETIRED]
    new = _new_key()
    _write([new, old, *kept])
    return str(new["kid"])


def _key_set() -> KeySet:
    return KeySet([ECKey.import_key({k: v for k, v in key.items() if k != "retired_at"}) for key in _read()])


def _file() -> Path:
    return Path(settings.GAPURA_HOME) / "keys" / "openid.json"


def _read() -> list[dict[str, Any]]:
    file = _file()
    if not file.exists():
        _write([_new_key()], only_first=True)
    keys: list[dict[str, Any]] = json.loads(file.read_text())["keys"]
    return keys


def _new_key() -> dict[str, Any]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True)
    return key.as_dict(private=True) | {"kid": key.thumbprint()}


def _write(keys: list[dict[str, Any]], *, only_first: bool = False) -> None:
    """Whole or not at all. ``only_first``: when another process was first, its keys count."""
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump({"keys": keys}, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    if not only_first:
        new.replace(file)
        return
    try:
        os.link(new, file)
    except FileExistsError:
        return
    finally:
        new.unlink()
