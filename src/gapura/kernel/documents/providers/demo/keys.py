"""The authority's keys as the sealer uses them: read once, checked against their certificates, kept."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

from gapura.kernel.documents.plugin import SealKey, SealProvider
from gapura.kernel.documents.providers.demo.authority import AuthorityFolder, CannotUseAuthority
from gapura.kernel.documents.types import CannotSealDocument

_DIGEST_GIVEN = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
_RENEW_BEFORE_END = timedelta(days=23)
"""A revocation list is signed again with less than this left: none that verifiers see is over a week old."""


class FileKey(SealKey):
    """A key that was read from a file. Raises CannotUseAuthority when it does not fit its certificate."""

    def __init__(self, folder: AuthorityFolder, name: str) -> None:
        self._key = folder.load_key(name)
        self._certificate = folder.load_certificate(name)
        if self._key.public_key() != self._certificate.public_key():
            raise CannotUseAuthority(
                f"{folder.folder / name}.key does not belong to {name}.crt. "
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

    def sign(self, digest: bytes) -> bytes:
        return self._key.sign(digest, _DIGEST_GIVEN)

    def require_valid(self, now: datetime) -> None:
        """Raises CannotSealDocument outside the certificate's life: also when the clock has run back."""
        begin, end = self._certificate.not_valid_before_utc, self._certificate.not_valid_after_utc
        if not begin <= now < end:
            raise CannotSealDocument(
                f"The certificate {self.name} is valid from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} "
                f"UTC, but the clock says {now:%Y-%m-%d %H:%M}. Check the clock; if it is right, "
                "renew the certificate."
            )


class DemoAuthority(SealProvider):
    """Keys from a folder made by ``gapura pki init``."""

    def __init__(self, folder: Path) -> None:
        self._folder = AuthorityFolder(folder)
        self._keys: dict[str, FileKey] = {}

    def get_seal_key(self, agency_code: str, now: datetime) -> SealKey:
        return self._get(f"seals/{agency_code}", now)

    def get_timestamp_key(self, now: datetime) -> SealKey:
        return self._get("timestamp", now)

    def _get(self, name: str, now: datetime) -> FileKey:
        key = self._keys.get(name)
        if key is None:
            try:
                key = self._keys[name] = FileKey(self._folder, name)
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

    def _fresh(self, name: str, now: datetime) -> x509.CertificateRevocationList:
        current = self._folder.load_revocations(name)
        end = current.next_update_utc
        if end is None or end - now < _RENEW_BEFORE_END:
            self._folder.publish_revocations(name, (), now)
            current = self._folder.load_revocations(name)
        return current
