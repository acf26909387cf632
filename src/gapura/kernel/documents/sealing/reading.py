"""What a file says of itself: the codes it names, found without parsing; and its seal, judged in the sandbox."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.documents.plugin import SealProvider

MAX_CLAIMS = 8
_CLAIM = re.compile(rb"/verify/([0-9A-HJKMNP-TV-Z]{16})/|(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")
_OPENING = "gapura.kernel.documents.sealing.opening"


class CannotReadFile(Exception):
    """The bytes are not a PDF that can be parsed; ``str()`` says why."""


@dataclass(frozen=True)
class SealCheck:
    """Whether a file carries a valid seal over all of it, who sealed it, when, and what is wrong if not."""

    valid: bool
    reason: str
    signer: str = ""
    sealed_at: datetime | None = None
    archived_at: datetime | None = None


def find_claims(content: bytes) -> list[str]:
    """Codes that the signature dictionary or the metadata of ``content`` name, at most eight."""
    claims: dict[str, None] = {}
    for found in _CLAIM.finditer(content):
        code = (found[1] or found[0]).decode().replace("-", "")
        claims[code] = None
        if len(claims) == MAX_CLAIMS:
            break
    return list(claims)


def find_hidden_claims(content: bytes) -> list[str]:
    """Codes that a program packed away when it saved the file anew; none where the file cannot be opened."""
    try:
        return list(open_apart(f"{_OPENING}:find_hidden_claims", content).value)
    except FileRefused:
        return []


def judge_seal(content: bytes, provider: SealProvider, now: datetime) -> SealCheck:
    """``validation.check_seal`` in the sandbox, as of ``now``. Raises CannotReadFile."""
    try:
        judged = open_apart(
            f"{_OPENING}:judge_seal",
            content,
            now=now.isoformat(),
            roots=_encoded(provider.list_roots()),
            authorities=_encoded(provider.list_authorities()),
            revocations=_encoded(provider.list_revocations(now)),
        ).value
    except FileRefused as error:
        raise CannotReadFile(str(error)) from error
    times = {name: datetime.fromisoformat(judged[name]) for name in ("sealed_at", "archived_at") if judged[name]}
    return SealCheck(**judged | times)


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return content.startswith(b"%PDF-")


def _encoded(certificates: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in certificates]
