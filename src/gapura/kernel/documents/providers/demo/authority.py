"""Makes the authority's keys, certificates and revocation lists. Everything that exists is kept."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gapura.kernel.documents.types import BlockTerms

_YEAR = timedelta(days=365)
_LIFE = {"root": 25 * _YEAR, "issuing": 20 * _YEAR, "timestamp": 10 * _YEAR, "seal": 5 * _YEAR}
CRL_LIFE = timedelta(days=30)

Certificate = x509.Certificate
Key = ec.EllipticCurvePrivateKey
Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


class CannotUseAuthority(Exception):
    """A file of the authority is missing or does not fit the others; ``str()`` says which and what to do."""


class AuthorityFolder:
    """The files of one authority: ``<name>.key`` (mode 0600), ``<name>.crt``, ``<name>.crl``, all PEM."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_key(self, name: str) -> Key:
        """Raises CannotUseAuthority when the file is missing or is no P-256 key."""
        key = serialization.load_pem_private_key(self._read(f"{name}.key"), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise CannotUseAuthority(f"{self.folder / name}.key is not a P-256 key.")
        return key

    def load_certificate(self, name: str) -> Certificate:
        """Raises CannotUseAuthority when the file is missing."""
        return x509.load_pem_x509_certificate(self._read(f"{name}.crt"))

    def load_revocations(self, name: str) -> x509.CertificateRevocationList:
        """Raises CannotUseAuthority when the file is missing."""
        return x509.load_pem_x509_crl(self._read(f"{name}.crl"))

    def _read(self, file: str) -> bytes:
        try:
            return (self.folder / file).read_bytes()
        except FileNotFoundError as error:
            raise CannotUseAuthority(
                f"The file {self.folder / file} is missing. Restore it from the backup, "
                "or run `gapura pki init` to make a new authority."
            ) from error

    def create(self, names: Mapping[str, str], now: datetime, country: str) -> list[str]:
        """Make what is missing: root, issuing and time-stamp authority, a seal for each of ``names`` (title
        by agency code). Returns what was made. Raises CannotUseAuthority where a certificate lost its key.
        """
        (self.folder / "seals").mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        with self._alone():
            return self._create(names, now, country)

    def _create(self, names: Mapping[str, str], now: datetime, country: str) -> list[str]:
        made = [
            *self._ensure("root", "Gapura Root Authority", None, now, country, _as_authority(1)),
            *self._ensure("issuing", "Gapura Issuing Authority", "root", now, country, _as_authority(0)),
            *self._ensure("timestamp", "Gapura Time-Stamp Authority", "issuing", now, country, as_timestamp),
        ]
        for code, title in names.items():
            made += self._ensure(f"seals/{code}", title, "issuing", now, country, as_seal)
        for name in ("root", "issuing"):
            if not (self.folder / f"{name}.crl").exists():
                self._publish(name, (), now)
        return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two processes that start at once must not write halves of two authorities."""
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _ensure(
        self, name: str, title: str, issuer: str | None, now: datetime, country: str, change: Change
    ) -> list[str]:
        if (self.folder / f"{name}.crt").exists():
            self.load_key(name)
            return []
        key = self._new_key(name)
        subject = _name(title, name, country)
        signer = self.load_key(issuer) if issuer else key
        issuer_name = self.load_certificate(issuer).subject if issuer else subject
        life = _LIFE["seal" if name.startswith("seals/") else name]
        builder = x509.CertificateBuilder(
            issuer_name, subject, key.public_key(), x509.random_serial_number(), now, now + life
        ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        certificate = change(builder).sign(signer, hashes.SHA256())
        self._write(f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)
        return [name]

    def certify(self, name: str, public: bytes, use: Change, terms: BlockTerms, country: str) -> tuple[bytes, ...]:
        """The chain for a key of a counter: usable in the terms' hours, verifiable until ``certified_until``."""

        def change(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
            hours = x509.PrivateKeyUsagePeriod(terms.valid_from, terms.valid_until)
            return use(builder.add_extension(hours, critical=False))

        subject = _name(name, terms.counter, country)
        return self._certified(subject, public, change, terms.valid_from, terms.certified_until)

    def certify_signer(
        self, name: str, unit: str, public: bytes, valid_from: datetime, valid_until: datetime, country: str
    ) -> tuple[bytes, ...]:
        """The chain for the key of an official of a unit."""
        return self._certified(_name(name, unit, country), public, as_seal, valid_from, valid_until)

    def _certified(
        self, subject: x509.Name, public: bytes, use: Change, valid_from: datetime, valid_until: datetime
    ) -> tuple[bytes, ...]:
        key = serialization.load_der_public_key(public)
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise CannotUseAuthority(f"The key of {subject.rfc4514_string()} is not a P-256 key.")
        issuing, signer = self.load_certificate("issuing"), self.load_key("issuing")
        builder = x509.CertificateBuilder(
            issuing.subject, subject, key, x509.random_serial_number(), valid_from, valid_until
        ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        made = use(builder).sign(signer, hashes.SHA256())
        return tuple(one.public_bytes(serialization.Encoding.DER) for one in (made, issuing))

    def _new_key(self, name: str) -> Key:
        if (self.folder / f"{name}.key").exists():  # a run that ended between key and certificate
            return self.load_key(name)
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._write(f"{name}.key", pem, 0o600)
        return key

    def publish_revocations(self, name: str, revoked: tuple[int, ...], now: datetime) -> None:
        """Sign the revocation list of authority ``name``: the serials on it and those in ``revoked``."""
        with self._alone():
            self._publish(name, revoked, now)

    def _publish(self, name: str, revoked: tuple[int, ...], now: datetime) -> None:
        certificate, key = self.load_certificate(name), self.load_key(name)
        builder = x509.CertificateRevocationListBuilder(certificate.subject, now, now + CRL_LIFE)
        number = int(now.timestamp())
        if (self.folder / f"{name}.crl").exists():
            before = self.load_revocations(name)
            # Numbers only grow (RFC 5280 5.2.3), also where the clock went back.
            number = max(number, before.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number + 1)
            for entry in before:
                builder = builder.add_revoked_certificate(entry)
        for serial in revoked:
            entry = x509.RevokedCertificateBuilder(serial, now).build()
            builder = builder.add_revoked_certificate(entry)
        signed = (
            builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .add_extension(x509.CRLNumber(number), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._write(f"{name}.crl", signed.public_bytes(serialization.Encoding.PEM), 0o644)

    def _write(self, file: str, content: bytes, mode: int) -> None:
        """Whole or not at all: written beside, then renamed."""
        path = self.folder / file
        part = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        part.rename(path)


def _name(title: str, name: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Gapura"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, name.removeprefix("seals/")),
            x509.NameAttribute(NameOID.COMMON_NAME, title[:64]),
        ]
    )


def _usage(*, sign: bool, commit: bool, issue: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=commit,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issue,
        crl_sign=issue,
        encipher_only=False,
        decipher_only=False,
    )


def _as_authority(path_length: int) -> Change:
    def change(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        return builder.add_extension(_usage(sign=False, commit=False, issue=True), critical=True)

    return change


def as_timestamp(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = builder.add_extension(_usage(sign=True, commit=False, issue=False), critical=True)
    return builder.add_extension(purpose, critical=True)


def as_seal(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(_usage(sign=True, commit=True, issue=False), critical=True)
