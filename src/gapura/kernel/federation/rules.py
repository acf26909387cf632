"""Pure rules of the protocol, and the one that keeps a login apart from a person."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def digest(value: str) -> str:
    """How codes, tokens and secrets of 256 random bits are stored: nothing that can be copied opens anything."""
    return hashlib.sha256(value.encode()).hexdigest()


def with_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was written as JSON, as it was before: JSON knows lists only."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def is_challenge(text: str) -> bool:
    """Whether this can be an S256 code challenge (RFC 7636 §4.2)."""
    return bool(_CHALLENGE.fullmatch(text))


def is_answer_to(challenge: str, verifier: str) -> bool:
    """Whether the verifier is the one the challenge was made of (RFC 7636 §4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 §4.2)."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


def half_hash(token: str) -> str:
    """``at_hash`` of OpenID Connect Core §3.1.3.6 for ES256."""
    return _base64(hashlib.sha256(token.encode()).digest()[:16])


def is_safe_address(address: str, *, is_demo: bool) -> bool:
    """Whether a site may be answered there: https without fragment, wildcard or password; loopback in a demo."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None or "#" in address or "*" in address:
        return False
    return parts.scheme == "https" or (is_demo and parts.scheme == "http" and parts.hostname in _LOOPBACK)


def sector_of(addresses: list[str]) -> str | None:
    """The host that all addresses share: who shares it knows a person by the same name. None: they differ."""
    hosts = {urlsplit(address).netloc.lower() for address in addresses}
    return hosts.pop() if len(hosts) == 1 else None


def is_same_person(said: Mapping[str, str], registered: Mapping[str, str | None]) -> bool:
    """Whether everything a provider said of somebody is what the register says of this person.

    Letter case and repeated blanks do not matter; a fact that either side lacks is a difference.
    """
    return bool(said) and all(
        bool(value.strip()) and _plain(value) == _plain(registered.get(fact) or "") for fact, value in said.items()
    )


def is_account_meant(meant_for: int | None, opened: int) -> bool:
    """Whether the account that a login opens is the one the person asked for; None: they named none."""
    return meant_for is None or meant_for == opened


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
