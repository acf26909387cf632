"""Letting a message through, both ways, unaltered; whatever is not declared stops here."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from gapura.foundation.rate_limits import Rate
from gapura.kernel.nodes.actions import Answered, ReceivedMessage
from gapura.kernel.nodes.guard.policy import get_policy
from gapura.kernel.nodes.headers import JSON, fault_body, read_fault, read_request, read_response, refusal_headers
from gapura.kernel.nodes.limits import Shares
from gapura.kernel.nodes.message_log import Passage, log_messages, require_sealed_log
from gapura.kernel.nodes.plugin import ContentInspector, find_inspector
from gapura.kernel.nodes.rules import PROTOCOL, SIGNED_HEADERS, request_hash, require_tokens, signed_line
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import (
    BULK,
    Direction,
    Envelope,
    Fault,
    GuardPolicy,
    IncomingRequest,
    MessageRefused,
)
from gapura.kernel.nodes.verification import get_current_registry, verify_answer, verify_request

ANSWER_SECONDS = 4.0  # less than an asker waits
CARRIED = ("gapura-nonce", "gapura-signature", "gapura-time", "x-road-request-hash", *SIGNED_HEADERS)
_DRAWN = re.compile(r"[0-9a-f]{32}")
_log = logging.getLogger(__name__)
_shares = Shares()


@dataclass(frozen=True)
class _Question:
    """A request that may pass."""

    envelope: Envelope
    request: IncomingRequest
    policy: GuardPolicy
    inspector: ContentInspector


def pass_message(message: ReceivedMessage, *, now: datetime) -> Answered:
    """Judge, log and commit, ask inside; judge the answer, log and commit, give it out. Both pass as they were signed.

    Never raises MessageRefused: a refusal is said in the guard's own words, unsigned, with a code and nothing of what
    stands inside.
    """
    try:
        envelope = _read(message)
    except MessageRefused as refusal:
        return _refuse(refusal, "")
    try:
        return _carry(_judge(envelope, now), now)
    except MessageRefused as refusal:
        if _shares.may_log_refusal():
            _log_refusal(envelope, refusal, now)
        return _refuse(refusal, envelope.id)


def _read(message: ReceivedMessage) -> Envelope:
    if message.method != "POST":
        raise MessageRefused(Fault.INVALID_REQUEST, "Evidence is asked for with POST.")
    return read_request(message.method, message.path, message.headers, message.body)


def _refuse(refusal: MessageRefused, message_id: str) -> Answered:
    _log.warning("The guard stopped message %s: %s", message_id or "without an id", refusal)
    return Answered(refusal.status, refusal_headers(refusal), fault_body(refusal, message_id))


def _judge(envelope: Envelope, now: datetime) -> _Question:
    policy, inspector = get_policy(now), find_inspector()
    if inspector is None:
        raise MessageRefused(Fault.ACCESS_DENIED, "Nobody here can judge content, so nothing passes.")
    request = verify_request(envelope, signed_line(envelope), policy.guarded, now)
    if request.service == BULK:
        raise MessageRefused(Fault.ACCESS_DENIED, "The guard judges one question at a time; nothing in bulk passes.")
    opening = policy.openings.get(request.service)
    if opening is None or str(request.client.id) not in opening.consumers:
        raise MessageRefused(Fault.ACCESS_DENIED, f"The guard lets no {request.service} pass to {request.client.id}.")
    if len(request.content) > policy.largest_question:
        raise MessageRefused(Fault.TOO_LARGE, f"The guard lets {policy.largest_question} bytes pass.")
    _shares.take(str(request.client.id), Rate(policy.a_minute, 60.0))
    inspector.inspect_question(opening, request.content)
    require_sealed_log(now)
    _log_passage(Direction.RECEIVED, envelope, request, now)
    return _Question(envelope, request, policy, inspector)


def _carry(question: _Question, now: datetime) -> Answered:
    envelope, request, policy = question.envelope, question.request, question.policy
    holder = replace(get_current_registry(now).members[policy.guarded], address=policy.inner)
    asked = _carried(envelope.headers)
    status, headers, body = call_member(
        holder, envelope.method, envelope.path, asked, envelope.body, seconds=ANSWER_SECONDS
    )
    if status != 200:
        raise _refusal_from_inside(headers, body, status, question.inspector)
    hashed = request_hash(signed_line(envelope), envelope.body)
    answer = read_response(envelope, hashed, status, _carried(headers), body)
    verify_answer(answer, signed_line(answer), policy.guarded, now)
    _require_plain(answer)
    if len(body) > policy.largest_answer:
        raise MessageRefused(Fault.TOO_LARGE, "The answer is larger than the guard lets pass.")
    question.inspector.inspect_answer(request.service, request.content, body)
    _log_passage(Direction.SENT, answer, request, now)
    return Answered(status, answer.headers, body)


def _carried(headers: Mapping[str, str]) -> dict[str, str]:
    """What is the message's; the rest is one connection's own."""
    return {name: headers[name] for name in CARRIED if name in headers}


def _require_plain(answer: Envelope) -> None:
    """An answer's headers hold nothing but what the protocol puts there."""
    require_tokens(answer.id, answer.nonce)
    drawn = answer.headers.get("x-road-request-id", "")
    if not _DRAWN.fullmatch(drawn) or answer.headers["content-type"] != JSON or "x-road-error" in answer.headers:
        raise MessageRefused(Fault.INCONSISTENT_RESPONSE, "The answer's headers are not those of an answer.")


def _refusal_from_inside(
    headers: Mapping[str, str], body: bytes, status: int, inspector: ContentInspector
) -> MessageRefused:
    inside = read_fault(headers, body, status)
    code = inside.detail if inside.detail in inspector.refusals else ""
    return MessageRefused(inside.fault, "The holder refused or did not answer.", code)


def _log_passage(direction: Direction, envelope: Envelope, request: IncomingRequest, now: datetime) -> None:
    _write(direction, envelope, (str(request.provider.id), str(request.client.id), request.service), now)


def _log_refusal(envelope: Envelope, refusal: MessageRefused, now: datetime) -> None:
    own, _, service = envelope.path.removeprefix(PROTOCOL).rpartition("/")
    _write(Direction.RECEIVED, envelope, (own, envelope.headers["x-road-client"], service), now, refusal.fault)


def _write(
    direction: Direction, envelope: Envelope, parties: tuple[str, str, str], now: datetime, fault: str = ""
) -> None:
    """One row of the message log, committed."""
    line, signature = signed_line(envelope), envelope.headers.get("gapura-signature", "")
    with transaction.atomic():
        log_messages([Passage(direction, envelope, line, signature, *parties, fault)], now)
