"""Whether a seal is that of these bytes, made by a key that an authority we trust has certified. No house is asked.

Seals are CMS signatures (RFC 5652) with an RFC 3161 time, detached or in a PDF (PAdES). P-256 and SHA-256 throughout.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gapura.kernel.documents.types import BadSeal, SealFacts

_PDF_SEAL = re.compile(rb"/ByteRange\[0 +(\d{1,10}) +(\d{1,10}) +(\d{1,10})\]/Contents<([0-9a-fA-F]+)>")
_LONGEST_CHAIN = 5


def check_seal(content: bytes, seal: bytes, roots: Sequence[x509.Certificate]) -> SealFacts:
    """A detached seal over ``content``. Raises BadSeal."""
    return _check(hashlib.sha256(content).digest(), seal, roots)


def check_pdf_seal(content: bytes, roots: Sequence[x509.Certificate]) -> SealFacts:
    """The first seal in a PDF, and that it covers the file as it was when it was sealed. Raises BadSeal."""
    found = _PDF_SEAL.search(content)
    if found is None:
        raise BadSeal("The PDF carries no seal.")
    gap, after, rest = (int(found[number]) for number in (1, 2, 3))
    if gap != found.start(4) - 1 or after != found.end() or after + rest > len(content):
        raise BadSeal("The seal does not cover the PDF.")
    total = hashlib.sha256(content[:gap])
    total.update(content[after : after + rest])
    return _check(total.digest(), bytes.fromhex(found[4].decode()), roots)


def check_signature(
    message: bytes, signature: bytes, chain: Sequence[bytes], roots: Sequence[x509.Certificate], at: datetime
) -> str:
    """A plain ECDSA signature over ``message`` by the first certificate of ``chain`` (DER or PEM). Raises BadSeal."""
    certificates = [load_certificate(one) for one in chain]
    if not certificates:
        raise BadSeal("No certificate says whose signature it is.")
    _verify(certificates[0], signature, message)
    _trust(certificates[0], certificates[1:], roots, at)
    return _called(certificates[0])


def is_certified(chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]) -> bool:
    """Whether each certificate was issued by the next, and the last by one of the roots, whenever they were valid."""
    if not chain or not all(_issued(issuer, certificate) for certificate, issuer in pairwise(chain)):
        return False
    return any(_issued(root, chain[-1]) for root in roots)


def load_certificate(content: bytes) -> x509.Certificate:
    """DER or PEM. Raises BadSeal."""
    try:
        is_pem = content.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(content) if is_pem else x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise BadSeal(f"A certificate cannot be read: {error}.") from error


def _check(digest: bytes, seal: bytes, roots: Sequence[x509.Certificate]) -> SealFacts:
    try:
        signed = _opened(seal)
        signer, value = _signed_by(signed, digest)
        added = signed["signer_infos"][0]["unsigned_attrs"]
        token = next(one["values"][0] for one in added if one["type"].native == "signature_time_stamp_token")
        sealed_at = _time(token.dump(), hashlib.sha256(value).digest(), roots)
        _trust(signer, _certificates(signed), roots, sealed_at)
    except (ValueError, TypeError, LookupError, StopIteration, AttributeError) as error:
        raise BadSeal(f"The seal cannot be read: {error}.") from error
    return SealFacts(_called(signer), _named(signer, NameOID.ORGANIZATIONAL_UNIT_NAME), sealed_at)


def _time(token: bytes, imprint: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    signed = _opened(token)
    content = signed["encap_content_info"]["content"].parsed
    if not isinstance(content, tsp.TSTInfo) or content["message_imprint"]["hashed_message"].native != imprint:
        raise BadSeal("The time-stamp belongs to another seal.")
    stamped: datetime = content["gen_time"].native
    signer, _value = _signed_by(signed, hashlib.sha256(content.dump()).digest())
    _trust(signer, _certificates(signed), roots, stamped)
    return stamped


def _opened(encoded: bytes) -> cms.SignedData:
    padded = cms.ContentInfo.load(encoded)  # a PDF's seal has zeros behind it, which DER does not read
    if padded["content_type"].native != "signed_data":
        raise BadSeal("It is no signature.")
    return padded["content"]


def _signed_by(signed: cms.SignedData, digest: bytes) -> tuple[x509.Certificate, bytes]:
    info = signed["signer_infos"][0]
    stated = {one["type"].native: one["values"][0].native for one in info["signed_attrs"]}
    if stated.get("message_digest") != digest:
        raise BadSeal("The seal belongs to other bytes.")
    serial = info["sid"].chosen["serial_number"].native
    signer = next((one for one in _certificates(signed) if one.serial_number == serial), None)
    if signer is None:
        raise BadSeal("The seal does not carry its certificate.")
    value: bytes = info["signature"].native
    _verify(signer, value, b"\x31" + info["signed_attrs"].dump()[1:])
    return signer, value


def _certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    return [load_certificate(one.dump()) for one in signed["certificates"]]


def _verify(signer: x509.Certificate, signature: bytes, message: bytes) -> None:
    key = signer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadSeal("The key is none that seals.")
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise BadSeal("The signature does not belong to these bytes.") from None


def _trust(
    signer: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> None:
    """From the signer up to a root, each certificate in force at the moment of signing."""
    known = {root.fingerprint(hashes.SHA256()) for root in roots}
    current = signer
    for _step in range(_LONGEST_CHAIN):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise BadSeal(f"The certificate of {_called(current)} was not in force on {at:%Y-%m-%d}.")
        if current.fingerprint(hashes.SHA256()) in known:
            return
        current = next((one for one in (*roots, *others) if _issued(one, current)), current)
    raise BadSeal(f"No authority that is trusted stands behind {_called(signer)}.")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer or issuer == certificate:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False


def _called(certificate: x509.Certificate) -> str:
    return _named(certificate, NameOID.COMMON_NAME) or certificate.subject.rfc4514_string()


def _named(certificate: x509.Certificate, what: x509.ObjectIdentifier) -> str:
    names = certificate.subject.get_attributes_for_oid(what)
    return str(names[0].value) if names else ""
