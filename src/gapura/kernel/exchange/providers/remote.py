"""A provider that speaks for another node: the asker cannot tell."""

from pydantic import ValidationError

from gapura.kernel.exchange.declared import find_undeclared
from gapura.kernel.exchange.plugin import EvidenceSource, find_evidence_type
from gapura.kernel.exchange.providers.earlier_answers import EarlierAnswers
from gapura.kernel.exchange.providers.guarding import ProviderGuard
from gapura.kernel.exchange.schemas import GivenEvidence, asked_evidence
from gapura.kernel.exchange.types import (
    FieldNotAgreed,
    Given,
    NoAgreement,
    OpenRequest,
    PostNotAgreed,
    ProviderUnavailable,
)
from gapura.kernel.nodes.actions import PreparedMessage, deliver_message, prepare_message, send_message
from gapura.kernel.nodes.queries import find_own_subsystem
from gapura.kernel.nodes.types import MessageRefused, NoNode, OutgoingRequest, Subsystem, SubsystemId

ANSWER_SECONDS = 5.0
_CANNOT_ASK = (MessageRefused, ValidationError, NoNode, ProviderUnavailable)
_REFUSALS = {refusal.code: refusal for refusal in (NoAgreement, PostNotAgreed, FieldNotAgreed)}


class RemoteProvider(EvidenceSource):
    """Asks the subsystem that answers ``evidence_type`` according to the member registry."""

    def __init__(self, evidence_type: str, holder: Subsystem, guard: ProviderGuard) -> None:
        self.evidence_type = evidence_type
        self.agency_code = holder.agency
        self.holder = holder.id
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

    def waits_for(self, opened: OpenRequest) -> str:
        """The holder. A message that could not be prepared is still to be logged, on the caller's connection."""
        return str(self.holder) if isinstance(opened.prepared, PreparedMessage) else ""

    def answer(self, opened: OpenRequest) -> Given:
        try:
            with self._guard.calling():
                given = _ask(self.holder, opened)
        except ProviderUnavailable:
            earlier = self._earlier.find(opened.request, opened.asked_at)
            if earlier is None:
                raise
            return earlier
        self._earlier.keep(opened.request, given, opened.asked_at)
        return given


def _ask(holder: SubsystemId, opened: OpenRequest) -> Given:
    """Raises ProviderUnavailable, or the refusal that the holder gave."""
    now = opened.asked_at
    try:
        if isinstance(opened.prepared, PreparedMessage):
            content = deliver_message(opened.prepared, now=now, seconds=ANSWER_SECONDS)
        else:
            content = send_message(_compose(holder, opened), now=now, seconds=ANSWER_SECONDS)
        answer = GivenEvidence.model_validate_json(content)
    except MessageRefused as refusal:
        raise _REFUSALS.get(refusal.detail, ProviderUnavailable)(f"{holder}: {refusal}") from refusal
    except (ValidationError, NoNode) as error:
        raise ProviderUnavailable(f"{holder} cannot be asked: {error}") from error
    if opened.request.question:
        return Given(holds=answer.holds)
    declared = find_evidence_type(opened.request.evidence_type)
    if declared and (wrong := find_undeclared(declared, opened.request.fields, answer.records or ())):
        raise ProviderUnavailable(f"{holder} gave {wrong}; its answer is not believed.")
    return Given(records=answer.records or ())


def _compose(holder: SubsystemId, opened: OpenRequest) -> OutgoingRequest:
    """Raises one of _CANNOT_ASK."""
    request = opened.request
    client = find_own_subsystem(request.consumer)
    if client is None:
        raise ProviderUnavailable(f"{request.consumer} has no subsystem on this node; it cannot ask others.")
    content = asked_evidence(request, opened.asked_by, opened.asked_as).model_dump_json(exclude_none=True).encode()
    return OutgoingRequest(client.id, holder, request.evidence_type, content, opened.access_id)
