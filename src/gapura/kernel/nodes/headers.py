"""X-Road's headers and ours (Gapura-Time, -Nonce, -Signature), composed and read. All names are lower case."""

import json
from collections.abc import Mapping
from datetime import datetime

from gapura.kernel.nodes.rules import encode_subsystem, format_time, is_bulk, require_tokens, split_parts
from gapura.kernel.nodes.types import (
    Envelope,
    Fault,
    MessageKind,
    MessageRefused,
    OutgoingRequest,
    TooManyMessages,
)

JSON = "application/json"


def request_envelope(request: OutgoingRequest, path: str, nonce: str, now: datetime) -> Envelope:
    headers = {
        "content-type": JSON,
        "x-road-client": encode_subsystem(request.client),
        "x-road-id": request.id,
        "gapura-time": format_time(now),
        "gapura-nonce": nonce,
    }
    return Envelope(
        MessageKind.REQUEST, "POST", path, headers, request.content, request.id, headers["gapura-time"], nonce
    )


def read_request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Envelope:
    """The request as its signature must cover it. Raises MessageRefused: a header is missing, or too many questions."""
    message_id, nonce = _get(headers, "x-road-id"), _get(headers, "gapura-nonce")
    require_tokens(message_id, nonce)
    _get(headers, "x-road-client")
    if is_bulk(path):
        split_parts(body)
    return Envelope(MessageKind.REQUEST, method, path, headers, body, message_id, _get(headers, "gapura-time"), nonce)


def response_envelope(
    request: Envelope,
    request_hash: str,
    *,
    status: int,
    body: bytes,
    fault: str,
    response_id: str,
    nonce: str,
    now: datetime,
) -> Envelope:
    headers = {
        "content-type": JSON,
        "x-road-client": request.headers["x-road-client"],
        "x-road-id": request.id,
        "x-road-request-id": response_id,
        "x-road-service": request.path.removeprefix("/r1/"),
        "x-road-request-hash": request_hash,
        "gapura-time": format_time(now),
        "gapura-nonce": nonce,
    }
    if fault:
        headers["x-road-error"] = fault
    return Envelope(
        MessageKind.RESPONSE,
        request.method,
        request.path,
        headers,
        body,
        request.id,
        headers["gapura-time"],
        nonce,
        request_hash,
        status,
    )


def read_response(
    request: Envelope, request_hash: str, status: int, headers: Mapping[str, str], body: bytes
) -> Envelope:
    """The answer to ``request`` as its signature must cover it. Raises MessageRefused when it answers another."""
    expected = {
        "x-road-id": request.id,
        "x-road-client": request.headers["x-road-client"],
        "x-road-service": request.path.removeprefix("/r1/"),
        "x-road-request-hash": request_hash,
    }
    for name, value in expected.items():
        if headers.get(name) != value:
            raise MessageRefused(Fault.INCONSISTENT_RESPONSE, f"The answer's {name} is not that of the request.")
    sent_at, nonce = headers.get("gapura-time", ""), headers.get("gapura-nonce", "")
    return Envelope(
        MessageKind.RESPONSE,
        request.method,
        request.path,
        headers,
        body,
        request.id,
        sent_at,
        nonce,
        request_hash,
        status,
    )


def fault_body(refusal: MessageRefused, message_id: str) -> bytes:
    """X-Road's form of an error."""
    words = {"type": refusal.fault.value, "message": str(refusal), "detail": refusal.detail or message_id}
    return json.dumps(words).encode()


def refusal_headers(refusal: MessageRefused) -> dict[str, str]:
    """Of a refusal that is no signed answer."""
    headers = {"content-type": JSON, "x-road-error": refusal.fault.value}
    if isinstance(refusal, TooManyMessages):
        headers["retry-after"] = str(refusal.seconds)
    return headers


def read_fault(headers: Mapping[str, str], body: bytes, status: int) -> MessageRefused:
    """What the other side says went wrong."""
    try:
        words = json.loads(body)
        fault = Fault(headers.get("x-road-error", ""))
        return MessageRefused(fault, str(words["message"])[:500], str(words.get("detail", ""))[:100])
    except (ValueError, KeyError, TypeError):
        return MessageRefused(Fault.NETWORK, f"The other side answered {status} without saying why.")


def _get(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise MessageRefused(Fault.INVALID_REQUEST, f"The header {name} is missing.")
    return value
