"""What telephones' wallets send: proofs of their keys, requests for a credential, and what they show."""

import django

django.setup()

from collections.abc import Callable  # noqa: E402  needs Django set up
from datetime import UTC, datetime, timedelta  # noqa: E402  as above

from gapura.kernel.credentials import proofs, schemas, sd_jwt  # noqa: E402  as above
from gapura.kernel.credentials.types import NotGenuine, ProtocolError  # noqa: E402  as above

DECLARED = (NotGenuine, ProtocolError, proofs.StaleNonce)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
_JWT = "eyJhbGciOiJFUzI1NiIsInR5cCI6Im9wZW5pZDR2Y2ktcHJvb2Yrand0IiwiandrIjp7Imt0eSI6IkVDIn19.eyJub25jZSI6IngifQ.AA"


def seeds() -> list[bytes]:
    return [
        _JWT.encode(),
        f"{_JWT}~WyJzIiwibmFtZSIsMV0~{_JWT}".encode(),
        b'{"credential_configuration_id": "identity", "proofs": {"jwt": ["x"]}}',
        b'{"shown": ["x~y"]}',
    ]


def parse(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("latin-1")
    readers: list[Callable[[], object]] = [
        lambda: proofs.check_key_proof(text, issuer="x", now=NOW, life=timedelta(minutes=5)),
        lambda: proofs.require_fresh(text, now=NOW, life=timedelta(minutes=5)),
        lambda: sd_jwt.read_presented(text),
        lambda: schemas.read_credential_request(data),
        lambda: schemas.read_vp_token(text),
    ]
    for read in readers:
        try:
            read()
        except DECLARED:
            continue


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
