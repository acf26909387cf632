"""Signing and verifying the one line that stands for a message: a detached JWS (ES256, RFC 7515 appendix F).

Written out on the cryptography library: a general JWS library took as long as the elliptic curve itself.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from gapura.kernel.nodes.types import Fault, MessageRefused

ALGORITHM = "ES256"
_ECDSA = ec.ECDSA(hashes.SHA256())
_HALF = 32  # bytes of each of the two numbers of a P-256 signature


def certificate_digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's DER form, in hex: what the registry and a signature's ``kid`` call it."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


@dataclass(frozen=True)
class MessageSigner:
    """A node's signing key and what its certificate is called."""

    key: ec.EllipticCurvePrivateKey
    kid: str

    def sign(self, line: bytes) -> str:
        """``header..signature``: the line itself is left out, the receiver has its own."""
        header = _header(self.kid)
        r, s = decode_dss_signature(self.key.sign(_signing_input(header, line), _ECDSA))
        return f"{header}..{_encode(r.to_bytes(_HALF, 'big') + s.to_bytes(_HALF, 'big'))}"


@dataclass(frozen=True)
class MessageVerifier:
    """The public key of a certificate, read once."""

    key: ec.EllipticCurvePublicKey
    valid_from: datetime
    valid_until: datetime

    def verify(self, line: bytes, signature: str, now: datetime) -> None:
        """Raises MessageRefused when the certificate is not valid now, or did not sign this very line."""
        if not self.valid_from <= now < self.valid_until:
            raise MessageRefused(Fault.CERTIFICATE, "The certificate that signed is not valid now.")
        if not self.has_signed(line, signature):
            raise MessageRefused(Fault.INVALID_SIGNATURE, "The signature does not fit the message.")

    def has_signed(self, line: bytes, signature: str) -> bool:
        header, _, value = signature.partition("..")
        try:
            _read_header(header)
            halves = _decode(value)
            if len(halves) != 2 * _HALF:
                return False
            r, s = int.from_bytes(halves[:_HALF], "big"), int.from_bytes(halves[_HALF:], "big")
            self.key.verify(encode_dss_signature(r, s), _signing_input(header, line), _ECDSA)
        except (InvalidSignature, ValueError):
            return False
        return True


def signer_from_files(key_pem: bytes, certificate_pem: bytes) -> MessageSigner:
    """Raises ValueError when the key does not belong to the certificate."""
    key, certificate = load_pem_private_key(key_pem, None), x509.load_pem_x509_certificate(certificate_pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or _public_key(certificate) != key.public_key():
        raise ValueError("sign.key does not belong to sign.crt")
    return MessageSigner(key, certificate_digest(certificate))


def verifier_from(certificate: x509.Certificate) -> MessageVerifier:
    return MessageVerifier(_public_key(certificate), certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def find_kid(signature: str) -> str:
    """Which certificate a signature says it was made with. Raises MessageRefused."""
    try:
        return _read_header(signature.partition("..")[0])
    except ValueError:
        raise MessageRefused(Fault.INVALID_SIGNATURE, "Gapura-Signature is no detached JWS with a kid.") from None


@lru_cache(maxsize=1024)
def _read_header(header: str) -> str:
    """The ``kid``. Raises ValueError for another algorithm, or where a header says that it must be understood."""
    words = json.loads(_decode(header))
    if not isinstance(words, dict) or words.get("alg") != ALGORITHM or {"crit", "b64"} & words.keys():
        raise ValueError("no header of an ES256 signature")
    kid = words.get("kid")
    if not isinstance(kid, str):
        raise ValueError("kid is no text")
    return kid


@cache
def _header(kid: str) -> str:
    return _encode(json.dumps({"alg": ALGORITHM, "kid": kid}, separators=(",", ":")).encode())


def _signing_input(header: str, line: bytes) -> bytes:
    return f"{header}.{_encode(line)}".encode("ascii")


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Raises ValueError for anything but the one way to write it in base64url without padding."""
    content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if _encode(content) != text:
        raise ValueError("no base64url")
    return content


def _public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("the certificate holds no P-256 key")
    return public
