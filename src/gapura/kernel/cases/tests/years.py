"""Hand-made cases for statistics: what came when, was decided how and when, and what people thought of it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from gapura.kernel.cases.models import Case, CaseRating, CaseStep
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.exchange.testing import AccessRecord

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)  # a Monday, 12:00 in Jakarta
SERVICE, OTHER_SERVICE = "civil.never-married", "civil.residence-certificate"
NO_DATA = {"id": "Data tidak ada.", "en": "There are no data.", "ko": "자료가 없습니다."}
APPLICANT = "3171014501900001"
_numbers = count(1)


def make_case(
    minutes: float | None = 10,
    *,
    service: str = SERVICE,
    agency: str = "dukcapil",
    office: str = "31.71",
    submitted_at: datetime = NOON,
    due_in_days: int = 1,
    reason: dict[str, str] | None = None,
    by: str = "",
    stars: int = 0,
    words: str = "",
    papers: int = 0,
    steps: tuple[str, ...] = (),
) -> Case:
    """A case decided after ``minutes`` (None: not yet), refused with ``reason``, rated with ``stars``."""
    key = f"made-{next(_numbers)}"
    decided_at = submitted_at + timedelta(minutes=minutes) if minutes is not None else None
    status = CaseStatus.REVIEW if decided_at is None else CaseStatus.REFUSED if reason else CaseStatus.FULFILLED
    case = Case.objects.create(
        number=key.upper(),
        service_code=service,
        service_version="1",
        service_title={"id": "Surat", "en": "Paper", "ko": "서류"},
        agency_code=agency,
        office_code=office,
        status=status,
        applicant=APPLICANT,
        subject=APPLICANT,
        relation="self",
        answers={},
        language="id",
        channel="web",
        idempotency_key=key,
        submission_digest=key,
        submitted_at=submitted_at,
        due_on=submitted_at.date() + timedelta(days=due_in_days),
        decided_at=decided_at,
        decided_by=by,
        decision_reason=reason or {},
    )
    if stars:
        CaseRating.objects.create(case=case, stars=stars, words=words, rated_at=decided_at)
    for action in steps:
        CaseStep.objects.create(case=case, at=submitted_at, action=action, status=status, actor_kind="resident")
    for n in range(papers):
        make_access(case, f"civil.evidence-{n}")
    return case


def make_access(case: Case, evidence_type: str, outcome: str = "asked") -> None:
    """One request to a register for the case."""
    AccessRecord.objects.create(
        access_id=f"access-{next(_numbers)}",
        requested_at=case.submitted_at,
        visible_from=case.submitted_at,
        actor_reference="x",
        actor_label="x",
        consumer=case.agency_code,
        provider="dukcapil",
        evidence_type=evidence_type,
        fields=[],
        subject=case.subject,
        legal_ground="UU 23/2006",
        purpose={},
        case_number=case.number,
        outcome=outcome,
    )
