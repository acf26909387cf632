"""Officials of the three sides, and an agreement on its way. For tests only."""

from dataclasses import replace
from datetime import UTC, date, datetime

from gapura.kernel.agreements.actions import approve_request, judge_request, request_agreement
from gapura.kernel.agreements.models import AgreementCase as AgreementCase
from gapura.kernel.agreements.models import AgreementStep as AgreementStep
from gapura.kernel.agreements.models import AgreementUse as AgreementUse
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER, Terms, Wish
from gapura.kernel.approvals.testing import official

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
APPLYING = official("3171010101800021", roles=[APPLICANT], agency_code="kua", office_code="", post="data")
HOLDING = official("3171010101800022", roles=[HOLDER], office_code="", post="data")
DECIDING = official("3171010101800023", roles=[AUTHORITY], agency_code="komdigi", office_code="", post="exchange")
WISH = Wish(
    evidence_type="civil.person",
    terms=Terms(
        fields=frozenset({"number", "full_name", "religion"}),
        questions=frozenset({"is-alive"}),
        posts=frozenset({"house", "role:kua.officer"}),
        valid_until=date(2028, 5, 4),
    ),
    valid_from=date(2026, 5, 4),
    task="Checking who wants to marry",
    legal_ground="UU 1/1974 Pasal 2",
    purpose={"id": "Pencatatan nikah", "en": "Registering marriages", "ko": "혼인 등록"},
    monthly_volume=1200,
)
NARROWED = replace(WISH.terms, fields=frozenset({"number", "full_name"}))


def ask(legal_ground: str = WISH.legal_ground) -> AgreementCase:
    """A request of the religious affairs office to the population register."""
    return request_agreement(actor=APPLYING, wish=replace(WISH, legal_ground=legal_ground), now=NOW)


def judge(case: AgreementCase, *, in_favor: bool = True, terms: Terms = NARROWED) -> AgreementCase:
    """The holder's opinion; unless told otherwise without the religion."""
    return judge_request(
        actor=HOLDING, number=case.number, in_favor=in_favor, terms=terms, conditions="Not the religion.", now=NOW
    )


def approve(case: AgreementCase) -> AgreementCase:
    return approve_request(actor=DECIDING, number=case.number, reason="", now=NOW)


def agreed(legal_ground: str = WISH.legal_ground) -> AgreementCase:
    """An agreement that went the whole way."""
    return approve(judge(ask(legal_ground)))
