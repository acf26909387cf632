"""An independent opinion on a seal: pyHanko validates the file as any reader would, from local data only.

Imported in the sandbox alone (``opening.py``): it parses what anybody may have written.
"""

from collections.abc import Coroutine
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar, cast

from asn1crypto import crl, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from gapura.kernel.documents.plugin import SealProvider
from gapura.kernel.documents.sealing.reading import CannotReadFile, SealCheck

Result = TypeVar("Result")


def check_seal(content: bytes, provider: SealProvider, now: datetime) -> SealCheck:
    """Validate the seal of ``content`` as of ``now``. Raises CannotReadFile.

    With an archive time-stamp the seal is judged at that moment, with the revocation lists kept in the file;
    without one it is judged now, with those of ``provider``.
    """
    try:
        reader = PdfFileReader(BytesIO(content))
        if not reader.embedded_regular_signatures:
            return SealCheck(False, "The file carries no seal.")
        return _checked(reader, provider, now)
    except (PdfError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise CannotReadFile(f"The file cannot be read as a sealed PDF: {error}") from error


def _checked(reader: PdfFileReader, provider: SealProvider, now: datetime) -> SealCheck:
    signature = reader.embedded_regular_signatures[0]
    current = [crl.CertificateList.load(one) for one in provider.list_revocations(now)]
    context, archived_at = _context(provider, current, now), None
    if reader.embedded_timestamp_signatures:
        stamp = _at_once(async_validate_pdf_timestamp(reader.embedded_timestamp_signatures[-1], context))
        if not (stamp.valid and stamp.intact and stamp.trusted):
            return SealCheck(False, "The archive time-stamp is not valid.")
        archived_at = stamp.timestamp
        kept = [one.get_object().data for one in DocumentSecurityStore.read_dss(reader).crls]
        context = _context(provider, [crl.CertificateList.load(one) for one in kept], archived_at)
    status = _at_once(async_validate_pdf_signature(signature, context, ts_validation_context=context))
    problem = _problem(status) or _addition(reader)
    stamped = status.timestamp_validity
    return SealCheck(
        valid=not problem,
        reason=problem,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        sealed_at=stamped.timestamp if stamped else None,
        archived_at=archived_at,
    )


def _at_once(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run what fetches nothing and so never waits: an event loop would need descriptors, and the sandbox gives none."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(Result, done.value)
    raise RuntimeError("The validation waits for something outside the file.")


def _problem(status: PdfSignatureStatus) -> str:
    if not status.intact:
        return "The bytes were changed after sealing."
    level = status.modification_level
    if level is None or level > ModificationLevel.LTA_UPDATES:
        return "Something was added to the file after sealing."
    if not status.valid:
        return "The seal does not belong to these bytes."
    if status.timestamp_validity is None or not status.timestamp_validity.trusted:
        return "The seal carries no trusted time."
    if not status.trusted:
        return "The seal's certificate is not trusted: it is unknown, revoked or expired."
    return "" if status.bottom_line else "The seal is not valid."


def _addition(reader: PdfFileReader) -> str:
    """The house never issues a file whose last signature leaves something uncovered, not even a comment."""
    whole = reader.embedded_signatures[-1].evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    return "" if whole else "Something was added to the file after sealing."


def _context(provider: SealProvider, revocations: list[crl.CertificateList], moment: datetime) -> ValidationContext:
    """Judge at ``moment``; without any revocation list (our servers gone) none can be required."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in provider.list_roots()],
        other_certs=[x509.Certificate.load(one) for one in provider.list_authorities()],
        crls=revocations,
        moment=moment,
        revocation_mode="require" if revocations else "soft-fail",
        allow_fetching=False,
    )
