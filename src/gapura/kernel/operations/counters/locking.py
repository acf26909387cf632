"""Locking bytes to the public keys of those who may read them, and opening them with one of the private ones.

As age does it: a fresh key for the content, locked to each recipient (X25519, HKDF-SHA256, ChaCha20-Poly1305).
``bound`` says where the content belongs and is authenticated with it.
"""

import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gapura.foundation.notes import BadNote, decode_base64, encode_base64
from gapura.kernel.operations.types import CounterRefused

_PURPOSE = b"gapura counter content key 1"
_ZERO_NONCE = bytes(12)  # every key encrypts once


def lock(content: bytes, recipients: Sequence[bytes], bound: str) -> dict[str, Any]:
    """``content`` as JSON that only the holders of the recipients' private keys can open."""
    key, own = secrets.token_bytes(32), X25519PrivateKey.generate()
    once = own.public_key().public_bytes_raw()
    keys = {}
    for recipient in recipients:
        shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
        locked = ChaCha20Poly1305(_wrapping_key(shared, once + recipient)).encrypt(_ZERO_NONCE, key, None)
        keys[encode_base64(recipient)] = encode_base64(locked)
    sealed = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, zlib.compress(content), bound.encode())
    return {"once": encode_base64(once), "keys": keys, "content": encode_base64(sealed)}


def unlock(locked: Mapping[str, Any], secret: X25519PrivateKey, bound: str) -> bytes:
    """What was locked to ``secret``. Raises CounterRefused when it was not, belongs elsewhere or was altered."""
    recipient = secret.public_key().public_bytes_raw()
    try:
        once = decode_base64(locked["once"])
        shared = secret.exchange(X25519PublicKey.from_public_bytes(once))
        wrapping = ChaCha20Poly1305(_wrapping_key(shared, once + recipient))
        key = wrapping.decrypt(_ZERO_NONCE, decode_base64(locked["keys"][encode_base64(recipient)]), None)
        sealed = decode_base64(locked["content"])
        return zlib.decompress(ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, sealed, bound.encode()))
    except (InvalidTag, BadNote, LookupError, TypeError, ValueError, zlib.error) as error:
        raise CounterRefused(
            "This was locked for another counter or house, or was altered on the way. Fetch it again where it was made."
        ) from error


def _wrapping_key(shared: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, _PURPOSE).derive(shared)
