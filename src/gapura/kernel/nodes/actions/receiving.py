"""Being asked by another node: nothing is read before the request is found genuine, nor given before it is logged."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.foundation.appending import appending_together
from gapura.kernel.nodes.bulk import Question, QuestionAnswer, compose_answer, part_passages, read_questions
from gapura.kernel.nodes.folder import get_member, get_signer
from gapura.kernel.nodes.headers import fault_body, read_request, refusal_headers, response_envelope
from gapura.kernel.nodes.limits import FairTime, Shares
from gapura.kernel.nodes.message_log import Passage, log_messages, logging_once, require_sealed_log
from gapura.kernel.nodes.plugin import MessageAnswerer, find_answerer, refusing
from gapura.kernel.nodes.rules import (
    LARGEST_BODY,
    PROTOCOL,
    join_parts,
    parse_subsystem,
    request_hash,
    signed_line,
)
from gapura.kernel.nodes.types import (
    BULK,
    MOST_QUESTIONS,
    Direction,
    Envelope,
    Fault,
    IncomingRequest,
    MessageRefused,
    NoNode,
    TooManyMessages,
)
from gapura.kernel.nodes.verification import require_service, verify_request

_log = logging.getLogger(__name__)
_Read = Callable[[], bytes]
_LARGEST_TOGETHER = LARGEST_BODY - MOST_QUESTIONS * 1_000  # so that each may still be told that it found no room
_fair_time, _shares = FairTime(), Shares()


@dataclass(frozen=True)
class ReceivedMessage:
    """What came in over the network; header names are lower case, ``path`` as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answered:
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def receive_message(message: ReceivedMessage, *, now: datetime) -> Answered:
    """Verify; then in one transaction log, read, log the answer. Never raises MessageRefused: a refusal is an answer.

    Nothing is given back before the commit, so a process killed earlier has disclosed nothing.
    """
    try:
        envelope = _read(message)
    except MessageRefused as refusal:
        return _refuse_unlogged(refusal, "")
    received = _unverified(envelope)
    try:
        if settings.GAPURA_RATE_LIMITS:
            _fair_time.require_share(str(parse_subsystem(received.peer).member))
        request = _verify(received, now)
        received = replace(received, own=str(request.provider.id), peer=str(request.client.id), service=request.service)
        if request.service == BULK:
            received = replace(received, questions=read_questions(envelope))
        require_sealed_log(now)
        with _fair_time.taking(str(request.client.id.member)):
            return _answer(received, request, now)
    except MessageRefused as refusal:
        if isinstance(refusal, TooManyMessages) or not _shares.may_log_refusal():
            return _refuse_unlogged(refusal, envelope.id)
        with transaction.atomic():
            log_messages([received.passage(refusal.fault)], now)
            return _compose(received, _refuse(received, refusal), now)


@dataclass(frozen=True)
class _Received:
    """A request, and between whom: in its own words until its signature is found right. ``questions``: if bulk."""

    envelope: Envelope
    line: bytes
    own: str
    peer: str
    service: str
    questions: tuple[Question, ...] = ()

    @property
    def signature(self) -> str:
        return self.envelope.headers.get("gapura-signature", "")

    def passage(self, fault: str = "") -> Passage:
        return Passage(
            Direction.RECEIVED, self.envelope, self.line, self.signature, self.own, self.peer, self.service, fault
        )


def _unverified(envelope: Envelope) -> _Received:
    own, _, service = envelope.path.removeprefix(PROTOCOL).rpartition("/")
    return _Received(envelope, signed_line(envelope), own, envelope.headers["x-road-client"], service)


def _read(message: ReceivedMessage) -> Envelope:
    if len(message.body) > LARGEST_BODY:
        raise MessageRefused(Fault.TOO_LARGE, "The content is larger than 10 MiB.")
    if message.method != "POST":
        raise MessageRefused(Fault.INVALID_REQUEST, "Evidence is asked for with POST.")
    return read_request(message.method, message.path, message.headers, message.body)


def _verify(received: _Received, now: datetime) -> IncomingRequest:
    try:
        own = get_member()
    except NoNode as error:
        raise MessageRefused(Fault.OUTDATED_REGISTRY, str(error)) from error
    return verify_request(received.envelope, received.line, own, now)


def _answer(received: _Received, request: IncomingRequest, now: datetime) -> Answered:
    """In bulk, one reading that fails spoils the transaction of all: then they are read again, each apart."""
    failures: list[Exception] = []
    for apart in (False, True) if received.questions else (False,):
        try:
            with transaction.atomic():
                reads = _open(received, request, now)
                return _compose(received, _content(received, reads, apart), now)
        except MessageRefused:
            raise
        except Exception as error:
            failures.append(error)
    # The failed reading undid the log: log the request alone, for a log may say too much, never too little.
    with transaction.atomic():
        _open(received, request, now)
    raise failures[-1]


