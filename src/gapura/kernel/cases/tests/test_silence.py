"""Where the law holds granted what nobody decided in time, the house grants it, and nobody refuses it any more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gapura.foundation.periods import add_months
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import (
    approve_case,
    extend_for_outage,
    finish_waiting_cases,
    grant_by_silence,
    refuse_case,
    request_supplement,
)
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.tests.conftest import NOW, State, submit
from gapura.kernel.cases.tests.test_decisions import REASON, REGISTRAR, REMEDY
from gapura.kernel.cases.types import CannotChangeCase, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import changing
from gapura.kernel.exchange.testing import without_agreements

pytestmark = pytest.mark.usefixtures("agreements")
SERVICE = "civil.never-married"
WORKER = system_actor("worker")
LAST_DAY = datetime(2027, 5, 4, 3, 0, tzinfo=NOW.tzinfo)  # twelve months later, the last day to decide
AFTER = LAST_DAY + timedelta(days=1)


@pytest.fixture
def in_review(state: State) -> Iterator[Case]:
    """A case that waits for an official, of a service that counts as granted after twelve months."""
    term = replace(get_service(SERVICE, on=NOW.date()).days, months=12, granted_by_silence=True)
    with changing(SERVICE, days=term):
        with without_agreements("dukcapil"):
            case = submit()
        assert (case.status, case.due_on) == (CaseStatus.REVIEW, LAST_DAY.date())
        yield case


def grant(now: datetime = AFTER) -> int:
    return grant_by_silence(actor=WORKER, now=now)


def test_the_day_after_the_term_it_is_granted_with_its_article_and_carried_out(in_review: Case) -> None:
    assert grant(LAST_DAY) == 0
    assert (grant(), grant()) == (1, 0)
    step = CaseStep.objects.get(case=in_review, action="grant_by_silence")
    assert step.text["en"] == get_service(SERVICE, on=NOW.date()).days.law.citation["en"]
    assert AuditEvent.objects.filter(action="cases.grant_by_silence").count() == 1
    finish_waiting_cases(actor=WORKER, now=AFTER)
    in_review.refresh_from_db()
    assert (in_review.status, in_review.decided_at) == (CaseStatus.FULFILLED, AFTER)
    assert in_review.document_code


def test_an_official_refuses_on_the_last_day_and_not_after(in_review: Case) -> None:
    refusing = {"actor": REGISTRAR, "number": in_review.number, "reason": REASON, "remedy": REMEDY}
    with pytest.raises(CannotChangeCase, match="holds this granted"):
        refuse_case(**refusing, now=AFTER)
    assert refuse_case(**refusing, now=LAST_DAY).status == CaseStatus.REFUSED
    assert grant() == 0, "what was decided in time stays decided"


def test_an_official_may_still_approve_what_counts_as_granted(in_review: Case) -> None:
    approved = approve_case(actor=REGISTRAR, number=in_review.number, note="late", now=AFTER)
    assert approved.status == CaseStatus.FULFILLED


def test_the_clock_stands_while_the_applicant_is_asked_and_an_outage_moves_it(in_review: Case) -> None:
    extend_for_outage(
        actor=WORKER,
        agency_code=in_review.agency_code,
        outage_from=LAST_DAY.date() - timedelta(days=7),
        outage_until=LAST_DAY.date(),
        reason="No power",
        now=NOW,
    )
    assert grant() == 0
    request_supplement(actor=REGISTRAR, number=in_review.number, question="Which?", now=LAST_DAY)
    assert grant(AFTER + timedelta(days=60)) == 0


def test_what_the_law_does_not_grant_by_silence_waits_on(state: State) -> None:
    with without_agreements("dukcapil"):
        case = submit()
    assert grant() == 0
    refused = refuse_case(actor=REGISTRAR, number=case.number, reason=REASON, remedy=REMEDY, now=AFTER)
    assert refused.status == CaseStatus.REFUSED


def test_the_objection_to_a_tax_assessment_is_such_a_service_and_the_appeal_is_none() -> None:
    objection, appeal = (get_service(code, on=NOW.date()).days for code in ("tax.objection", "tax.appeal"))
    assert (objection.months, objection.granted_by_silence) == (12, True)
    assert (appeal.months, appeal.granted_by_silence) == (12, False)


def test_months_end_where_the_calendar_says() -> None:
    day = datetime(2028, 2, 29, tzinfo=NOW.tzinfo).date()
    assert [str(add_months(day, months)) for months in (0, 1, 12, 48)] == [
        "2028-02-29",
        "2028-03-29",
        "2029-02-28",
        "2032-02-29",
    ]
    assert str(add_months(day.replace(month=11, day=30), 3)) == "2029-02-28"
