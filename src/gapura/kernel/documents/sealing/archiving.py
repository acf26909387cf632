"""From B-T to B-LTA: certificates and revocation lists of the day go into the file, a time-stamp over all.

After that the seal stands on its own: it verifies with our servers gone and the certificates expired.
"""

from datetime import datetime
from io import BytesIO

from asn1crypto import cms, crl, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import add_validation_info
from pyhanko_certvalidator import ValidationContext

from gapura.kernel.documents.plugin import SealProvider
from gapura.kernel.documents.sealing.cms import TST_INFO, PreparedSigner, timestamp_token


class _LocalTimeStamper(TimeStamper):
    """The authority's time-stamp key, asked without a network."""

    def __init__(self, signer: PreparedSigner, now: datetime) -> None:
        super().__init__()
        self._signer, self._now = signer, now

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if md_algorithm != "sha256":
            raise ValueError("The time-stamp authority stamps SHA-256 digests only.")
        return cms.ContentInfo.load(timestamp_token(self._signer, message_digest, self._now))


def archive_seal(content: bytes, provider: SealProvider, now: datetime) -> bytes:
    """The B-T sealed ``content`` as B-LTA: the old bytes unchanged, increments behind them."""
    context = _context(provider, now)
    signature = PdfFileReader(BytesIO(content)).embedded_regular_signatures[0]
    with_data = add_validation_info(signature, context)
    writer = IncrementalPdfFileWriter(with_data)
    stamper = PdfTimeStamper(_LocalTimeStamper(PreparedSigner(provider.get_timestamp_key(now), TST_INFO), now))
    # The time-stamp comes last and covers everything: a verifier accepts nothing behind it.
    settings = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    archived: BytesIO = stamper.timestamp_pdf(writer, "sha256", validation_context=context, dss_settings=settings)
    return archived.getvalue()


def _context(provider: SealProvider, now: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in provider.list_roots()],
        other_certs=[x509.Certificate.load(one) for one in provider.list_authorities()],
        crls=[crl.CertificateList.load(one) for one in provider.list_revocations(now)],
        moment=now,
        revocation_mode="require",
        allow_fetching=False,
    )
