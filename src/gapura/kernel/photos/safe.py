"""Pictures lie locked in the database: whoever steals it alone, or a copy of it, sees no face."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def lock(picture: bytes) -> bytes:
    """The picture as it is stored."""
    return _box().encrypt(picture)


def unlock(locked: bytes) -> bytes:
    """The picture as it was, under the house's secret of today or one before."""
    return _box().decrypt(locked)


def _box() -> MultiFernet:
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(secret))) for secret in secrets])


def _derive(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gapura photos").derive(secret.encode())
