"""The authority's keys as the sealer uses them: read once, checked against their certificates, kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gapura.kernel.documents.plugin import Chain, SealKey, SealProvider
from gapura.kernel.documents.providers.demo.authority import (
    AuthorityFolder,
    CannotUseAuthority,
    Change,
    as_seal,
    as_timestamp,
)
from gapura.kernel.documents.types import BlockTerms, CannotSealDocument

_DIGEST_GIVEN = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
_RENEW_BEFORE_END = timedelta(days=23)
"""A revocation list is signed again with less than this left: none that verifiers see is over a week old."""


class CertifiedKey(SealKey):
    """A key of the folder's certificate of this name. Raises CannotUseAuthority when it does not fit it."""

    def __init__(self, folder: AuthorityFolder, name: str, public_key: ec.EllipticCurvePublicKey) -> None:
        self._certificate = folder.load_certificate(name)
        if public_key != self._certificate.public_key():
            raise CannotUseAuthority(
                f"The key {folder.folder / name} does not belong to {name}.crt. "
                "Restore both from the same backup, or delete both and run `gapura pki init`."
            )
        revoked = folder.load_revocations("issuing").get_revoked_certificate_by_serial_number(
            self._certificate.serial_number
        )
        if revoked is not None:
            raise CannotUseAuthority(f"The certificate {name}.crt is revoked; make a new one.")
        issuing = folder.load_certificate("issuing")
        self.chain = (self._certificate.public_bytes(Encoding.DER), issuing.public_bytes(Encoding.DER))
        self.name = name

    def require_valid(self, now: datetime) -> None:
        """Raises CannotSealDocument outside the certificate's life: also when the clock has run back."""
        begin, end = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        if not begin <= now < end:
            raise CannotSealDocument(
                f"The certificate {self.name} is valid from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} "
                f"UTC, but the clock says {now:%Y-%m-%d %H:%M}. Check the clock; if it is right, "
                "renew the certificate."
            )


class FileKey(CertifiedKey):
    """A key that was read from a file."""

    def __init__(self, folder: AuthorityFolder, name: str) -> None:
        self._key = folder.load_key(name)
        super().__init__(folder, name, self._key.public_key())

    def sign(self, digest: bytes) -> bytes:
        return self._key.sign(digest, _DIGEST_GIVEN)


class DemoAuthority(SealProvider):
    """Keys from a folder made by ``gapura pki init``."""

    def __init__(self, folder: Path) -> None:
        self._folder = AuthorityFolder(folder)
        self._keys: dict[str, CertifiedKey] = {}

    def get_seal_key(self, agency_code: str, now: datetime) -> SealKey:
        return self._get(f"seals/{agency_code}", now)

    def get_timestamp_key(self, now: datetime) -> SealKey:
        return self._get("timestamp", now)

    def open_key(self, name: str) -> CertifiedKey:
        """The key of this name, from its file."""
        return FileKey(self._folder, name)

    def _get(self, name: str, now: datetime) -> CertifiedKey:
        key = self._keys.get(name)
        if key is None:
            try:
                key = self._keys[name] = self.open_key(name)
            except (CannotUseAuthority, OSError, ValueError) as error:
                raise CannotSealDocument(f"The key {name} cannot be used. {error}") from error
        key.require_valid(now)
        return key

    def list_roots(self) -> tuple[bytes, ...]:
        return (self._folder.load_certificate("root").public_bytes(Encoding.DER),)

    def list_authorities(self) -> tuple[bytes, ...]:
        return (self._folder.load_certificate("issuing").public_bytes(Encoding.DER),)

    def list_revocations(self, now: datetime) -> tuple[bytes, ...]:
        return tuple(self._fresh(name, now).public_bytes(Encoding.DER) for name in ("root", "issuing"))

    def certify_seal_key(self, terms: BlockTerms, name: str) -> tuple[bytes, ...]:
        return self._certify(name, terms.seal_public, as_seal, terms)

    def certify_timestamp_key(self, terms: BlockTerms, name: str) -> tuple[bytes, ...]:
        return self._certify(name, terms.time_public, as_timestamp, terms)

    def certify_signer(self, public: bytes, name: str, unit: str, valid_from: datetime, valid_until: datetime) -> Chain:
        try:
            return self._folder.certify_signer(name, unit, public, valid_from, valid_until, self._country())
        except (CannotUseAuthority, OSError, ValueError) as error:
            raise CannotSealDocument(f"The key of {name} cannot be certified. {error}") from error

    def _certify(self, name: str, public: bytes, use: Change, terms: BlockTerms) -> tuple[bytes, ...]:
        try:
            return self._folder.certify(name, public, use, terms, self._country())
        except (CannotUseAuthority, OSError, ValueError) as error:
            raise CannotSealDocument(f"The keys of {terms.counter} cannot be certified. {error}") from error

    def _country(self) -> str:
        country = self._folder.load_certificate("issuing").subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        return str(country[0].value)

    def revoke(self, certificates: Sequence[bytes], now: datetime) -> None:
        serials = tuple(x509.load_der_x509_certificate(one).serial_number for one in certificates)
        self._folder.publish_revocations("issuing", serials, now)

    def _fresh(self, name: str, now: datetime) -> x509.CertificateRevocationList:
        current = self._folder.load_revocations(name)
        end = current.next_update_utc
        from_the_future = current.last_update_utc > now  # a clock ran ahead and was set right: nobody would believe it
        if end is None or from_the_future or end - now < _RENEW_BEFORE_END:
            self._folder.publish_revocations(name, (), now)
            current = self._folder.load_revocations(name)
        return current
