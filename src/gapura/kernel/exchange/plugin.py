"""What a holder of data implements, and the registers of evidence types and providers.

A provider may sit in this process or speak for another node; the asker cannot tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gapura.kernel.exchange.types import EvidenceType

_types: dict[str, EvidenceType] = {}
_providers: dict[str, "EvidenceProvider"] = {}


class EvidenceProvider(ABC):
    """Answers for one evidence type. Gives what is asked and nothing more; keeps no log (the exchange does)."""

    evidence_type: str
    agency_code: str

    @abstractmethod
    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        """Records of ``subject`` true on ``as_of`` as known at ``known_at`` (None: now); extra keys are dropped."""

    @abstractmethod
    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        """Yes, no, or None when the register cannot tell (unknown person)."""


def register_evidence_type(evidence_type: EvidenceType) -> None:
    """Make an evidence type of the national standard known. Declaring one code twice raises ValueError."""
    if _types.get(evidence_type.code, evidence_type) != evidence_type:
        raise ValueError(f"Evidence type {evidence_type.code} is declared twice, differently.")
    _types[evidence_type.code] = evidence_type


def register_provider(provider: EvidenceProvider) -> None:
    """Let ``provider`` answer for its evidence type. The last one registered answers."""
    _providers[provider.evidence_type] = provider


def find_evidence_type(code: str) -> EvidenceType | None:
    return _types.get(code)


def list_evidence_types() -> list[EvidenceType]:
    """Every evidence type, by code."""
    return [_types[code] for code in sorted(_types)]


def find_provider(code: str) -> EvidenceProvider | None:
    """Who answers for the evidence type ``code``, if anybody does."""
    return _providers.get(code)
