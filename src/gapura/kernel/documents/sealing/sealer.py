"""One agency's prepared sealer: key, certificates and time-stamp authority held ready between documents."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from gapura.kernel.documents.plugin import SealKey, SealProvider
from gapura.kernel.documents.sealing.cms import DATA, TST_INFO, PreparedSigner, timestamp_token
from gapura.kernel.documents.sealing.pades import SealText, seal_pdf

_SIGNATURE_SLACK = 32  # a DER-encoded ECDSA signature varies by a few bytes


class Sealer:
    """Seals PDFs with one key, with a trusted time (B-T) or, for measurements, without (B-B)."""

    def __init__(self, key: SealKey, authority: SealKey) -> None:
        self._signer = PreparedSigner(key, DATA)
        self._authority = PreparedSigner(authority, TST_INFO)
        self._capacity = len(self._cms(bytes(32), datetime(2000, 1, 1, tzinfo=UTC))) + _SIGNATURE_SLACK

    def seal(self, pdf: bytes, text: SealText, *, timestamped: bool = True) -> bytes:
        """``pdf`` sealed at ``text.sealed_at``. Raises CannotSealDocument."""
        moment = text.sealed_at if timestamped else None
        return seal_pdf(pdf, text, self._capacity, lambda digest: self._cms(digest, moment))

    def sign_file(self, content: bytes, moment: datetime) -> bytes:
        """A detached CMS signature over ``content`` with a trusted time (CAdES B-T), DER."""
        return self._cms(hashlib.sha256(content).digest(), moment)

    def _cms(self, digest: bytes, moment: datetime | None) -> bytes:
        signature = self._signer.sign(digest)
        if moment is None:
            return signature.encode()
        imprint = hashlib.sha256(signature.value).digest()
        return signature.encode(timestamp_token(self._authority, imprint, moment))


@lru_cache(maxsize=256)
def _prepared(key: SealKey, authority: SealKey) -> Sealer:
    return Sealer(key, authority)


def get_sealer(provider: SealProvider, agency_code: str, now: datetime) -> Sealer:
    """The agency's sealer, prepared once for its key. Raises CannotSealDocument."""
    return _prepared(provider.get_seal_key(agency_code, now), provider.get_timestamp_key(now))
