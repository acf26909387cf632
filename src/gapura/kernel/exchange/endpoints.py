"""Evidence asked for by other nodes: the same two steps as in the house, under this node's own agreements."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from pydantic import ValidationError

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.schemas import AskedEvidence, GivenEvidence
from gapura.kernel.exchange.types import (
    HOUSE,
    Answer,
    EvidenceRequest,
    ExchangeRefusal,
    OpenRequest,
    ProviderUnavailable,
)
from gapura.kernel.nodes.plugin import MessageAnswerer, refusing
from gapura.kernel.nodes.types import Fault, IncomingRequest, MessageRefused

_Open = Callable[[], bytes]


class EvidenceAnswerer(MessageAnswerer):
    """A service is an evidence type; the consumer is the agency of the subsystem that signed the message."""

    def open(self, request: IncomingRequest, now: datetime) -> _Open:
        asked = _read(request)
        return _open(_actor(request, asked), _posts(asked), [_wanted(request, asked)], now)[0]

    def open_together(self, requests: Sequence[IncomingRequest], now: datetime) -> Sequence[_Open]:
        """Agreements and rows of all who ask under one name, in as many statements as those of one question."""
        opened: dict[str, _Open] = {}
        by_asker: dict[tuple[Actor, frozenset[str]], list[tuple[str, EvidenceRequest]]] = {}
        for one in requests:
            try:
                asked = _read(one)
            except MessageRefused as refusal:
                opened[one.id] = refusing(refusal)
            else:
                asker = (_actor(one, asked), _posts(asked))
                by_asker.setdefault(asker, []).append((one.id, _wanted(one, asked)))
        for (actor, posts), its in by_asker.items():
            reads = _open(actor, posts, [wanted for _, wanted in its], now)
            opened |= {request_id: read for (request_id, _), read in zip(its, reads, strict=True)}
        return [opened[one.id] for one in requests]


def _read(request: IncomingRequest) -> AskedEvidence:
    try:
        return AskedEvidence.model_validate_json(request.content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        raise MessageRefused(Fault.INVALID_REQUEST, f"The content does not fit {request.service}: {wrong}") from None


def _actor(request: IncomingRequest, asked: AskedEvidence) -> Actor:
    """The person concerned sees which node asked, and whom it named as asking."""
    return system_actor(f"{request.client.id.member.code} {asked.actor}"[:70])


def _posts(asked: AskedEvidence) -> frozenset[str]:
    return frozenset(asked.posts or {HOUSE})


def _wanted(request: IncomingRequest, asked: AskedEvidence) -> EvidenceRequest:
    return asked.as_request(request.service, request.client.agency)


def _open(actor: Actor, posts: frozenset[str], wanted: Sequence[EvidenceRequest], now: datetime) -> list[_Open]:
    opened = open_requests(actor=actor, requests=wanted, now=now, asked_as=posts)
    return [partial(_answer, one) for one in opened]


def _answer(opened: OpenRequest) -> bytes:
    try:
        given = answer_requests([opened], held_back=True)[0]
    except ProviderUnavailable as refusal:
        raise MessageRefused(Fault.SERVICE_FAILED, str(refusal), refusal.code) from refusal
    except ExchangeRefusal as refusal:
        raise MessageRefused(Fault.ACCESS_DENIED, str(refusal), refusal.code) from refusal
    if isinstance(given, Answer):
        content = GivenEvidence(access_id=given.access_id, holds=given.holds)
    else:
        content = GivenEvidence(access_id=given.access_id, records=[dict(record) for record in given.records])
    return content.model_dump_json(exclude_unset=True).encode()
