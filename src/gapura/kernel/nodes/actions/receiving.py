"""Being asked by another node: nothing is read before the request is found genuine, nor given before it is logged."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.foundation.appending import appending_together
from gapura.kernel.nodes.folder import get_member, get_signer
from gapura.kernel.nodes.headers import fault_body, read_request, refusal_headers, response_envelope
from gapura.kernel.nodes.limits import FairTime, Shares
from gapura.kernel.nodes.message_log import Passage, log_messages, logging_once, require_sealed_log
from gapura.kernel.nodes.plugin import MessageAnswerer, find_answerer
from gapura.kernel.nodes.rules import LARGEST_BODY, PROTOCOL, parse_subsystem, request_hash, signed_line
from gapura.kernel.nodes.types import (
    Direction,
    Envelope,
    Fault,
    IncomingRequest,
    MessageRefused,
    NoNode,
    TooManyMessages,
)
from gapura.kernel.nodes.verification import verify_request

_log = logging.getLogger(__name__)
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
        require_sealed_log(now)
        with _fair_time.taking(str(request.client.id.member)):
            return _answer(received, request, _answerer(request.service), now)
    except MessageRefused as refusal:
        if isinstance(refusal, TooManyMessages) or not _shares.may_log_refusal():
            return _refuse_unlogged(refusal, envelope.id)
        with transaction.atomic():
            log_messages([received.passage(refusal.fault)], now)
            return _compose(received, _refuse(received, refusal), now)


@dataclass(frozen=True)
class _Received:
    """A request, and between whom: in its own words until its signature is found right."""

    envelope: Envelope
    line: bytes
    own: str
    peer: str
    service: str

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


def _answerer(service: str) -> MessageAnswerer:
    answerer = find_answerer(service)
    if answerer is None:
        raise MessageRefused(Fault.UNKNOWN_SERVICE, "Nothing answers on this node.")
    return answerer


def _answer(received: _Received, request: IncomingRequest, answerer: MessageAnswerer, now: datetime) -> Answered:
    try:
        with transaction.atomic():
            answer = _open(received, request, answerer, now)
            return _compose(received, _content(received, answer), now)
    except MessageRefused:
        raise
    except Exception:
        # The failed reading undid the log: log the request alone, for a log may say too much, never too little.
        with transaction.atomic():
            _open(received, request, answerer, now)
        raise


def _open(
    received: _Received, request: IncomingRequest, answerer: MessageAnswerer, now: datetime
) -> Callable[[], bytes]:
    """Log the message, and let the answerer log what it must before it reads."""
    with logging_once(received.envelope), appending_together():
        log_messages([received.passage()], now)
        return answerer.open(request, now)


@dataclass(frozen=True)
class _Content:
    status: int
    body: bytes
    fault: str = ""


def _content(received: _Received, answer: Callable[[], bytes]) -> _Content:
    try:
        return _Content(200, answer())
    except MessageRefused as refusal:
        return _refuse(received, refusal)


def _refuse(received: _Received, refusal: MessageRefused) -> _Content:
    envelope = received.envelope
    _log.warning("Message %s from %s refused: %s", envelope.id, envelope.headers["x-road-client"], refusal)
    return _Content(refusal.status, fault_body(refusal, envelope.id), refusal.fault)


def _compose(received: _Received, content: _Content, now: datetime) -> Answered:
    """The signed answer, logged in the caller's transaction."""
    envelope = response_envelope(
        received.envelope,
        request_hash(received.line, received.envelope.body),
        status=content.status,
        body=content.body,
        fault=content.fault,
        response_id=secrets.token_hex(16),
        nonce=secrets.token_urlsafe(18),
        now=now,
    )
    line = signed_line(envelope)
    signature = get_signer().sign(line)
    sent = replace(
        received.passage(content.fault), direction=Direction.SENT, envelope=envelope, line=line, signature=signature
    )
    log_messages([sent], now)
    return Answered(content.status, {**envelope.headers, "gapura-signature": signature}, content.body)


def _refuse_unlogged(refusal: MessageRefused, message_id: str) -> Answered:
    """Unsigned, and known to the process's log only: there is no id to log it under, or there are too many."""
    _log.warning("Message %s was refused: %s", message_id or "without an id", refusal)
    return Answered(refusal.status, refusal_headers(refusal), fault_body(refusal, message_id))