def _open(received: _Received, request: IncomingRequest, now: datetime) -> Sequence[_Read]:
    """Log the message, and let the answerer log what it must before it reads."""
    questions = received.questions
    with logging_once(received.envelope), appending_together():
        passage = received.passage()
        log_messages([passage, *part_passages(passage, [(one.service, one) for one in questions])], now)
        if not questions:
            return [_answerer(request.service).open(request, now)]
        asked = [replace(request, id=one.id, service=one.service, content=one.content) for one in questions]
        return _open_together(asked, now)


def _answerer(service: str) -> MessageAnswerer:
    answerer = find_answerer(service)
    if answerer is None:
        raise MessageRefused(Fault.UNKNOWN_SERVICE, "Nothing answers on this node.")
    return answerer


def _open_together(asked: Sequence[IncomingRequest], now: datetime) -> Sequence[_Read]:
    """Each answerer is given all that is asked of it; what nobody answers is refused for itself."""
    reads: dict[str, _Read] = {}
    by_answerer: dict[MessageAnswerer, list[IncomingRequest]] = {}
    for one in asked:
        try:
            if one.service == BULK:
                raise MessageRefused(Fault.UNKNOWN_SERVICE, "One bulk message cannot hold another.")
            require_service(one.provider, one.service)
            by_answerer.setdefault(_answerer(one.service), []).append(one)
        except MessageRefused as refusal:
            reads[one.id] = refusing(refusal)
    for answerer, its in by_answerer.items():
        opened = answerer.open_together(its, now)
        reads |= {one.id: read for one, read in zip(its, opened, strict=True)}
    return [reads[one.id] for one in asked]


@dataclass(frozen=True)
class _Content:
    status: int
    body: bytes
    fault: str = ""
    answers: Sequence[QuestionAnswer] = ()


def _content(received: _Received, reads: Sequence[_Read], apart: bool) -> _Content:
    if received.questions:
        answers = _answers(received, reads, apart)
        return _Content(200, join_parts([one.line for one in answers]), answers=answers)
    try:
        return _Content(200, reads[0]())
    except MessageRefused as refusal:
        return _refuse(received, refusal)


def _answers(received: _Received, reads: Sequence[_Read], apart: bool) -> list[QuestionAnswer]:
    """``apart``: each reading in a savepoint of its own, so that one that fails is the only one without an answer."""
    answers, size = [], 0
    for question, read in zip(received.questions, reads, strict=True):
        answer = _as_answer(question, received, _read_apart(read) if apart else _given(read))
        if size + len(answer.line) > _LARGEST_TOGETHER:
            too_large = MessageRefused(Fault.TOO_LARGE, "The answers are larger than 10 MiB together; ask this alone.")
            answer = _as_answer(question, received, too_large)
        size += len(answer.line)
        answers.append(answer)
    return answers


def _as_answer(question: Question, received: _Received, given: bytes | MessageRefused) -> QuestionAnswer:
    if not isinstance(given, MessageRefused):
        return compose_answer(question, _new_nonce(), given)
    _log_refusal(question.id, received, given)
    return compose_answer(question, _new_nonce(), given, fault_body(given, question.id))


def _given(read: _Read) -> bytes | MessageRefused:
    try:
        return read()
    except MessageRefused as refusal:
        return refusal


def _read_apart(read: _Read) -> bytes | MessageRefused:
    try:
        with transaction.atomic():
            return _given(read)
    except Exception:
        _log.exception("A question could not be answered.")
        return MessageRefused(Fault.SERVICE_FAILED, "The service failed; its operator can see why.")


def _refuse(received: _Received, refusal: MessageRefused) -> _Content:
    _log_refusal(received.envelope.id, received, refusal)
    return _Content(refusal.status, fault_body(refusal, received.envelope.id), refusal.fault)


def _log_refusal(message_id: str, received: _Received, refusal: MessageRefused) -> None:
    client = received.envelope.headers["x-road-client"]
    _log.warning("Message %s from %s refused: %s", message_id, client, refusal)


def _new_nonce() -> str:
    return secrets.token_urlsafe(18)


def _compose(received: _Received, content: _Content, now: datetime) -> Answered:
    """The signed answer, logged in the caller's transaction."""
    envelope = response_envelope(
        received.envelope,
        request_hash(received.line, received.envelope.body),
        status=content.status,
        body=content.body,
        fault=content.fault,
        response_id=secrets.token_hex(16),
        nonce=_new_nonce(),
        now=now,
    )
    line = signed_line(envelope)
    signature = get_signer().sign(line)
    sent = replace(
        received.passage(content.fault), direction=Direction.SENT, envelope=envelope, line=line, signature=signature
    )
    services = [one.service for one in received.questions]
    parts = list(zip(services, content.answers, strict=True)) if content.answers else []
    log_messages([sent, *part_passages(sent, parts)], now)
    return Answered(content.status, {**envelope.headers, "gapura-signature": signature}, content.body)


def _refuse_unlogged(refusal: MessageRefused, message_id: str) -> Answered:
    """Unsigned, and known to the process's log only: there is no id to log it under, or there are too many."""
    _log.warning("Message %s was refused: %s", message_id or "without an id", refusal)
    return Answered(refusal.status, refusal_headers(refusal), fault_body(refusal, message_id))
