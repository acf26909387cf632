"""Evidence asked for by other nodes: the same two steps as in the house, under this node's own agreements."""

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.schemas import AskedEvidence, GivenEvidence
from gapura.kernel.exchange.types import HOUSE, Answer, ExchangeRefusal, OpenRequest, ProviderUnavailable
from gapura.kernel.nodes.plugin import MessageAnswerer
from gapura.kernel.nodes.types import Fault, IncomingRequest, MessageRefused


class EvidenceAnswerer(MessageAnswerer):
    """A service is an evidence type; the consumer is the agency of the subsystem that signed the message."""

    def open(self, request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        try:
            asked = AskedEvidence.model_validate_json(request.content)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
            raise MessageRefused(
                Fault.INVALID_REQUEST, f"The content does not fit {request.service}: {wrong}"
            ) from None
        # The person concerned sees which node asked, and whom it named as asking.
        actor = system_actor(f"{request.client.id.member.code} {asked.actor}"[:70])
        wanted = asked.as_request(request.service, request.client.agency)
        opened = open_requests(actor=actor, requests=[wanted], now=now, asked_as=frozenset(asked.posts or {HOUSE}))[0]
        return lambda: _answer(opened)


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
