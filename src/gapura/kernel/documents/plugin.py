"""Who holds the keys that seal, and the certificates that a verifier trusts.

Keys sit in a folder (the demonstration authority) or in a hardware module; the sealer cannot tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from gapura.kernel.documents.types import BlockTerms, CannotSealDocument

Chain = tuple[bytes, ...]
"""Certificates (DER): the key's own first, then who issued it, without the root."""


class SealKey(ABC):
    """A P-256 key with its certificates. ``chain``: DER, its own certificate first, without the root."""

    chain: tuple[bytes, ...]

    @abstractmethod
    def sign(self, digest: bytes) -> bytes:
        """DER-encoded ECDSA signature over a SHA-256 ``digest``. Raises CannotSealDocument."""


class SealProvider(ABC):
    """An authority as the house sees it: keys by agency, a time-stamp key, roots and revocation lists."""

    @abstractmethod
    def get_seal_key(self, agency_code: str, now: datetime) -> SealKey:
        """The agency's key, its certificate valid at ``now``. Raises CannotSealDocument."""

    @abstractmethod
    def get_timestamp_key(self, now: datetime) -> SealKey:
        """The key of the RFC 3161 time-stamp authority. Raises CannotSealDocument."""

    @abstractmethod
    def list_roots(self) -> tuple[bytes, ...]:
        """Certificates (DER) that a verifier trusts."""

    @abstractmethod
    def list_authorities(self) -> tuple[bytes, ...]:
        """Certificates (DER) between the roots and the keys."""

    @abstractmethod
    def list_revocations(self, now: datetime) -> tuple[bytes, ...]:
        """Revocation lists (DER) in force at ``now``."""

    def certify_seal_key(self, terms: BlockTerms, name: str) -> tuple[bytes, ...]:
        """The chain (DER) for a counter's seal key, called ``name``. Raises CannotSealDocument."""
        raise CannotSealDocument("This authority certifies no keys of counters.")

    def certify_timestamp_key(self, terms: BlockTerms, name: str) -> tuple[bytes, ...]:
        """The chain (DER) for a counter's time-stamp key, called ``name``. Raises CannotSealDocument."""
        raise CannotSealDocument("This authority certifies no keys of counters.")

    def certify_signer(self, public: bytes, name: str, unit: str, valid_from: datetime, valid_until: datetime) -> Chain:
        """The chain (DER) for the key (SPKI, DER) of an official of the ``unit``. Raises CannotSealDocument."""
        raise CannotSealDocument("This authority certifies no keys of officials.")

    def revoke(self, certificates: Sequence[bytes], now: datetime) -> None:
        """Put certificates (DER) on the revocation list. Raises CannotSealDocument."""
        raise CannotSealDocument("This authority revokes no certificates.")


_seal_provider: SealProvider | None = None


def register_seal_provider(provider: SealProvider) -> None:
    """Let ``provider`` hold the keys. The last one registered does."""
    global _seal_provider
    _seal_provider = provider


def get_seal_provider() -> SealProvider:
    """Who holds the keys. Raises CannotSealDocument when nobody does."""
    if _seal_provider is None:
        raise CannotSealDocument("No seal provider is registered, so no document can be sealed.")
    return _seal_provider
