"""A key in three shares, any two of which make it (Shamir's scheme over GF(256), one line through the secret)."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.notes import BadNote, Verifier, parse_verifier
from gapura.kernel.operations.types import BackupRefused

SHARES = 3
NEEDED = 2
_REDUCER = 0x11B  # x⁸+x⁴+x³+x+1


@dataclass(frozen=True, slots=True)
class Share:
    """One holder's part: a number, the bytes, whom the copies are locked to and who signs them."""

    number: int
    part: bytes
    recipient: bytes
    house: Verifier

    def __str__(self) -> str:
        said = (
            f"Gapura backup key, share {self.number} of {SHARES}.\n"
            "Any two open the copies; one alone opens nothing. Keep it apart from the others.\n"
            f"share: {self.number}-{base64.b32encode(self.part).decode().rstrip('=')}\n"
            f"recipient: {base64.b64encode(self.recipient).decode()}\n"
            f"house: {self.house}\n"
        )
        return f"{said}check: {_check(said)}\n"


def split_key(secret: X25519PrivateKey, house: Verifier) -> list[Share]:
    """Three shares of ``secret``; each alone is random bytes."""
    raw, slope = secret.private_bytes_raw(), secrets.token_bytes(32)
    recipient = secret.public_key().public_bytes_raw()
    return [
        Share(x, bytes(byte ^ _times(rise, x) for byte, rise in zip(raw, slope, strict=True)), recipient, house)
        for x in range(1, SHARES + 1)
    ]


def join_shares(shares: Sequence[Share]) -> X25519PrivateKey:
    """The key that the shares make. Raises BackupRefused when they are too few or of different keys."""
    different = list({share.number: share for share in shares}.values())
    if len(different) < NEEDED:
        raise BackupRefused(f"{NEEDED} different shares are needed to open the copies; {len(different)} was given.")
    first, second = different[:NEEDED]
    divisor = _inverse(first.number ^ second.number)
    raw = bytes(
        _times(_times(a, second.number) ^ _times(b, first.number), divisor)
        for a, b in zip(first.part, second.part, strict=True)
    )
    key = X25519PrivateKey.from_private_bytes(raw)
    if key.public_key().public_bytes_raw() != first.recipient or first.recipient != second.recipient:
        raise BackupRefused("The two shares are not of the same key. Ask their holders for the shares of this house.")
    return key


def read_share(file: Path) -> Share:
    """The share written in ``file``. Raises BackupRefused when it is damaged or none."""
    try:
        text = file.read_text()
        body, _, check = text.rpartition("check: ")
        if check.strip() != _check(body):
            raise BackupRefused(f"{file} is damaged, or no share of a backup key: its check does not fit. Use another.")
        fields = dict(line.split(": ", 1) for line in body.splitlines() if ": " in line)
        number, _, part = fields["share"].partition("-")
        padded = part + "=" * (-len(part) % 8)
        return Share(
            int(number),
            base64.b32decode(padded),
            base64.b64decode(fields["recipient"], validate=True),
            parse_verifier(fields["house"]),
        )
    except (OSError, KeyError, binascii.Error, BadNote, UnicodeDecodeError) as error:
        raise BackupRefused(f"{file} cannot be read as a share of a backup key ({error}). Use another.") from error


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _times(a: int, b: int) -> int:
    """The product in GF(256)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = a << 1, b >> 1
        if a & 0x100:
            a ^= _REDUCER
    return product


def _inverse(a: int) -> int:
    return next(b for b in range(1, 256) if _times(a, b) == 1)
