"""A case in words: how far it is, and what is asked of the registers for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import PublicService, ServiceNotInForce
from gapura.kernel.exchange.queries import describe_request

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


def list_needs(service: PublicService, answers: Mapping[str, str] | None = None) -> list[Asked]:
    """What the house asks for an application with ``answers`` (None: whatever is answered), checks first."""
    checks = [_asked(c.evidence_type, (), c.question, c.purpose, c.legal_ground) for c in service.checks]
    wanted = [need for need in service.evidence if answers is None or need.is_wanted(answers)]
    return checks + [_asked(n.type, n.fields, "", n.purpose, n.legal_ground) for n in wanted]


def list_asked(case: Case) -> list[Asked]:
    """What the house asked for the case. Each look itself is shown to the person it is about."""
    submitted_on = local_day(case.submitted_at, settings.TIME_ZONE)
    try:
        return list_needs(get_service(case.service_code, on=submitted_on), case.answers)
    except ServiceNotInForce:
        return []


def _asked(evidence_type: str, fields: Iterable[str], question: str, purpose: Text, legal_ground: str) -> Asked:
    return Asked(*describe_request(evidence_type, tuple(fields), question), purpose, legal_ground)
