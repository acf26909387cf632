"""A provider that answers from memory, and agreements for it. For tests only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import adopt_agreements, ask_question, request_evidence
from gapura.kernel.exchange.models import AccessRecord as AccessRecord
from gapura.kernel.exchange.models import Agreement as Agreement
from gapura.kernel.exchange.plugin import EvidenceProvider, find_evidence_type
from gapura.kernel.exchange.providers.guarding import FAILURES_BEFORE_PAUSE as FAILURES_BEFORE_PAUSE
from gapura.kernel.exchange.providers.guarding import FIRST_PAUSE_SECONDS as FIRST_PAUSE_SECONDS
from gapura.kernel.exchange.providers.guarding import ProviderGuard as ProviderGuard
from gapura.kernel.exchange.types import HOUSE, AgreementTerms, EvidenceRequest, ProviderUnavailable


class MemoryProvider(EvidenceProvider):
    """``records`` by subject; ``answers`` by (question, subject). ``is_down`` makes it unavailable."""

    agency_code = "holder"

    def __init__(self, evidence_type: str) -> None:
        self.evidence_type = evidence_type
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.answers: dict[tuple[str, str], bool] = {}
        self.is_down = False
        self.asked: list[str] = []

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        self._answer(subject)
        return self.records.get(subject, [])

    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        self._answer(subject)
        return self.answers.get((question, subject))

    def _answer(self, subject: str) -> None:
        if self.is_down:
            raise ProviderUnavailable(f"{self.evidence_type} is down.")
        self.asked.append(subject)


@contextmanager
def memory_providers(*evidence_types: str) -> Iterator[dict[str, MemoryProvider]]:
    """Providers from memory for the evidence types, instead of whoever answers for them, inside the block."""
    before = dict(plugin._providers)
    providers = {code: MemoryProvider(code) for code in evidence_types}
    for provider in providers.values():
        plugin.register_provider(provider)
    try:
        yield providers
    finally:
        plugin._providers.clear()
        plugin._providers.update(before)


@contextmanager
def without_agreements(consumer: str) -> Iterator[None]:
    """Meanwhile none of the consumer's agreements stands; on no record, for it is a scene and no subject."""
    standing = list(Agreement.objects.filter(consumer=consumer, suspended_at=None).values_list("pk", flat=True))
    Agreement.objects.filter(pk__in=standing).update(suspended_at=datetime(2026, 1, 1, tzinfo=UTC))
    try:
        yield
    finally:
        Agreement.objects.filter(pk__in=standing).update(suspended_at=None)


def agree(
    consumer: str,
    evidence_type: str,
    legal_ground: str,
    *,
    fields: Sequence[str] | None = None,
    questions: Sequence[str] | None = None,
    posts: Sequence[str] = (HOUSE, "role:civil.registrar"),
    valid_from: date = date(2020, 1, 1),
    valid_until: date | None = None,
) -> Agreement:
    """A standing agreement; over everything the evidence type has, unless narrowed."""
    declared = find_evidence_type(evidence_type)
    assert declared is not None, evidence_type
    terms = AgreementTerms(
        code=f"{consumer}:{evidence_type}:{legal_ground}".replace("/", "-"),
        consumer=consumer,
        evidence_type=evidence_type,
        fields=sorted(declared.field_codes) if fields is None else fields,
        questions=[q.code for q in declared.questions] if questions is None else questions,
        posts=posts,
        legal_ground=legal_ground,
        purpose={"id": "uji", "en": "test", "ko": "시험"},
        valid_from=valid_from,
        valid_until=valid_until,
    )
    adopt_agreements(actor=system_actor("test"), terms=[terms])
    return Agreement.objects.get(code=terms.code)


@dataclass(frozen=True)
class Asker:
    """Who asks the registers under one ground of law, which lets it have all of whatever it asks for."""

    legal_ground: str
    now: datetime
    consumer: str = "asker"

    def request(self, evidence_type: str, subject: str, **more: Any) -> EvidenceRequest:
        """As of today, with ``more`` of its fields."""
        given = {"consumer": self.consumer, "case_number": "C-1", "purpose": {"en": "test"}, "as_of": self.now.date()}
        return EvidenceRequest(
            evidence_type=evidence_type, subject=subject, legal_ground=self.legal_ground, **given | more
        )

    def ask(self, evidence_type: str, subject: str, *fields: str, **more: Any) -> list[dict[str, Any]]:
        """The records: all fields, unless some are named."""
        agree(self.consumer, evidence_type, self.legal_ground)
        declared = find_evidence_type(evidence_type)
        assert declared is not None
        request = self.request(evidence_type, subject, fields=frozenset(fields) or declared.field_codes, **more)
        evidence = request_evidence(actor=system_actor("test"), request=request, now=self.now)
        return [dict(record) for record in evidence.records]

    def does(
        self, evidence_type: str, question: str, subject: str, as_of: date | None = None, **parameters: Any
    ) -> bool | None:
        """Whether it holds; an agreement over questions alone is enough to know."""
        agree(self.consumer, evidence_type, self.legal_ground, fields=())
        as_of = as_of or self.now.date()
        request = self.request(evidence_type, subject, question=question, parameters=parameters, as_of=as_of)
        return ask_question(actor=system_actor("test"), request=request, now=self.now).holds
