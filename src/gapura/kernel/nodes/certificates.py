"""Which of the authority's certificates count no more, as TLS reads it: a certificate revocation list (RFC 5280)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from gapura.kernel.nodes.types import BadRegistry


@dataclass(frozen=True)
class Revocation:
    """A certificate by its serial number (hex). ``is_hold``: its member is suspended, and may come back."""

    serial: str
    revoked_at: datetime
    is_hold: bool = False


@dataclass(frozen=True)
class Term:
    """A list's number, and from when until when it counts."""

    number: int
    begins_at: datetime
    ends_at: datetime


def sign_revocations(
    revocations: Iterable[Revocation], authority: x509.Certificate, key: ec.EllipticCurvePrivateKey, term: Term
) -> str:
    """The list (PEM), signed by the authority itself: only whoever issued a certificate can take it back."""
    builder = x509.CertificateRevocationListBuilder(authority.subject, term.begins_at, term.ends_at)
    builder = builder.add_extension(x509.CRLNumber(term.number), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(issuer, critical=False)
    for one in revocations:
        entry = x509.RevokedCertificateBuilder(int(one.serial, 16), one.revoked_at)
        if one.is_hold:
            entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.certificate_hold), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def require_revocations_of(authority: x509.Certificate, text: str) -> None:
    """Raises BadRegistry unless the authority signed the list ``text`` (PEM)."""
    try:
        revocations = x509.load_pem_x509_crl(text.encode())
        public = authority.public_key()
        is_signed = isinstance(public, ec.EllipticCurvePublicKey) and revocations.is_signature_valid(public)
    except (ValueError, TypeError) as error:
        raise BadRegistry(f"The list of revoked certificates cannot be read ({error!r}).") from error
    if not is_signed:
        raise BadRegistry("The list of revoked certificates is not signed by the exchange authority.")
