"""A case in words: how far it is, and what is asked of the registers for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gapura.foundation.texts import Text
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries.cases import find_service, get_service_of
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import list_exemptions
from gapura.kernel.catalogue.types import PublicService, ResultField, ResultKind
from gapura.kernel.exchange.queries import describe_request

STAGES = {
    CaseStatus.RECEIVED: 1,
    CaseStatus.CONSENT: 1,
    CaseStatus.PAYMENT: 1,
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


def list_needs(service: PublicService, case: Case | None = None) -> list[Asked]:
    """What the house asks for the application ``case`` (None: whatever is answered, about whomever), checks first.

    Where there is a fee, also who pays less of it; the house stops asking at the first yes.
    """
    asked = [check for check in service.checks if case is None or check.is_asked(case.relation)]
    checks = [_asked(c.evidence_type, (), c.question, c.purpose, c.legal_ground) for c in asked]
    wanted = [need for need in service.evidence if case is None or need.is_wanted(case.answers, case.relation)]
    exemptions = [
        _asked(one.evidence_type, (), one.question, one.purpose, one.legal_ground)
        for one in list_exemptions(service.fee)
    ]
    return checks + [_asked(n.type, n.fields, "", n.purpose, n.legal_ground) for n in wanted] + exemptions


def list_results(case: Case) -> list[tuple[ResultField, str | int | date]]:
    """What the case's effect gave back, as its service declares it: days as days, money as a number."""
    if not case.results:
        return []
    service = get_service_of(case)
    return [(one, _read(one.kind, said)) for one in service.results if (said := case.results.get(one.code))]


def _read(kind: ResultKind, said: str) -> str | int | date:
    if kind is ResultKind.DATE:
        return date.fromisoformat(said)
    return int(said) if kind is ResultKind.MONEY else said


def list_asked(case: Case) -> list[Asked]:
    """What the house asked for the case. Each look itself is shown to the person it is about."""
    service = find_service(case)
    return list_needs(service, case) if service else []


def _asked(evidence_type: str, fields: Iterable[str], question: str, purpose: Text, legal_ground: str) -> Asked:
    return Asked(*describe_request(evidence_type, tuple(fields), question), purpose, legal_ground)
