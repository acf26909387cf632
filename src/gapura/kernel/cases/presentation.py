"""A case in words: how far it is, and what is asked of the registers for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from gapura.foundation.texts import Text
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.exchange.queries import AccessRecord, describe_request

STAGES = {
    CaseStatus.RECEIVED: 1,
    CaseStatus.REVIEW: 1,
    CaseStatus.SUPPLEMENT: 1,
    CaseStatus.APPEALED: 1,
    CaseStatus.APPROVED: 2,
}
"""Stages behind a case: sent, checked, decided. What is over has all three behind it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a register, in titles."""

    evidence: Text
    fields: tuple[Text, ...]
    question: Text | None
    purpose: Text
    legal_ground: str


def count_stages(status: str) -> int:
    """How many of the stages sent, checked, decided are behind a case."""
    return STAGES.get(CaseStatus(status), 3)


def list_needs(service: PublicService) -> list[Asked]:
    """What the house will ask when the service is applied for, checks first."""
    checks = [_asked(c.evidence_type, (), c.question, c.purpose, c.legal_ground) for c in service.checks]
    return checks + [_asked(n.type, n.fields, "", n.purpose, n.legal_ground) for n in service.evidence]


def list_asked(accesses: Iterable[AccessRecord]) -> list[Asked]:
    """What the house has asked."""
    return [_asked(a.evidence_type, a.fields, a.question, a.purpose, a.legal_ground) for a in accesses]


def _asked(
    evidence_type: str, fields: Iterable[str], question: str, purpose: Text, legal_ground: str
) -> Asked:
    return Asked(*describe_request(evidence_type, tuple(fields), question), purpose, legal_ground)
