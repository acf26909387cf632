"""A provider that speaks for another node: the asker cannot tell."""

from collections.abc import Hashable, Sequence

from pydantic import ValidationError

from gapura.kernel.exchange.plugin import EvidenceSource
from gapura.kernel.exchange.providers.common_message import ANSWER_SECONDS, CommonMessage, read_answer
from gapura.kernel.exchange.providers.earlier_answers import EarlierAnswers
from gapura.kernel.exchange.providers.guarding import ProviderGuard
from gapura.kernel.exchange.schemas import asked_evidence
from gapura.kernel.exchange.types import Given, OpenRequest, ProviderUnavailable
from gapura.kernel.nodes.actions import (
    PreparedMessage,
    deliver_message,
    prepare_in_bulk,
    prepare_message,
    send_message,
)
from gapura.kernel.nodes.queries import find_own_subsystem
from gapura.kernel.nodes.types import BULK, MessageRefused, NoNode, OutgoingRequest, Subsystem, SubsystemId

_CANNOT_ASK = (MessageRefused, ValidationError, NoNode, ProviderUnavailable)


class RemoteProvider(EvidenceSource):
    """Asks the subsystem that answers ``evidence_type`` according to the member registry."""

    def __init__(self, evidence_type: str, holder: Subsystem, guard: ProviderGuard) -> None:
        self.evidence_type = evidence_type
        self.agency_code = holder.agency
        self.holder = holder.id
        self.takes_bulk = BULK in holder.services
        self._guard = guard
        self._earlier = EarlierAnswers(evidence_type)

    def prepare(self, opened: OpenRequest) -> PreparedMessage | None:
        """The message, logged with the request: one commit before it is sent. None while nothing may be sent."""
        if self._guard.is_paused:
            return None
        try:
            return prepare_message(_compose(self.holder, opened), now=opened.asked_at)
        except _CANNOT_ASK:
            return None

    def shares_with(self, opened: OpenRequest) -> Hashable:
        """One message has one consumer and one holder."""
        return (self.holder, opened.request.consumer) if self.takes_bulk else None

    def prepare_together(self, opened: Sequence[OpenRequest]) -> Sequence[object]:
        """As few messages as hold them; what does not fit into one is left to :meth:`answer`, which says why."""
        if len(opened) == 1 or self._guard.is_paused:
            return [self.prepare(one) for one in opened]
        composed = list(filter(None, (_find_composed(self.holder, one) for one in opened)))
        try:
            messages = prepare_in_bulk(composed, now=opened[0].asked_at)
        except MessageRefused:
            return [None] * len(opened)
        shared = [CommonMessage(self.holder, message, opened, self._guard) for message in messages]
        by_id = {question.id: one for one in shared for question in one.message.questions}
        return [by_id.get(one.access_id) for one in opened]

    def waits_for(self, opened: OpenRequest) -> str:
        """The holder. A message that could not be prepared is still to be logged, on the caller's connection."""
        return str(self.holder) if isinstance(opened.prepared, PreparedMessage | CommonMessage) else ""

    def answer(self, opened: OpenRequest) -> Given:
        try:
            given = self._ask(opened)
        except ProviderUnavailable:
            earlier = self._earlier.find(opened.request, opened.asked_at)
            if earlier is None:
                raise
            return earlier
        self._earlier.keep(opened.request, given, opened.asked_at)
        return given

    def _ask(self, opened: OpenRequest) -> Given:
        """Raises ProviderUnavailable, or the refusal that the holder gave."""
        if isinstance(opened.prepared, CommonMessage):
            return opened.prepared.hear(opened)
        with self._guard.calling():
            return read_answer(self.holder, opened, _send(self.holder, opened))


def _send(holder: SubsystemId, opened: OpenRequest) -> bytes | MessageRefused:
    now = opened.asked_at
    try:
        if isinstance(opened.prepared, PreparedMessage):
            return deliver_message(opened.prepared, now=now, seconds=ANSWER_SECONDS)
        return send_message(_compose(holder, opened), now=now, seconds=ANSWER_SECONDS)
    except MessageRefused as refusal:
        return refusal
    except (ValidationError, NoNode) as error:
        raise ProviderUnavailable(f"{holder} cannot be asked: {error}") from error


def _find_composed(holder: SubsystemId, opened: OpenRequest) -> OutgoingRequest | None:
    try:
        return _compose(holder, opened)
    except _CANNOT_ASK:
        return None


def _compose(holder: SubsystemId, opened: OpenRequest) -> OutgoingRequest:
    """Raises one of _CANNOT_ASK."""
    request = opened.request
    client = find_own_subsystem(request.consumer)
    if client is None:
        raise ProviderUnavailable(f"{request.consumer} has no subsystem on this node; it cannot ask others.")
    content = asked_evidence(request, opened.asked_by, opened.asked_as).model_dump_json(exclude_none=True).encode()
    return OutgoingRequest(client.id, holder, request.evidence_type, content, opened.access_id)
