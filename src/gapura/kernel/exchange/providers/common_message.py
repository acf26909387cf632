"""One message that several requests share, to one holder: sent once, and each finds its own answer in it."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from time import perf_counter

from pydantic import ValidationError

from gapura.kernel.exchange.declared import find_undeclared
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.providers.guarding import ProviderGuard
from gapura.kernel.exchange.schemas import GivenEvidence
from gapura.kernel.exchange.types import (
    ExchangeRefusal,
    FieldNotAgreed,
    Given,
    NoAgreement,
    OpenRequest,
    PostNotAgreed,
    ProviderUnavailable,
    SharedMessage,
)
from gapura.kernel.nodes.actions import PreparedMessage, deliver_in_bulk
from gapura.kernel.nodes.types import MessageRefused, SubsystemId

ANSWER_SECONDS = 5.0
_REFUSALS = {refusal.code: refusal for refusal in (NoAgreement, PostNotAgreed, FieldNotAgreed)}


def read_answer(holder: SubsystemId, opened: OpenRequest, content: bytes | MessageRefused) -> Given:
    """What ``opened`` was given. Raises ProviderUnavailable, or the refusal that the holder gave."""
    if isinstance(content, MessageRefused):
        raise _REFUSALS.get(content.detail, ProviderUnavailable)(f"{holder}: {content}") from content
    try:
        answer = GivenEvidence.model_validate_json(content)
    except ValidationError as error:
        raise ProviderUnavailable(f"{holder} cannot be asked: {error}") from error
    if opened.request.question:
        return Given(holds=answer.holds)
    declared = find_evidence_type(opened.request.evidence_type)
    if declared and (wrong := find_undeclared(declared, opened.request.fields, answer.records or ())):
        raise ProviderUnavailable(f"{holder} gave {wrong}; its answer is not believed.")
    return Given(records=answer.records or ())


class CommonMessage(SharedMessage):
    """For the breaker it is one call, which failed when the message did or when nothing in it was answered."""

    def __init__(
        self, holder: SubsystemId, message: PreparedMessage, opened: Sequence[OpenRequest], guard: ProviderGuard
    ) -> None:
        super().__init__()
        self.message = message
        self._holder, self._guard = holder, guard
        ids = {question.id for question in message.questions}
        self._opened = [one for one in opened if one.access_id in ids]
        self._lock = Lock()
        self._said: dict[str, Given | ExchangeRefusal] = {}

    def hear(self, opened: OpenRequest) -> Given:
        """What this one was given; whoever is first sends. Raises ProviderUnavailable, or the holder's refusal."""
        with self._lock:
            if not self._said:
                began = perf_counter()
                self._send(opened.asked_at)
                self.seconds = perf_counter() - began
        said = self._said[opened.access_id]
        if isinstance(said, ExchangeRefusal):
            raise said
        return said

    def _send(self, now: datetime) -> None:
        try:
            with self._guard.calling():
                try:
                    heard = deliver_in_bulk(self.message, now=now, seconds=ANSWER_SECONDS)
                except MessageRefused as refusal:
                    raise ProviderUnavailable(f"{self._holder}: {refusal}") from refusal
                self._said = {one.access_id: self._read(one, heard[one.access_id]) for one in self._opened}
                if all(isinstance(one, ProviderUnavailable) for one in self._said.values()):
                    raise ProviderUnavailable(f"{self._holder} answered nothing of what it was asked.")
        except ProviderUnavailable as failure:
            self._said = self._said or {one.access_id: failure for one in self._opened}

    def _read(self, opened: OpenRequest, content: bytes | MessageRefused) -> Given | ExchangeRefusal:
        try:
            return read_answer(self._holder, opened, content)
        except ExchangeRefusal as refusal:
            return refusal
