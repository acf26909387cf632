"""Asking another node, in two steps: the request is logged in the asker's transaction, and sent after its commit."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from gapura.kernel.nodes.bulk import (
    Question,
    QuestionAnswer,
    compose_question,
    part_passages,
    read_answers,
    split_requests,
)
from gapura.kernel.nodes.folder import get_signer
from gapura.kernel.nodes.headers import read_fault, read_response, request_envelope
from gapura.kernel.nodes.message_log import Passage, log_messages, message_row, require_sealed_log
from gapura.kernel.nodes.receipts import keep_receipt
from gapura.kernel.nodes.rules import join_parts, message_path, request_hash, signed_line
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import BULK, Direction, Envelope, Fault, Member, MessageRefused, OutgoingRequest
from gapura.kernel.nodes.verification import get_current_registry, verify_answer


@dataclass(frozen=True)
class PreparedMessage:
    """A request that is signed and logged, and may be sent once the log is committed. ``questions``: of a bulk one."""

    request: OutgoingRequest
    envelope: Envelope
    line: bytes
    signature: str
    questions: tuple[Question, ...] = ()


def prepare_message(request: OutgoingRequest, *, now: datetime) -> PreparedMessage:
    """Sign the request and log it in the caller's transaction. Raises MessageRefused before anything is written."""
    return _prepare(request, (), now)


def prepare_in_bulk(requests: Sequence[OutgoingRequest], *, now: datetime) -> list[PreparedMessage]:
    """Requests of one subsystem to one other, in as few messages as hold them: each signed once, all logged.

    The provider must answer BULK by the member registry. Raises as :func:`prepare_message` does.
    """
    messages = []
    for some in split_requests(requests):
        questions = tuple(compose_question(one, secrets.token_urlsafe(18)) for one in some)
        content = join_parts([one.line for one in questions])
        whole = replace(some[0], service=BULK, content=content, id=secrets.token_hex(16))
        messages.append(_prepare(whole, questions, now))
    return messages


def _prepare(request: OutgoingRequest, questions: tuple[Question, ...], now: datetime) -> PreparedMessage:
    get_current_registry(now).get_subsystem(request.provider, now)
    require_sealed_log(now)
    path = message_path(request.provider, request.service)
    envelope = request_envelope(request, path, secrets.token_urlsafe(18), now)
    line = signed_line(envelope)
    prepared = PreparedMessage(request, envelope, line, get_signer().sign(line), questions)
    passage = _passage(prepared, Direction.SENT, envelope, line, prepared.signature)
    log_messages([passage, *part_passages(passage, [(one.service, one) for one in questions])], now)
    return prepared


def deliver_message(prepared: PreparedMessage, *, now: datetime, seconds: float) -> bytes:
    """Send what was prepared, once, after the commit; verify the answer before its content is given.

    Raises MessageRefused: with the other side's fault, or with NetworkError or InconsistentResponse of our own.
    """
    return _deliver(prepared, now, seconds)[0]


def deliver_in_bulk(
    prepared: PreparedMessage, *, now: datetime, seconds: float
) -> Mapping[str, bytes | MessageRefused]:
    """As :func:`deliver_message`, for questions in bulk: what each was given or refused for, by its id."""
    return {one.id: one.given for one in _deliver(prepared, now, seconds)[1]}


def _deliver(prepared: PreparedMessage, now: datetime, seconds: float) -> tuple[bytes, Sequence[QuestionAnswer]]:
    request = prepared.request
    peer = get_current_registry(now).members[request.provider.member]
    headers = {**prepared.envelope.headers, "gapura-signature": prepared.signature}
    path = prepared.envelope.path
    status, answered, content = call_member(peer, "POST", path, headers, request.content, seconds=seconds)
    if "gapura-signature" not in answered:
        raise read_fault(answered, content, status) if status != 200 else _unsigned(peer)
    hashed = request_hash(prepared.line, request.content)
    answer = read_response(prepared.envelope, hashed, status, answered, content)
    line, signature = signed_line(answer), answered["gapura-signature"]
    verify_answer(answer, line, peer.id, now)
    refusal = read_fault(answered, content, status) if status != 200 else None
    answers = [] if refusal or not prepared.questions else read_answers(prepared.questions, content)
    passage = _passage(prepared, Direction.RECEIVED, answer, line, signature, refusal.fault if refusal else "")
    services = [one.service for one in prepared.questions]
    parts = part_passages(passage, list(zip(services, answers, strict=True)) if answers else [])
    keep_receipt(*(message_row(one, now) for one in (passage, *parts)))
    if refusal:
        raise refusal
    return content, answers


def send_message(request: OutgoingRequest, *, now: datetime, seconds: float) -> bytes:
    """Prepare, commit, deliver. Raises what these two raise."""
    with transaction.atomic():
        prepared = prepare_message(request, now=now)
    return deliver_message(prepared, now=now, seconds=seconds)


def _passage(
    prepared: PreparedMessage,
    direction: Direction,
    envelope: Envelope,
    line: bytes,
    signature: str,
    fault: str = "",
) -> Passage:
    own, peer, service = str(prepared.request.client), str(prepared.request.provider), prepared.request.service
    return Passage(direction, envelope, line, signature, own, peer, service, fault)


def _unsigned(peer: Member) -> MessageRefused:
    return MessageRefused(Fault.INCONSISTENT_RESPONSE, f"The answer of {peer.id} is not signed.")
