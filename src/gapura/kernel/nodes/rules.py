"""The form of a message: its path, what its signature covers, its digests. X-Road REST message protocol r1."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote

from gapura.foundation.merkle import Frontier, leaf_hash
from gapura.kernel.nodes.types import (
    BULK,
    MOST_QUESTIONS,
    Envelope,
    Fault,
    MemberId,
    MessageKind,
    MessageRefused,
    SubsystemId,
)

PROTOCOL = "/r1/"
LARGEST_BODY = 10 * 1024 * 1024  # X-Road refuses what it could not log whole
CLOCK_SKEW = timedelta(minutes=5)
LOG_STALLS_AFTER = timedelta(seconds=14_400)  # X-Road: acceptable time-stamping failure period

_PART = re.compile(r"[A-Za-z0-9._-]{1,60}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
# The headers that a signature covers, in this order.
SIGNED_HEADERS = (
    "content-type",
    "x-road-client",
    "x-road-error",
    "x-road-id",
    "x-road-request-id",
    "x-road-service",
)


def parse_member(text: str) -> MemberId:
    """``INSTANCE/CLASS/MEMBER``, each part percent-encoded. Raises MessageRefused."""
    parts = _parts(text, 3)
    return MemberId(*parts)


@lru_cache(maxsize=1024)
def parse_subsystem(text: str) -> SubsystemId:
    """``INSTANCE/CLASS/MEMBER/SUBSYSTEM``, each part percent-encoded. Raises MessageRefused."""
    parts = _parts(text, 4)
    return SubsystemId(MemberId(*parts[:3]), parts[3])


@lru_cache(maxsize=1024)
def encode_subsystem(subsystem: SubsystemId) -> str:
    member = subsystem.member
    return "/".join(
        quote(part, safe="") for part in (member.instance, member.member_class, member.code, subsystem.code)
    )


@lru_cache(maxsize=1024)
def message_path(provider: SubsystemId, service: str) -> str:
    return f"{PROTOCOL}{encode_subsystem(provider)}/{quote(service, safe='')}"


@lru_cache(maxsize=1024)
def parse_path(path: str) -> tuple[SubsystemId, str]:
    """Whose service a request wants. Raises MessageRefused."""
    if not path.startswith(PROTOCOL):
        raise MessageRefused(Fault.INVALID_REQUEST, f"The path does not begin with {PROTOCOL}.")
    subsystem, _, service = path.removeprefix(PROTOCOL).rpartition("/")
    service = unquote(service)
    if not _PART.fullmatch(service):
        raise MessageRefused(Fault.INVALID_REQUEST, "The path ends without the code of a service.")
    return parse_subsystem(subsystem), service


def _parts(text: str, number: int) -> list[str]:
    parts = [unquote(part) for part in text.split("/")]
    if len(parts) != number or not all(_PART.fullmatch(part) for part in parts):
        raise MessageRefused(Fault.INVALID_REQUEST, f"{text[:200]!r} is no identifier of {number} parts.")
    return parts


def header_lines(headers: Mapping[str, str]) -> bytes:
    """The signed headers as ``name:value`` lines; an absent one has no line. Names in ``headers`` are lower case."""
    return "".join(f"{name}:{headers[name]}\n" for name in SIGNED_HEADERS if name in headers).encode()


def is_bulk(path: str) -> bool:
    """Whether messages to ``path`` hold many questions, each its own part."""
    return path.endswith(f"/{BULK}")


def join_parts(parts: Sequence[bytes]) -> bytes:
    """The content of a bulk message: a JSON array with each part on a line of its own."""
    return b"[\n" + b",\n".join(parts) + b"\n]"


def split_parts(content: bytes) -> list[bytes]:
    """The parts of :func:`join_parts`; anything else is one part. Raises MessageRefused beyond MOST_QUESTIONS."""
    if len(content) < 4 or not (content.startswith(b"[\n") and content.endswith(b"\n]")):
        return [content]
    if content.count(b"\n") > MOST_QUESTIONS + 1:
        raise MessageRefused(Fault.TOO_LARGE, f"One message holds {MOST_QUESTIONS} questions at most.")
    return content[2:-2].split(b",\n")


def parts_root(parts: Iterable[bytes]) -> bytes:
    """The Merkle root (RFC 6962) over the parts' digests: with it the signature covers each part for itself."""
    return entries_root(hashlib.sha256(part).digest() for part in parts)


def entries_root(entries: Iterable[bytes]) -> bytes:
    """The Merkle root (RFC 6962) over entries in their order."""
    tree = Frontier()
    for entry in entries:
        tree.append(leaf_hash(entry))
    return tree.root()


def signed_line(envelope: Envelope) -> bytes:
    """The one line of JSON (sorted keys, no spaces) that a message's signature covers."""
    line: dict[str, str | int] = {
        "body": hashlib.sha256(envelope.body).hexdigest(),
        "headers": hashlib.sha256(header_lines(envelope.headers)).hexdigest(),
        "id": envelope.id,
        "kind": envelope.kind.value,
        "method": envelope.method,
        "nonce": envelope.nonce,
        "path": envelope.path,
        "time": envelope.sent_at,
    }
    if envelope.kind is MessageKind.RESPONSE:
        line |= {"request": envelope.request, "status": envelope.status}
    if is_bulk(envelope.path):
        line["parts"] = parts_root(split_parts(envelope.body)).hex()
    return json.dumps(line, sort_keys=True, separators=(",", ":")).encode()


def request_hash(line: bytes, body: bytes) -> str:
    """X-Road-Request-Hash: Base64 of SHA-512 over the SHA-512 of the request's signed line and of its body."""
    digest = hashlib.sha512(hashlib.sha512(line).digest() + hashlib.sha512(body).digest())
    return base64.b64encode(digest.digest()).decode()


def message_commitment(salt: bytes, line: bytes) -> bytes:
    """What the log shows of a message: nobody without the salt can try contents against it."""
    return hmac.new(salt, line, hashlib.sha256).digest()


def format_time(moment: datetime) -> str:
    """UTC with milliseconds, as a signed line carries it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def require_fresh(sent_at: str, now: datetime) -> None:
    """Raises MessageRefused when the sender's clock differs from ours by more than CLOCK_SKEW."""
    try:
        moment = datetime.fromisoformat(sent_at)
        difference = abs(now - moment)
    except (ValueError, TypeError):
        raise MessageRefused(Fault.INVALID_REQUEST, "Gapura-Time is no moment in UTC.") from None
    if difference > CLOCK_SKEW:
        raise MessageRefused(Fault.CLOCK_SKEW, f"The message says {sent_at}; here it is {format_time(now)}.")


def require_tokens(message_id: str, nonce: str) -> None:
    """Raises MessageRefused when id or nonce are not what a log can hold."""
    if not _MESSAGE_ID.fullmatch(message_id) or not _NONCE.fullmatch(nonce):
        raise MessageRefused(Fault.INVALID_REQUEST, "X-Road-Id has 8 to 64 and Gapura-Nonce 16 to 64 plain characters.")
