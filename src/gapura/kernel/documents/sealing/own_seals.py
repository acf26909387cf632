"""Whether a known key sealed a file: read strictly in the one shape ``pades`` writes; everything else is a no.

Anybody may send such a file, so no PDF is parsed: a pattern, two slices, one CMS structure.
"""

import hashlib
import re

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

_SEAL = re.compile(rb"/ByteRange\[0 +(\d{1,10}) +(\d{1,10}) +(\d{1,10})\]/Contents<([0-9a-f]+)>")


def is_sealed_with(content: bytes, public: bytes) -> bool:
    """Whether ``content``, whole, carries exactly one seal and the key ``public`` (SPKI, DER) made it."""
    seals = list(_SEAL.finditer(content))
    if len(seals) != 1:
        return False
    gap, after, rest = (int(seals[0][number]) for number in (1, 2, 3))
    if (gap, after, after + rest) != (seals[0].start(4) - 1, seals[0].end(), len(content)):
        return False
    total = hashlib.sha256(content[:gap])
    total.update(content[after:])
    try:
        return _is_signed(bytes.fromhex(seals[0][4].decode()), total.digest(), public)
    except (InvalidSignature, ValueError, TypeError, LookupError):
        return False


def _is_signed(encoded: bytes, digest: bytes, public: bytes) -> bool:
    signer = cms.ContentInfo.load(encoded)["content"]["signer_infos"][0]
    stated = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    if stated.get("message_digest") != digest:
        return False
    key = load_der_public_key(public)
    assert isinstance(key, ec.EllipticCurvePublicKey)  # the house stored it
    # Signed is the SET OF, whose tag the structure replaces by its own.
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    key.verify(signer["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
    return True
