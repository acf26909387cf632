"""The exchange authority: who may take part, said in certificates and in the signed member registry."""

import fcntl
import ipaddress
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gapura.kernel.nodes.certificates import Revocation, Term, sign_revocations
from gapura.kernel.nodes.guard.policy import POLICY, read_policy
from gapura.kernel.nodes.registry import REGISTRY, REGISTRY_UNIT, read_member, sign_facts, write_whole
from gapura.kernel.nodes.rules import parse_member
from gapura.kernel.nodes.signing import certificate_digest, signer_from_files
from gapura.kernel.nodes.types import CannotAdmit

_AUTHORITY_LIFE = timedelta(days=3650)
_MEMBER_LIFE = timedelta(days=730)
_MARGIN = timedelta(hours=1)  # clocks of other nodes may be behind
REGISTRY_LIFE = timedelta(days=7)

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class ExchangeAuthority:
    """The files of the authority: ``root`` and ``registry``, each a key and a certificate, and the registry's facts."""

    path: Path

    def create(self, instance: str, now: datetime) -> str:
        """Make what is missing; returns the fingerprint that nodes are told by another way than the network."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            if not (self.path / "root.crt").exists():
                root = self._new_key("root")
                name = _name(f"{instance} Exchange Authority", "authority")
                certificate = _as_authority(name, root, now).sign(root, hashes.SHA256())
                self._write_certificate("root", certificate)
                unit = _name(f"{instance} Member Registry", REGISTRY_UNIT)
                signer = self._new_key("registry")
                builder = _builder(certificate.subject, unit, signer.public_key(), now, _AUTHORITY_LIFE)
                self._write_certificate("registry", _for_signing(builder).sign(root, hashes.SHA256()))
                facts = {"instance": instance, "version": 0, "members": [], "signing_certificates": []}
                facts |= {"revoked": [], "revoked_serials": []}
                self._publish(facts, now)
        return self.fingerprint

    @property
    def fingerprint(self) -> str:
        return self._certificate("root").fingerprint(hashes.SHA256()).hex()

    def admit(self, request: Mapping[str, Any], now: datetime) -> dict[str, str]:
        """Sign both certificates of the request and enter the member; returns the answer for the node.

        A member known already gets new certificates beside those in force, as long as it is not suspended.
        Raises CannotAdmit.
        """
        with self._alone():
            facts = self._facts()
            try:
                member = parse_member(request["member"])
                if member.instance != facts["instance"]:
                    raise CannotAdmit(f"{member} is of another network than {facts['instance']}.")
                certificates = {use: self._sign(request, use, now) for use in ("sign", "tls")}
                entry = self._entry(facts, request, certificates, now)
                read_member(entry)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise CannotAdmit(f"The request to join cannot be read: {error!r}.") from error
            others = [one for one in facts["members"] if one["member"] != request["member"]]
            facts["members"] = [*others, entry]
            facts["signing_certificates"].append(_pem(certificates["sign"]))
            self._publish(facts, now)
        return {
            "authority": (self.path / "root.crt").read_text(),
            "sign": _pem(certificates["sign"]),
            "tls": _pem(certificates["tls"]),
            "registry": self.registry_text(),
        }

    def suspend(self, member: str, now: datetime) -> None:
        """Nobody answers the member any more, from the next registry on. Raises CannotAdmit when it is unknown."""
        with self._alone():
            facts = self._facts()
            self._find(facts, member).update(status="suspended", suspended_at=now.isoformat())
            self._publish(facts, now)

    def revoke(self, member: str, now: datetime) -> None:
        """No certificate of the member counts any more; it may ask for new ones. Raises CannotAdmit."""
        with self._alone():
            facts = self._facts()
            entry = self._find(facts, member)
            facts["revoked"] += entry["signing"]
            facts["revoked_serials"] += [[serial, now.isoformat()] for serial in entry["serials"]]
            entry["signing"], entry["tls"], entry["serials"] = [], [], []
            self._publish(facts, now)

    def renew(self, now: datetime) -> None:
        """The same registry under a new number and with a new last day."""
        with self._alone():
            self._publish(self._facts(), now)

    def place_guard(self, policy: Mapping[str, Any], life: timedelta, now: datetime) -> str:
        """Put the policy's guard before the member it guards, in the registry: its address, its TLS certificates.

        Returns the policy, signed, in force for ``life``, numbered like that registry. Raises CannotAdmit, BadRegistry.
        """
        with self._alone():
            facts = self._facts()
            guarded, guard = (self._find(facts, policy[which]) for which in ("guarded", "guard"))
            terms = {"number": facts["version"] + 1, "valid_until": (now + life).isoformat()}
            signed = self._signed(POLICY, {**policy, **terms})
            read_policy(signed, self._certificate("root"))
            guarded["address"] = guard["address"]
            guarded["tls"] = sorted({*guarded["tls"], *guard["tls"]})
            self._publish(facts, now)
        return signed

    def registry_text(self) -> str:
        return (self.path / "registry.signed").read_text()

    def _find(self, facts: Mapping[str, Any], member: str) -> dict[str, Any]:
        for entry in facts["members"]:
            if entry["member"] == member:
                found: dict[str, Any] = entry
                return found
        raise CannotAdmit(f"{member} is not in the member registry.")

    def _entry(
        self, facts: Mapping[str, Any], request: Mapping[str, Any], certificates: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        known = next((one for one in facts["members"] if one["member"] == request["member"]), None)
        if known is not None and known["status"] != "active":
            raise CannotAdmit(f"{request['member']} is suspended; it is admitted again by its entry, not by new keys.")
        _require_free_services(facts, request)
        return {
            "member": request["member"],
            "title": request["title"],
            "address": request["address"],
            "subsystems": request["subsystems"],
            "status": "active",
            "valid_from": known["valid_from"] if known else (now - _MARGIN).isoformat(),
            "valid_until": (now + _MEMBER_LIFE).isoformat(),
            "signing": [*(known["signing"] if known else []), certificate_digest(certificates["sign"])],
            "tls": [*(known["tls"] if known else []), certificate_digest(certificates["tls"])],
            "serials": [
                *(known["serials"] if known else []),
                *(f"{one.serial_number:x}" for one in certificates.values()),
            ],
        }

    def _sign(self, request: Mapping[str, Any], use: str, now: datetime) -> x509.Certificate:
        asked = x509.load_pem_x509_csr(request[f"{use}_request"].encode())
        public = asked.public_key()
        if not asked.is_signature_valid or not isinstance(public, ec.EllipticCurvePublicKey):
            raise CannotAdmit(f"The request for the {use} certificate is not signed with its own key.")
        if not isinstance(public.curve, ec.SECP256R1):
            raise CannotAdmit(f"The {use} key is not on the curve P-256.")
        issuer = self._certificate("root").subject
        builder = _builder(issuer, _name(request["member"], use), public, now, _MEMBER_LIFE)
        builder = _for_tls(builder, request["address"]) if use == "tls" else _for_signing(builder)
        return builder.sign(self._key("root"), hashes.SHA256())

    def _publish(self, facts: dict[str, Any], now: datetime) -> None:
        facts |= {
            "version": facts["version"] + 1,
            "issued_at": now.isoformat(),
            "valid_until": (now + REGISTRY_LIFE).isoformat(),
        }
        term = Term(facts["version"], now - _MARGIN, now + REGISTRY_LIFE)
        facts["revocation_list"] = sign_revocations(
            _revocations(facts), self._certificate("root"), self._key("root"), term
        )
        text = self._signed(REGISTRY, facts)
        write_whole(self.path / "registry.json", json.dumps(facts, indent=1, sort_keys=True).encode())
        write_whole(self.path / "registry.signed", text.encode())

    def _signed(self, what: str, facts: Mapping[str, Any]) -> str:
        certificate = (self.path / "registry.crt").read_bytes()
        signer = signer_from_files((self.path / "registry.key").read_bytes(), certificate)
        return sign_facts(what, facts, signer, certificate.decode())

    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((self.path / "registry.json").read_text())
        except FileNotFoundError:
            raise CannotAdmit("This home holds no exchange authority. Run gapura node authority first.") from None
        return facts

    def _certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.path / f"{name}.crt").read_bytes())

    def _key(self, name: str) -> Key:
        key = serialization.load_pem_private_key((self.path / f"{name}.key").read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def _new_key(self, name: str) -> Key:
        key = ec.generate_private_key(ec.SECP256R1())
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        write_whole(self.path / f"{name}.key", key.private_bytes(encoding, form, serialization.NoEncryption()), 0o600)
        return key

    def _write_certificate(self, name: str, certificate: x509.Certificate) -> None:
        write_whole(self.path / f"{name}.crt", _pem(certificate).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self.path.exists():
            raise CannotAdmit("This home holds no exchange authority. Run gapura node authority first.")
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _revocations(facts: Mapping[str, Any]) -> Iterator[Revocation]:
    """Every certificate taken back, and those of members that are suspended."""
    for serial, revoked_at in facts["revoked_serials"]:
        yield Revocation(serial, datetime.fromisoformat(revoked_at))
    for entry in facts["members"]:
        if entry["status"] == "suspended":
            for serial in entry["serials"]:
                yield Revocation(serial, datetime.fromisoformat(entry["suspended_at"]), is_hold=True)


def _require_free_services(facts: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """An evidence type has one holder: two answers to one question would be none."""
    offered = {service for one in request["subsystems"] for service in one["services"]}
    for entry in facts["members"]:
        if entry["member"] != request["member"]:
            for subsystem in entry["subsystems"]:
                if taken := offered & set(subsystem["services"]):
                    raise CannotAdmit(f"{', '.join(sorted(taken))} is answered by {entry['member']} already.")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(title: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Gapura"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, title[:64]),
        ]
    )


def _builder(
    issuer: x509.Name, subject: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    begin = now - _MARGIN
    return x509.CertificateBuilder(
        issuer, subject, public, x509.random_serial_number(), begin, now + life
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _as_authority(name: x509.Name, key: Key, now: datetime) -> x509.CertificateBuilder:
    builder = _builder(name, name, key.public_key(), now, _AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(sign=False, issue=True), critical=True)


def _for_signing(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return builder.add_extension(_usage(sign=True, issue=False), critical=True)


def _for_tls(builder: x509.CertificateBuilder, address: str) -> x509.CertificateBuilder:
    host = urlsplit(address).hostname or ""
    name: x509.GeneralName
    try:
        name = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return _for_signing(builder).add_extension(x509.SubjectAlternativeName([name]), critical=False)


def _usage(*, sign: bool, issue: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issue,
        crl_sign=issue,
        encipher_only=False,
        decipher_only=False,
    )
