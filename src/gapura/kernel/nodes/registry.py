"""The member registry: one signed, numbered file with a last day, verified whole before anything in it counts."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from gapura.kernel.nodes.certificates import require_revocations_of
from gapura.kernel.nodes.rules import parse_member
from gapura.kernel.nodes.signing import MessageSigner, MessageVerifier, certificate_digest, verifier_from
from gapura.kernel.nodes.types import (
    BadRegistry,
    Fault,
    Member,
    MemberId,
    MessageRefused,
    Subsystem,
    SubsystemId,
)

REGISTRY_UNIT = "registry"  # the organizational unit in the certificate that may sign the registry
REGISTRY = "member registry"


@dataclass(frozen=True)
class Registry:
    """Who takes part. ``verifiers`` holds the signing keys in force by certificate digest; ``revocation_list`` (PEM)
    is the same for TLS, and counts until the same moment.
    """

    instance: str
    version: int
    valid_until: datetime
    members: Mapping[MemberId, Member]
    verifiers: Mapping[str, MessageVerifier]
    signers: Mapping[str, Member] = field(repr=False)
    revocation_list: str = field(repr=False)

    def get_signer(self, kid: str, now: datetime) -> tuple[Member, MessageVerifier]:
        """The member whose certificate ``kid`` is, and its key. Raises MessageRefused."""
        member = self.signers.get(kid)
        if member is None:
            raise MessageRefused(Fault.CERTIFICATE, "The certificate that signed is not in the member registry.")
        if not member.is_valid(now):
            raise MessageRefused(Fault.UNKNOWN_MEMBER, f"{member.id} is not a member now.")
        return member, self.verifiers[kid]

    def get_subsystem(self, wanted: SubsystemId, now: datetime) -> Subsystem:
        """Raises MessageRefused when it or its member does not take part now."""
        member = self.members.get(wanted.member)
        if member is not None and member.is_valid(now):
            for subsystem in member.subsystems:
                if subsystem.id == wanted:
                    return subsystem
        raise MessageRefused(Fault.UNKNOWN_MEMBER, f"{wanted} is not in the member registry.")

    def find_provider(self, service: str, now: datetime) -> tuple[Member, Subsystem] | None:
        """Who answers ``service``, if anybody does now."""
        for member in self.members.values():
            for subsystem in member.subsystems:
                if service in subsystem.services and member.is_valid(now):
                    return member, subsystem
        return None

    def require_current(self, now: datetime) -> None:
        """Raises MessageRefused after the registry's last day."""
        if now >= self.valid_until:
            raise MessageRefused(
                Fault.OUTDATED_REGISTRY, f"The member registry {self.version} ended at {self.valid_until.isoformat()}."
            )


def read_registry(text: str, authority: x509.Certificate) -> Registry:
    """The registry in ``text``, signed by a certificate that ``authority`` made for this. Raises BadRegistry."""
    facts = read_signed(REGISTRY, text, authority)
    try:
        members = {member.id: member for member in map(read_member, facts["members"])}
        verifiers = {
            certificate_digest(certificate): verifier_from(certificate)
            for certificate in map(_certificate, facts["signing_certificates"])
            if _is_from(certificate, authority)
        }
        revoked = set(facts["revoked"])
        require_revocations_of(authority, facts["revocation_list"])
        return Registry(
            instance=facts["instance"],
            version=facts["version"],
            valid_until=datetime.fromisoformat(facts["valid_until"]),
            members=members,
            verifiers=verifiers,
            signers={
                kid: member
                for member in members.values()
                for kid in member.signing
                if kid in verifiers and kid not in revoked
            },
            revocation_list=facts["revocation_list"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRegistry(
            f"The member registry cannot be read ({error!r}). Ask the authority for a new one."
        ) from error


def read_signed(what: str, text: str, authority: x509.Certificate) -> dict[str, Any]:
    """The facts in ``text``, signed as a ``what`` by the key that ``authority`` certified. Raises BadRegistry."""
    try:
        file = json.loads(text)
        certificate = _certificate(file["certificate"])
        unit = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value
        content = file["content"]
        is_signed = verifier_from(certificate).has_signed(_line(what, content), file["signature"])
        if unit != REGISTRY_UNIT or not _is_from(certificate, authority) or not is_signed:
            raise BadRegistry(f"The {what} is not signed by the exchange authority; it was left out.")
        facts: dict[str, Any] = json.loads(content)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadRegistry(f"The {what} is not what an authority signs ({error!r}).") from error
    return facts


def sign_facts(what: str, facts: Mapping[str, Any], signer: MessageSigner, certificate_pem: str) -> str:
    """The facts as a node reads them: JSON with the content as text, a detached JWS over it, and its signer."""
    content = json.dumps(facts, sort_keys=True)
    signature = signer.sign(_line(what, content))
    return json.dumps({"certificate": certificate_pem, "content": content, "signature": signature}, indent=1)


def _line(what: str, content: str) -> bytes:
    """A signature under one kind of file is none under another."""
    return f"gapura-{what.replace(' ', '-')} {hashlib.sha256(content.encode()).hexdigest()}".encode()


def read_member(facts: Mapping[str, Any]) -> Member:
    """Raises KeyError, ValueError or MessageRefused."""
    member = parse_member(facts["member"])
    return Member(
        id=member,
        title=facts["title"],
        address=facts["address"],
        is_active=facts["status"] == "active",
        valid_from=datetime.fromisoformat(facts["valid_from"]),
        valid_until=datetime.fromisoformat(facts["valid_until"]),
        subsystems=tuple(read_subsystem(member, one) for one in facts["subsystems"]),
        signing=tuple(facts["signing"]),
        tls=tuple(facts["tls"]),
    )


def read_subsystem(member: MemberId, facts: Mapping[str, Any]) -> Subsystem:
    return Subsystem(SubsystemId(member, facts["code"]), facts["agency"], frozenset(facts["services"]))


def _certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _is_from(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Old or new, never torn: written beside, synced, then renamed."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    draft.rename(path)
