"""An official's own key (P-256): made when first needed, kept in a file that nobody else may read, never exported.

Each machine that serves officials has its own keys. A signature names its key; the certificates stay in the database.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from gapura.foundation.notes import encode_base64
from gapura.kernel.approvals.models import SigningKey
from gapura.kernel.documents.actions import certify_signer

LIFE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature (ECDSA over SHA-256, DER, base 64) and the SHA-256 of the public key that checks it."""

    signature: str
    key_id: str


def sign(content: bytes, *, account_id: int, agency_code: str, now: datetime) -> Signed:
    """Sign with the account's key of this machine, certified for two years. Raises CannotSealDocument."""
    key = _load(account_id)
    row = SigningKey.objects.filter(key_id=_key_id(key)).first()
    if row is not None and row.valid_until <= now:
        key, row = _renewed(account_id), None
    if row is None:
        row = _certified(key, account_id, agency_code, now)
    return Signed(encode_base64(key.sign(content, ec.ECDSA(hashes.SHA256()))), row.key_id)


def _certified(key: ec.EllipticCurvePrivateKey, account_id: int, agency_code: str, now: datetime) -> SigningKey:
    chain = certify_signer(
        _public(key), name=f"Official {account_id}", unit=agency_code, valid_from=now, valid_until=now + LIFE
    )
    pem = [x509.load_der_x509_certificate(one).public_bytes(serialization.Encoding.PEM).decode() for one in chain]
    row, _made = SigningKey.objects.get_or_create(  # another worker may be as far
        key_id=_key_id(key),
        defaults={
            "account_id": account_id,
            "certificates": "".join(pem),
            "made_at": now,
            "valid_until": now + LIFE,
        },
    )
    return row


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _key_id(key: ec.EllipticCurvePrivateKey) -> str:
    return hashlib.sha256(_public(key)).hexdigest()


def _file(account_id: int) -> Path:
    return Path(settings.GAPURA_HOME) / "keys" / "officials" / f"{account_id}.key"


def _load(account_id: int) -> ec.EllipticCurvePrivateKey:
    file = _file(account_id)
    if not file.exists():
        _write(file, replace=False)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"The file {file} holds no P-256 key. Restore it from the backup, or put it away.")
    return key


def _renewed(account_id: int) -> ec.EllipticCurvePrivateKey:
    _write(_file(account_id), replace=True)
    return _load(account_id)


def _write(file: Path, *, replace: bool) -> None:
    """A new key, whole or not at all. Without ``replace``: when another process was first, its key counts."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    new = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(pem)
        handle.flush()
        os.fsync(handle.fileno())
    if replace:
        new.replace(file)
        return
    try:
        os.link(new, file)
    except FileExistsError:
        return
    finally:
        new.unlink()
