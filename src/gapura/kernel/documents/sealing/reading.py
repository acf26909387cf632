"""Which document a file claims to be: found in its bytes, without parsing them."""

import re

MAX_CLAIMS = 8
_CLAIM = re.compile(rb"/verify/([0-9A-HJKMNP-TV-Z]{16})/|(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")


def find_claims(content: bytes) -> list[str]:
    """Codes that the signature dictionary or the metadata of ``content`` name, at most eight."""
    claims: dict[str, None] = {}
    for found in _CLAIM.finditer(content):
        code = (found[1] or found[0]).decode().replace("-", "")
        claims[code] = None
        if len(claims) == MAX_CLAIMS:
            break
    return list(claims)


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return content.startswith(b"%PDF-")
