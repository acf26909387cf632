"""The keys that sign credentials: the agencies' own seal keys, in a folder or a hardware module (ADR 8)."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from gapura.kernel.credentials.rules import to_base64
from gapura.kernel.credentials.sd_jwt import ALGORITHM, Jwt, public_jwk, require_signed, write_jwt, write_sd_jwt
from gapura.kernel.credentials.types import NotGenuine
from gapura.kernel.documents.plugin import SealKey, get_seal_provider


def sign_jwt(agency: str, typ: str, claims: Mapping[str, Any], *, now: datetime) -> str:
    """The claims under the agency's key, its certificates in the header. Raises CannotSealDocument."""
    key = get_seal_provider().get_seal_key(agency, now)
    return write_jwt(_header(key, typ), claims, key.sign)


def sign_sd_jwt(agency: str, claims: Mapping[str, Any], disclosable: Mapping[str, Any], *, now: datetime) -> str:
    """An SD-JWT VC under the agency's key. Raises CannotSealDocument."""
    key = get_seal_provider().get_seal_key(agency, now)
    return write_sd_jwt(_header(key, "dc+sd-jwt"), claims, disclosable, key.sign)


def get_public_jwk(agency: str, *, now: datetime) -> dict[str, str]:
    """The agency's key as verifiers find it in the issuer's metadata. Raises CannotSealDocument."""
    certificate = _leaf(get_seal_provider().get_seal_key(agency, now))
    return {**public_jwk(_public_key(certificate)), "use": "sig", "alg": ALGORITHM, "kid": _key_id(certificate)}


def get_certificate_digest(agency: str, *, now: datetime) -> bytes:
    """SHA-256 of the agency's certificate: its name as a verifier (``x509_hash``, OpenID4VP §5.9.3)."""
    return _digest(_leaf(get_seal_provider().get_seal_key(agency, now)))


def require_signed_by(agency: str, jwt: Jwt, *, now: datetime) -> None:
    """Raises NotGenuine unless a key certified for the agency, and not revoked since, signed it.

    An earlier key of the agency counts: credentials outlive certificates.
    """
    provider = get_seal_provider()
    leaf, issuing = _read_chain(jwt)
    if issuing.public_bytes(Encoding.DER) not in provider.list_authorities():
        raise NotGenuine("The certificate is not of our authority.")
    try:
        leaf.verify_directly_issued_by(issuing)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise NotGenuine("The certificate is not of our authority.") from error
    if leaf.subject != _leaf(provider.get_seal_key(agency, now)).subject:
        raise NotGenuine("The certificate is another agency's.")
    for revocations in provider.list_revocations(now):
        listed = x509.load_der_x509_crl(revocations)
        if listed.issuer == issuing.subject and listed.get_revoked_certificate_by_serial_number(leaf.serial_number):
            raise NotGenuine("The certificate is revoked.")
    require_signed(jwt, _public_key(leaf))


def _read_chain(jwt: Jwt) -> tuple[x509.Certificate, x509.Certificate]:
    try:
        leaf, issuing = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in jwt.header["x5c"])
    except (KeyError, ValueError, TypeError, x509.InvalidVersion) as error:
        raise NotGenuine("There are no certificates of the issuer.") from error
    return leaf, issuing


def _header(key: SealKey, typ: str) -> dict[str, Any]:
    chain = [base64.b64encode(certificate).decode() for certificate in key.chain]
    return {"alg": ALGORITHM, "typ": typ, "kid": _key_id(_leaf(key)), "x5c": chain}


def _leaf(key: SealKey) -> x509.Certificate:
    return x509.load_der_x509_certificate(key.chain[0])


def _key_id(certificate: x509.Certificate) -> str:
    return to_base64(_digest(certificate))


def _digest(certificate: x509.Certificate) -> bytes:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()


def _public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise NotGenuine("The certificate holds no P-256 key.")
    return public
