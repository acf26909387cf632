"""Locking pieces of a copy to a public key, and opening them with the private one.

A fresh content key for each copy, locked to the recipient as age does (X25519, HKDF-SHA256, ChaCha20-Poly1305).
Each piece is bound to its store, its place and whether it is the last: none can be dropped, moved or swapped.
"""

import base64
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gapura.kernel.operations.types import BackupRefused

PIECE_BYTES = 4 * 1024 * 1024
_PURPOSE = b"gapura backup content key 1"
_ZERO_NONCE = bytes(12)  # the wrapping key is used once


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece belongs; authenticated with it."""

    store: str
    index: int
    last: bool

    def __bytes__(self) -> bytes:
        return f"{self.store}/{self.index}/{'last' if self.last else 'more'}".encode()


class ContentKey:
    """Locks and opens the pieces of one copy."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._cipher = raw, ChaCha20Poly1305(raw)

    def lock(self, piece: bytes, place: Place) -> bytes:
        """The piece compressed and encrypted."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(piece, 1), bytes(place))

    def open(self, locked: bytes, place: Place) -> bytes:
        """The piece. Raises BackupRefused when a bit differs or it belongs elsewhere."""
        try:
            return zlib.decompress(self._cipher.decrypt(locked[:12], locked[12:], bytes(place)))
        except (InvalidTag, zlib.error) as error:
            raise BackupRefused(
                f"Piece {place.index} of {place.store} is not as it was written, or of another copy. "
                "Restore from another copy and find out who could write here."
            ) from error

    def wrap(self, recipient: bytes) -> Mapping[str, str]:
        """The key itself, locked to the recipient."""
        own = X25519PrivateKey.generate()
        public = own.public_key().public_bytes_raw()
        shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
        locked = ChaCha20Poly1305(_wrapping_key(shared, public + recipient)).encrypt(_ZERO_NONCE, self._raw, None)
        return {"once": _b64(public), "key": _b64(locked), "recipient": _b64(recipient)}


def new_content_key() -> ContentKey:
    """A key for one copy."""
    return ContentKey(secrets.token_bytes(32))


def unwrap(wrapped: Mapping[str, str], secret: X25519PrivateKey) -> ContentKey:
    """The key of a copy. Raises BackupRefused when it was locked to somebody else."""
    public, recipient = base64.b64decode(wrapped["once"]), secret.public_key().public_bytes_raw()
    shared = secret.exchange(X25519PublicKey.from_public_bytes(public))
    cipher = ChaCha20Poly1305(_wrapping_key(shared, public + recipient))
    try:
        return ContentKey(cipher.decrypt(_ZERO_NONCE, base64.b64decode(wrapped["key"]), None))
    except InvalidTag as error:
        raise BackupRefused(
            "These shares do not open this copy: it was locked to another key. Use those of the house that made it."
        ) from error


def _wrapping_key(shared: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, _PURPOSE).derive(shared)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
