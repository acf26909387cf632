"""The life of an offer in one table, its secrets, and the bits of a status list."""

import base64
import hashlib
import hmac
import zlib
from collections.abc import Iterable

from gapura.kernel.credentials.types import OfferState

TRANSITIONS = {
    "redeem": ({OfferState.OPEN}, OfferState.REDEEMED),
    "issue": ({OfferState.REDEEMED}, OfferState.ISSUED),
    "close": ({OfferState.OPEN}, OfferState.CLOSED),  # too many wrong codes
}
CODE_DIGITS = 6
STATUS_LIST_SIZE = 1 << 17
"""Bits of a status list. One is filled at most to the half, so that a free place drawn at random is soon found."""


def state_after(action: str, state: str) -> OfferState:
    """Where the action leads. Raises ValueError when the table has no such way."""
    sources, target = TRANSITIONS[action]
    if state not in sources:
        raise ValueError(f"An offer that is {state} cannot {action}.")
    return target


def digest(secret: str) -> str:
    """What is stored of a secret of many random bits."""
    return hashlib.sha256(f"credentials {secret}".encode()).hexdigest()


def code_digest(secret: str, code: str) -> str:
    """What is stored of the digits: keyed by the offer's secret, so the digest alone does not let them be tried."""
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    return hmac.new(f"credentials code {secret}".encode(), digits.encode(), hashlib.sha256).hexdigest()


def to_base64(content: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Raises ValueError for anything but the one way to write it."""
    content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_base64(content) != text:
        raise ValueError("no base64url")
    return content


def status_bits(revoked: Iterable[int], size: int = STATUS_LIST_SIZE) -> str:
    """The list with a 1 at each revoked place, as Token Status List §4 packs it: one bit each, lowest first."""
    bits = bytearray(size // 8)
    for place in revoked:
        bits[place // 8] |= 1 << place % 8
    return to_base64(zlib.compress(bytes(bits), 9))
