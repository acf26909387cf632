"""A provider that answers from memory, and agreements for it. For tests only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import adopt_agreement
from gapura.kernel.exchange.models import AccessRecord as AccessRecord
from gapura.kernel.exchange.models import Agreement as Agreement
from gapura.kernel.exchange.plugin import EvidenceProvider, find_evidence_type
from gapura.kernel.exchange.types import ProviderUnavailable


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


def agree(
    consumer: str,
    evidence_type: str,
    legal_ground: str,
    *,
    fields: Sequence[str] | None = None,
    questions: Sequence[str] | None = None,
    valid_from: date = date(2020, 1, 1),
    valid_until: date | None = None,
) -> Agreement:
    """A standing agreement; over everything the evidence type has, unless narrowed."""
    declared = find_evidence_type(evidence_type)
    assert declared is not None, evidence_type
    return adopt_agreement(
        actor=system_actor("test"),
        code=f"{consumer}/{evidence_type}/{legal_ground}",
        consumer=consumer,
        evidence_type=evidence_type,
        fields=sorted(declared.field_codes) if fields is None else fields,
        questions=[q.code for q in declared.questions] if questions is None else questions,
        legal_ground=legal_ground,
        purpose={"id": "uji", "en": "test", "ko": "시험"},
        valid_from=valid_from,
        valid_until=valid_until,
    )
