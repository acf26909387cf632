"""CMS signatures (RFC 5652, CAdES baseline) and RFC 3161 time-stamp tokens, written from prepared bytes.

Of a signature only the digest, the signature value and the token differ from one document to the next; the
rest is encoded once per key. ``asn1crypto`` would take a hundred times as long for the same bytes.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from asn1crypto import core, x509

from gapura.kernel.documents.plugin import SealKey

_INTEGER, _OCTETS, _OID, _TIME, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _oid(dotted: str) -> bytes:
    return core.ObjectIdentifier(dotted).dump()


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _set_of(parts: Iterable[bytes]) -> bytes:
    """The content of a SET OF: DER sorts its elements."""
    return b"".join(sorted(parts))


_SHA256 = _tlv(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = _tlv(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIMESTAMP = _oid("1.2.840.113549.1.9.16.2.14")
DATA = _oid("1.2.840.113549.1.7.1")
TST_INFO = _oid("1.2.840.113549.1.9.16.1.4")
_POLICY = _oid("2.25.201358436912498216783025430190563318617")
"""The demonstration time-stamp policy, under the arc that anybody may use (X.667)."""


class PreparedSigner:
    """Everything of a CMS signature that depends on the key and the content type only."""

    def __init__(self, key: SealKey, content_type: bytes) -> None:
        certificate = x509.Certificate.load(key.chain[0])
        identity = _tlv(_SEQUENCE, certificate.issuer.dump(), core.Integer(certificate.serial_number).dump())
        reference = _tlv(
            _SEQUENCE,
            _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_OCTETS, hashlib.sha256(key.chain[0]).digest()))),
        )
        self._key = key
        self._fixed_attributes = (
            _tlv(_SEQUENCE, _CONTENT_TYPE, _tlv(_SET, content_type)),
            _tlv(_SEQUENCE, _SIGNING_CERTIFICATE_V2, _tlv(_SET, reference)),
        )
        self._version = _integer(1 if content_type == DATA else 3)
        self._content_type = content_type
        self._certificates = _tlv(_CONTEXT_0, _set_of(key.chain))
        self._signer_head = _integer(1) + identity + _SHA256

    def sign(self, digest: bytes, content: bytes | None = None) -> "Signature":
        """Sign the SHA-256 ``digest`` of ``content``, which is carried along unless None (detached)."""
        message_digest = _tlv(_SEQUENCE, _MESSAGE_DIGEST, _tlv(_SET, _tlv(_OCTETS, digest)))
        attributes = _set_of((*self._fixed_attributes, message_digest))
        signature = self._key.sign(hashlib.sha256(_tlv(_SET, attributes)).digest())
        return Signature(self, attributes, signature, content)

    def assemble(self, attributes: bytes, signature: bytes, content: bytes | None, unsigned: bytes) -> bytes:
        """The ContentInfo, DER."""
        carried = _tlv(_CONTEXT_0, _tlv(_OCTETS, content)) if content is not None else b""
        signer = _tlv(
            _SEQUENCE,
            self._signer_head,
            _tlv(_CONTEXT_0, attributes),
            _ECDSA_SHA256,
            _tlv(_OCTETS, signature),
            unsigned,
        )
        signed_data = _tlv(
            _SEQUENCE,
            self._version,
            _tlv(_SET, _SHA256),
            _tlv(_SEQUENCE, self._content_type, carried),
            self._certificates,
            _tlv(_SET, signer),
        )
        return _tlv(_SEQUENCE, _SIGNED_DATA, _tlv(_CONTEXT_0, signed_data))


class Signature:
    """A made signature, still open for a time-stamp over its value."""

    def __init__(self, signer: PreparedSigner, attributes: bytes, value: bytes, content: bytes | None) -> None:
        self.value = value
        self._signer, self._attributes, self._content = signer, attributes, content

    def encode(self, timestamp_token: bytes | None = None) -> bytes:
        """The CMS signature, DER; with the token it is a B-T one, without a B-B one."""
        unsigned = b""
        if timestamp_token is not None:
            attribute = _tlv(_SEQUENCE, _SIGNATURE_TIMESTAMP, _tlv(_SET, timestamp_token))
            unsigned = _tlv(_CONTEXT_1, attribute)
        return self._signer.assemble(self._attributes, self.value, self._content, unsigned)


def timestamp_token(signer: PreparedSigner, imprint: bytes, moment: datetime, nonce: int | None = None) -> bytes:
    """An RFC 3161 token (DER) that the SHA-256 ``imprint`` existed at ``moment``, by a signer of TST_INFO."""
    info = _tlv(
        _SEQUENCE,
        _integer(1),
        _POLICY,
        _tlv(_SEQUENCE, _SHA256, _tlv(_OCTETS, imprint)),
        _integer(secrets.randbits(63)),
        _tlv(_TIME, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
        _integer(nonce) if nonce is not None else b"",
    )
    return signer.sign(hashlib.sha256(info).digest(), info).encode()
