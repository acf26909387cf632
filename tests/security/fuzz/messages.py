"""Headers, path, signature and error of a message between nodes."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from gapura.kernel.nodes.headers import read_fault, read_request
from gapura.kernel.nodes.rules import parse_member, parse_path, parse_subsystem, require_fresh, signed_line
from gapura.kernel.nodes.signing import MessageSigner, MessageVerifier, find_kid
from gapura.kernel.nodes.types import MessageRefused

DECLARED = (MessageRefused,)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
_KEY = ec.generate_private_key(ec.SECP256R1())
_VERIFIER = MessageVerifier(_KEY.public_key(), NOW, NOW)
_NAMES = ("x-road-id", "gapura-nonce", "x-road-client", "gapura-time", "gapura-signature", "x-road-error")


def seeds() -> list[bytes]:
    signature = MessageSigner(_KEY, "a" * 64).sign(b"line")
    lines = ["/r1/ID/GOV/kua/desk/civil.person", "ID-12345678", "n" * 20, "ID/GOV/kua/desk"]
    lines += ["2026-05-04T00:00:00.000Z", signature, "Server.ClientProxy.NetworkError", '{"message": "no"}']
    return ["\n".join(lines).encode()]


def parse(data: bytes) -> None:
    """One line each: the path, the headers, the body. Every reader reads its own, whatever the others say."""
    path, *rest = data.decode(errors="replace").split("\n")
    headers = dict(zip(_NAMES, rest, strict=False))
    body = "\n".join(rest[len(_NAMES) :]).encode()
    signature = headers.get("gapura-signature", "")
    client = headers.get("x-road-client", "")
    for read in (
        lambda: parse_path(path),
        lambda: parse_subsystem(client),
        lambda: parse_member(client),
        lambda: require_fresh(headers.get("gapura-time", ""), NOW),
        lambda: signed_line(read_request("POST", path, headers, body)),
        lambda: find_kid(signature),
        lambda: read_fault(headers, body, 500),
    ):
        try:
            read()
        except DECLARED:
            continue
    assert not _VERIFIER.has_signed(b"another line", signature)
