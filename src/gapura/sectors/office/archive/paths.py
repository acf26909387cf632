"""Checking the path of an approval line from its JSON alone: the chain, each signature, and the bytes decided about."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.documents.queries import check_signature, load_certificate
from gapura.kernel.documents.types import BadSeal

_NOT_SIGNED = frozenset({"sha256", "signature", "key"})
_PEM_END = b"-----END CERTIFICATE-----"


def version_file(number: int) -> str:
    """Where the bytes of a line's version lie in a document's folder."""
    return f"path/version-{number:04}.bin"


def list_path_problems(
    path: Mapping[str, Any], files: Mapping[str, bytes], roots: Sequence[x509.Certificate]
) -> tuple[list[str], int]:
    """What is wrong with the path, and how many signatures hold. ``files``: those of the document."""
    problems, signatures, before = [], 0, ""
    digests = {version["number"]: version["sha256"] for version in path["versions"]}
    for number, said in digests.items():
        if hashlib.sha256(files.get(version_file(number), b"")).hexdigest() != said:
            problems.append(f"version {number} is not what was decided about")
    for number, entry in enumerate(path["entries"], 1):
        written = canonical_bytes({name: value for name, value in entry.items() if name not in _NOT_SIGNED})
        if hashlib.sha256(written).hexdigest() != entry["sha256"]:
            problems.append(f"entry {number} was altered")
        if entry["before"] != before or entry["number"] != number:
            problems.append(f"entry {number} does not follow the one before it")
        if digests.get(entry["version"]) != entry["digest"]:
            problems.append(f"entry {number} is about other bytes than version {entry['version']}")
        before = entry["sha256"]
        if entry["person"]:
            fault = _signature_fault(entry, written, path["certificates"], roots)
            signatures += not fault
            problems += [f"entry {number}: {fault}"] if fault else []
    return problems, signatures


def _signature_fault(
    entry: Mapping[str, Any], written: bytes, certificates: Mapping[str, str], roots: Sequence[x509.Certificate]
) -> str:
    bundle = certificates.get(entry["key"], "").encode()
    chain = [part + _PEM_END for part in bundle.split(_PEM_END) if b"BEGIN" in part]
    try:
        if not chain or _key_id(chain[0]) != entry["key"]:
            return "no certificate of its key is here"
        check_signature(
            written,
            base64.b64decode(entry["signature"], validate=True),
            chain,
            roots,
            datetime.fromisoformat(entry["at"]),
        )
    except (BadSeal, ValueError) as error:
        return f"its signature does not hold: {error}"
    return ""


def _key_id(certificate: bytes) -> str:
    public = load_certificate(certificate).public_key()
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
