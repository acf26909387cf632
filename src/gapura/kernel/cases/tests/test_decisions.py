"""What officials do with a case, what time does to it, and who may not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions import (
    answer_supplement,
    appeal_decision,
    approve_case,
    close_finished_cases,
    decide_appeal,
    extend_for_outage,
    refuse_case,
    request_supplement,
    take_case,
    view_evidence,
)
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.queries import list_available_actions, list_work_basket
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.conftest import NOW, OFFICE, SITI, STRANGER, State, submit
from gapura.kernel.cases.types import BasketFilters, CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import without_agreements
from gapura.kernel.notifications.queries import list_messages

pytestmark = pytest.mark.usefixtures("agreements")

REGISTRAR = official("civil.registrar", office=OFFICE)
SUPERVISOR = official("civil.supervisor", office=OFFICE, person_number="3171010101600008")
ELSEWHERE = official("civil.registrar", "civil.supervisor", office="32.01")
SYSTEM = system_actor("worker")
REASON = {"id": "Data tidak cocok.", "en": "The data do not match.", "ko": "자료가 일치하지 않습니다."}
REMEDY = {"id": "Datang ke kantor.", "en": "Visit the office.", "ko": "사무소를 방문하세요."}


@pytest.fixture
def in_review(state: State) -> Case:
    """A case that the rules could not decide: its agreement was suspended for a moment."""
    with without_agreements("dukcapil"):
        case = submit()
    assert case.status == CaseStatus.REVIEW
    return case


def test_an_official_takes_looks_approves_and_the_document_is_sealed(in_review: Case) -> None:
    take_case(actor=REGISTRAR, number=in_review.number, now=NOW)
    evidence = view_evidence(actor=REGISTRAR, number=in_review.number, now=NOW)
    assert {one.subject for one in evidence} == {SITI}
    case = approve_case(actor=REGISTRAR, number=in_review.number, note="checked", now=NOW)
    assert case.status == CaseStatus.FULFILLED
    assert case.document_code
    assert REGISTRAR.label in {a.actor_label for a in list_accesses_to(SITI, now=NOW)}


def test_a_refusal_needs_a_reason_and_a_remedy(in_review: Case) -> None:
    for reason, remedy in (({}, REMEDY), (REASON, {}), ({"id": " "}, REMEDY)):
        with pytest.raises(CannotChangeCase):
            refuse_case(actor=REGISTRAR, number=in_review.number, reason=reason, remedy=remedy, now=NOW)
    case = refuse_case(actor=REGISTRAR, number=in_review.number, reason=REASON, remedy=REMEDY, now=NOW)
    assert (case.status, case.decision_reason, case.decision_remedy) == (CaseStatus.REFUSED, REASON, REMEDY)


ACTIONS: list[Callable[[Actor, str], object]] = [
    lambda actor, number: take_case(actor=actor, number=number, now=NOW),
    lambda actor, number: view_evidence(actor=actor, number=number, now=NOW),
    lambda actor, number: request_supplement(actor=actor, number=number, question="?", now=NOW),
    lambda actor, number: approve_case(actor=actor, number=number, note="", now=NOW),
    lambda actor, number: refuse_case(actor=actor, number=number, reason=REASON, remedy=REMEDY, now=NOW),
    lambda actor, number: decide_appeal(actor=actor, number=number, upheld=True, reason="x", now=NOW),
]
WRONG_ACTORS = [
    resident(SITI),
    resident(STRANGER),
    ELSEWHERE,
    official("civil.registrar", agency="kemensos", office=OFFICE),
    official("audit.auditor", office=OFFICE),
    official("civil.registrar", office=OFFICE, person_number=SITI),
]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("actor", WRONG_ACTORS, ids=lambda actor: actor.reference)
def test_nobody_but_the_office_works_a_case_and_denial_looks_like_absence_and_changes_nothing(
    in_review: Case, action: Callable[[Actor, str], object], actor: Actor
) -> None:
    before = (Case.objects.values().get(), CaseStep.objects.count(), len(list_accesses_to(SITI, now=NOW)))
    with pytest.raises(CaseNotFound):
        action(actor, in_review.number)
    with pytest.raises(CaseNotFound):
        action(actor, "NOSUCHCASE00")
    assert (Case.objects.values().get(), CaseStep.objects.count(), len(list_accesses_to(SITI, now=NOW))) == before


def test_the_clock_stands_still_while_the_applicant_is_asked(in_review: Case) -> None:
    due_on = in_review.due_on
    paused = request_supplement(actor=REGISTRAR, number=in_review.number, question="Which office?", now=NOW)
    assert (paused.status, paused.paused_at) == (CaseStatus.SUPPLEMENT, NOW)
    answered = answer_supplement(
        actor=resident(SITI), number=in_review.number, answers="This one", now=NOW + timedelta(days=7)
    )
    assert (answered.status, answered.paused_at) == (CaseStatus.REVIEW, None)
    assert (answered.due_on - due_on).days >= 7
    assert "supplement_requested" in [m.kind for m in list_messages(SITI)]


def test_a_supplement_that_never_comes_closes_the_case_after_its_term(in_review: Case) -> None:
    request_supplement(actor=REGISTRAR, number=in_review.number, question="Which?", now=NOW)
    assert close_finished_cases(actor=SYSTEM, now=NOW + timedelta(days=5)) == 0
    assert close_finished_cases(actor=SYSTEM, now=NOW + timedelta(days=40)) == 1
    assert Case.objects.get().status == CaseStatus.CLOSED


def test_an_appeal_is_judged_by_a_supervisor_and_an_upheld_one_is_sealed(in_review: Case) -> None:
    number = in_review.number
    take_case(actor=REGISTRAR, number=number, now=NOW)
    refuse_case(actor=REGISTRAR, number=number, reason=REASON, remedy=REMEDY, now=NOW)
    appealed = appeal_decision(actor=resident(SITI), number=number, grounds="It is wrong.", now=NOW)
    assert appealed.status == CaseStatus.APPEALED
    assert "uphold_appeal" not in list_available_actions(REGISTRAR, appealed)
    with pytest.raises(CaseNotFound):
        decide_appeal(actor=REGISTRAR, number=number, upheld=True, reason="no", now=NOW)
    decided = decide_appeal(actor=SUPERVISOR, number=number, upheld=True, reason="She is right.", now=NOW)
    assert decided.status == CaseStatus.FULFILLED
    assert decided.document_code


def test_a_dismissed_appeal_closes_the_case_without_a_document(in_review: Case) -> None:
    number = in_review.number
    refuse_case(actor=REGISTRAR, number=number, reason=REASON, remedy=REMEDY, now=NOW)
    appeal_decision(actor=resident(SITI), number=number, grounds="It is wrong.", now=NOW)
    decided = decide_appeal(actor=SUPERVISOR, number=number, upheld=False, reason="It is not.", now=NOW)
    assert (decided.status, decided.document_code) == (CaseStatus.CLOSED, "")


def test_who_refused_does_not_judge_the_appeal_even_as_supervisor(in_review: Case) -> None:
    take_case(actor=SUPERVISOR, number=in_review.number, now=NOW)
    refuse_case(actor=SUPERVISOR, number=in_review.number, reason=REASON, remedy=REMEDY, now=NOW)
    appeal_decision(actor=resident(SITI), number=in_review.number, grounds="It is wrong.", now=NOW)
    with pytest.raises(CaseNotFound):
        decide_appeal(actor=SUPERVISOR, number=in_review.number, upheld=False, reason="no", now=NOW)


def test_an_appeal_after_its_term_is_refused_and_the_case_closes(in_review: Case) -> None:
    refuse_case(actor=REGISTRAR, number=in_review.number, reason=REASON, remedy=REMEDY, now=NOW)
    late = NOW + timedelta(days=90)
    with pytest.raises(CannotChangeCase):
        appeal_decision(actor=resident(SITI), number=in_review.number, grounds="Late", now=late)
    assert close_finished_cases(actor=SYSTEM, now=late) == 1


def test_an_outage_gives_back_the_working_days_it_took_and_only_once(in_review: Case) -> None:
    due_on = in_review.due_on
    for extended in (1, 0):
        found = extend_for_outage(
            actor=SYSTEM,
            agency_code="dukcapil",
            outage_from=date(2026, 5, 4),
            outage_until=date(2026, 5, 6),
            reason="Fire",
            now=NOW,
        )
        assert found == extended
    assert Case.objects.get().due_on > due_on
    untouched = extend_for_outage(
        actor=SYSTEM,
        agency_code="kemensos",
        outage_from=date(2026, 5, 4),
        outage_until=date(2026, 5, 6),
        reason="Fire",
        now=NOW,
    )
    assert untouched == 0


def test_a_delivered_case_closes_the_day_after_and_stays_readable(state: State) -> None:
    case = submit()
    assert close_finished_cases(actor=SYSTEM, now=NOW + timedelta(hours=1)) == 0
    assert close_finished_cases(actor=SYSTEM, now=NOW + timedelta(days=2)) == 1
    closed = Case.objects.get()
    assert (closed.status, closed.document_code) == (CaseStatus.CLOSED, case.document_code)


def test_a_basket_shows_the_offices_open_cases_due_first_page_by_page(in_review: Case) -> None:
    Case.objects.filter(pk=in_review.pk).update(due_on=date(2026, 6, 1))
    for n in range(4):
        Case.objects.filter(pk=Case.objects.get(number=submit(f"other-{n}").number).pk).update(
            status=CaseStatus.REVIEW, due_on=date(2026, 5, 10 + n), decided_at=None
        )
    first = list_work_basket(REGISTRAR, filters=BasketFilters(), limit=3)
    rest = list_work_basket(REGISTRAR, filters=BasketFilters(), after=first.next, limit=3)
    assert [row.due_on.day for row in (*first.rows, *rest.rows)] == [10, 11, 12, 13, 1]
    assert (first.count, rest.next) == (5, None)
    overdue = list_work_basket(REGISTRAR, filters=BasketFilters(overdue_on=date(2026, 5, 12)))
    assert len(overdue.rows) == 2
    assert list_work_basket(REGISTRAR, filters=BasketFilters(status="appealed")).rows == ()


@pytest.mark.parametrize("actor", WRONG_ACTORS, ids=lambda actor: actor.reference)
def test_a_basket_never_shows_another_offices_case_or_ones_own(in_review: Case, actor: Actor) -> None:
    assert len(list_work_basket(REGISTRAR, filters=BasketFilters()).rows) == 1
    try:
        rows = list_work_basket(actor, filters=BasketFilters()).rows
    except CaseNotFound:
        rows = ()
    assert rows == ()


@pytest.mark.parametrize("after", ["", "garbage", "2026-05-04", "2026-05-04_x", "_", "2026-99-99_1"])
def test_a_forged_page_mark_shows_the_first_page(in_review: Case, after: str) -> None:
    assert len(list_work_basket(REGISTRAR, filters=BasketFilters(), after=after).rows) == 1


def test_the_time_a_case_took_is_told_from_submission_to_decision(state: State) -> None:
    with clock.frozen(NOW + timedelta(seconds=2)):
        assert submit().seconds_to_decide == 2
