"""The kept path: the bytes that are sealed, and whether rows, bytes, signatures and seal still agree."""

import hashlib
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from gapura.foundation.canonical import canonical_bytes, digest
from gapura.foundation.isolation import as_house
from gapura.foundation.notes import decode_base64
from gapura.kernel.approvals.models import ApprovalLine, LineVersion, PathEntry, SigningKey
from gapura.kernel.approvals.queries.lines import WHOEVER_IS_ON_IT, get_path, list_steps, list_versions
from gapura.kernel.approvals.rules import ENDS, PATH_FORMAT, Entry
from gapura.kernel.approvals.types import PathAct, StepStatus
from gapura.kernel.documents.queries import find_seal_fault, is_certified


@as_house(WHOEVER_IS_ON_IT)
def get_path_bytes(line: ApprovalLine) -> bytes:
    """The path of a line that was accessed, as canonical JSON: once it has ended, exactly what was sealed.

    What came after the end (acknowledgements) is chained to it, but not in it.
    """
    entries = _until_end(get_path(line))
    return canonical_bytes(
        {
            "format": PATH_FORMAT,
            "line": {
                "number": line.number,
                "kind": line.kind,
                "object": line.object_ref,
                "case": line.case_number,
                "title": line.title,
                "matter": line.matter,
                "agency": line.agency_code,
            },
            "payload": line.payload,
            "versions": [_version_words(version) for version in list_versions(line)],
            "entries": [
                entry_of(row, line).body | {"sha256": row.entry_digest, "signature": row.signature, "key": row.key_id}
                for row in entries
            ],
            "certificates": _certificates(entries),
        }
    )


def entry_of(row: PathEntry, line: ApprovalLine) -> Entry:
    """The stored entry as it was signed."""
    return Entry(
        line=line.number,
        number=row.number,
        act=row.act,
        at=row.at,
        post_code=row.post_code,
        label=row.label,
        person=row.person,
        acting_for=row.acting_for,
        task=row.task,
        check_code=row.check_code,
        opinion=row.opinion,
        detail=row.detail,
        version=row.version,
        digest=row.digest,
        before=row.before,
    )


@as_house(WHOEVER_IS_ON_IT)
def list_line_faults(number: str) -> list[str]:
    """Everything that no longer agrees on the line, in English; empty when nothing was altered.

    Raises ApprovalLine.DoesNotExist.
    """
    line = ApprovalLine.objects.get(number=number)
    path, versions = get_path(line), list(LineVersion.objects.filter(line=line).order_by("number"))
    faults = [f"The bytes of version {one.number} are not those that were signed." for one in versions if _altered(one)]
    digests = {version.number: version.digest for version in versions}
    faults += _chain_faults(line, path, digests)
    faults += _signature_faults(line, path)
    promised = [one.detail["payload_sha256"] for one in path if "payload_sha256" in one.detail]
    if promised[-1:] != [digest(line.payload).hex()]:
        faults.append("What is to be carried out is not what was signed.")
    return [*faults, *_step_faults(line, path), *_end_faults(line, path)]


@as_house("the keeper of the house checks every line")
def list_line_numbers() -> list[str]:
    """The numbers of all lines, oldest first."""
    return list(ApprovalLine.objects.order_by("pk").values_list("number", flat=True))


def _altered(version: LineVersion) -> bool:
    return hashlib.sha256(version.content).hexdigest() != version.digest


def _chain_faults(line: ApprovalLine, path: Sequence[PathEntry], digests: dict[int, str]) -> list[str]:
    faults, before = [], ""
    for place, row in enumerate(path, start=1):
        said = hashlib.sha256(entry_of(row, line).signed_bytes).hexdigest()
        if row.number != place or row.before != before or row.entry_digest != said:
            faults.append(f"Entry {row.number} was altered, or one before it is missing.")
        if digests.get(row.version) != row.digest:
            faults.append(f"Entry {row.number} is about other bytes than version {row.version}.")
        before = row.entry_digest
    return faults


def _signature_faults(line: ApprovalLine, path: Sequence[PathEntry]) -> list[str]:
    chains = {key_id: x509.load_pem_x509_certificates(pem.encode()) for key_id, pem in _certificates(path).items()}
    trusted = {key_id for key_id, chain in chains.items() if is_certified([_der(one) for one in chain])}
    faults = []
    for row in path:
        if row.person and not row.key_id:
            faults.append(f"Entry {row.number} is not signed.")
        elif row.key_id and row.key_id not in trusted:
            faults.append(f"Entry {row.number} names a key that no trusted authority certified.")
        elif row.key_id and not _is_signed(chains[row.key_id][0], row, entry_of(row, line).signed_bytes):
            faults.append(f"Entry {row.number} was not signed with the key it names.")
    return faults


def _step_faults(line: ApprovalLine, path: Sequence[PathEntry]) -> list[str]:
    """A step that is done rests on an entry of the same person, act and bytes."""
    happened = {(row.person, row.act, row.digest) for row in path}
    done = [step for step in list_steps(line) if step.status == StepStatus.DONE]
    wrong = [step for step in done if (step.acted_by_person, step.act, step.digest) not in happened]
    return [f"The step of {step.post_code} says something that the path does not." for step in wrong]


def _end_faults(line: ApprovalLine, path: Sequence[PathEntry]) -> list[str]:
    ended = [ENDS[PathAct(row.act)] for row in path if row.act in ENDS]
    if line.ended_at is None:
        return ["The path has ended, but the line has not."] if ended else []
    if ended != [line.status] or line.seal is None:
        return ["The line says another end than its path, or its seal is missing."]
    fault = find_seal_fault(get_path_bytes(line), bytes(line.seal))
    return [fault] if fault else []


def _until_end(path: Sequence[PathEntry]) -> list[PathEntry]:
    end = next((place for place, row in enumerate(path) if row.act in ENDS), len(path) - 1)
    return list(path[: end + 1])


def _version_words(version: LineVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "media_type": version.media_type,
        "sha256": version.digest,
        "made_by": version.made_by_label,
        "made_by_person": version.made_by_person,
        "note": version.note,
    }


def _certificates(path: Sequence[PathEntry]) -> dict[str, str]:
    keys = SigningKey.objects.filter(key_id__in={row.key_id for row in path if row.key_id})
    return dict(keys.order_by("key_id").values_list("key_id", "certificates"))


def _is_signed(certificate: x509.Certificate, row: PathEntry, content: bytes) -> bool:
    key = certificate.public_key()
    try:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(decode_base64(row.signature), content, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, AssertionError):
        return False
    return True


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
