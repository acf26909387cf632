"""What is done with a PDF that somebody sends us, in the sandbox: nothing here is called anywhere else."""

import base64
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from typing import Any

from pyhanko.pdf_utils.generic import ByteStringObject, StreamObject, TextStringObject
from pyhanko.pdf_utils.misc import PdfError

from gapura.foundation.openers import walk_pdf
from gapura.kernel.documents.plugin import SealKey, SealProvider
from gapura.kernel.documents.sealing.reading import MAX_CLAIMS, find_claims
from gapura.kernel.documents.sealing.validation import CannotReadFile, check_seal

# What the libraries import only when they meet the need, which in the sandbox is too late.
for late in ("gzip", "lxml.etree", "cryptography.hazmat.backends.openssl.backend"):
    import_module(late)
logging.disable(logging.CRITICAL)  # nobody listens here


class _Given(SealProvider):
    """The certificates that came with the order: the sandbox has no folder to read them from."""

    def __init__(self, roots: Sequence[str], authorities: Sequence[str], revocations: Sequence[str]) -> None:
        self._roots, self._authorities, self._revocations = map(_decoded, (roots, authorities, revocations))

    def get_seal_key(self, agency_code: str, now: datetime) -> SealKey:
        raise NotImplementedError("There are no keys in the sandbox.")

    def get_timestamp_key(self, now: datetime) -> SealKey:
        raise NotImplementedError("There are no keys in the sandbox.")

    def list_roots(self) -> tuple[bytes, ...]:
        return self._roots

    def list_authorities(self) -> tuple[bytes, ...]:
        return self._authorities

    def list_revocations(self, now: datetime) -> tuple[bytes, ...]:
        return self._revocations


def judge_seal(content: bytes, *, now: str, **certificates: Sequence[str]) -> dict[str, Any]:
    """``check_seal`` with everything given: ``roots``, ``authorities``, ``revocations`` (DER in base 64)."""
    try:
        check = check_seal(content, _Given(**certificates), datetime.fromisoformat(now))
    except CannotReadFile as error:
        raise ValueError(str(error)) from error
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(check).items()}


def find_hidden_claims(content: bytes) -> list[str]:
    """Codes named inside the PDF's compressed parts, where ``find_claims`` cannot see them. Raises ValueError."""
    claims: dict[str, None] = {}
    for part in walk_pdf(content):
        claims |= dict.fromkeys(find_claims(_bytes_of(part)))
        if len(claims) >= MAX_CLAIMS:
            break
    return list(claims)[:MAX_CLAIMS]


def _bytes_of(part: Any) -> bytes:
    if isinstance(part, StreamObject):
        try:
            return part.data
        except (PdfError, ValueError, KeyError):
            return b""  # a picture's own coding, or damage
    if isinstance(part, TextStringObject):
        return str(part).encode("utf-8", "replace")
    return bytes(part) if isinstance(part, ByteStringObject) else b""


def _decoded(values: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(value) for value in values)
