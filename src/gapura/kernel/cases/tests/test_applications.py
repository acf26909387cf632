"""From an application to a sealed document, a refusal or a waiting case: one each, never for the wrong person."""

from datetime import timedelta
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, AssuranceLevel, system_actor
from gapura.kernel.cases.actions import check_case, finish_waiting_cases, submit_application, withdraw_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries import access_case, get_timeline
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.conftest import CHILD, NOW, OFFICE, SITI, STRANGER, State
from gapura.kernel.cases.types import (
    CannotChangeCase,
    CannotSubmitApplication,
    CaseNotFound,
    CaseStatus,
    IdempotencyConflict,
)
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.documents.queries import find_document, find_document_of_case, get_content, get_facts
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.notifications.queries import list_messages

pytestmark = pytest.mark.usefixtures("agreements")


def apply(actor: Actor, **changes: Any) -> Case:
    application: dict[str, Any] = {
        "service_code": "civil.never-married",
        "subject": SITI,
        "relation": "self",
        "answers": {},
        "language": "id",
        "idempotency_key": "form-1",
        "now": NOW,
    }
    return submit_application(actor=actor, **(application | changes))


def test_a_person_who_asks_gets_a_sealed_document_and_sees_who_looked(state: State) -> None:
    case = apply(resident(SITI))
    assert case.status == CaseStatus.FULFILLED
    document = find_document(case.document_code)
    assert document is not None
    assert (document.subject, document.holder, document.case_number) == (SITI, SITI, case.number)
    assert get_content(document).startswith(b"%PDF-")
    assert [step.action for step in get_timeline(case)] == ["submit", "approve", "fulfill"]
    accesses = list_accesses_to(SITI, now=NOW)
    assert {a.case_number for a in accesses} == {case.number}
    assert all(a.legal_ground and a.purpose and (a.fields or a.question) for a in accesses)
    assert [m.kind for m in list_messages(SITI)] == ["document_issued"]


def test_nothing_is_left_to_recover_after_a_healthy_request(state: State) -> None:
    apply(resident(SITI))
    assert not Case.objects.filter(next_check_at__isnull=False).exists()


def test_the_same_form_sent_again_gives_the_same_case_and_one_document(state: State) -> None:
    cases = [apply(resident(SITI), now=NOW + timedelta(days=400 * n)) for n in range(3)]
    assert len({case.number for case in cases}) == 1
    assert Case.objects.count() == 1


def test_another_key_opens_another_case(state: State) -> None:
    assert apply(resident(SITI)).number != apply(resident(SITI), idempotency_key="form-2").number


def test_a_used_key_with_other_answers_is_refused_and_changes_nothing(state: State) -> None:
    apply(resident(SITI))
    with pytest.raises(IdempotencyConflict):
        apply(resident(SITI), service_code="civil.residence-certificate", answers={"history": "all"})
    assert Case.objects.count() == 1


def test_a_key_of_one_person_is_worth_nothing_to_another(state: State) -> None:
    mine = apply(resident(SITI))
    theirs = apply(resident(STRANGER), subject=STRANGER)
    assert mine.number != theirs.number


@pytest.mark.parametrize("relation", ["self", "child", "ward"])
def test_somebody_elses_number_opens_no_case_and_reads_no_register(state: State, relation: str) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident(SITI), subject=STRANGER, relation=relation, service_code="civil.residence-certificate")
    assert Case.objects.count() == 0
    assert state.person.asked == state.residence.asked == []


def test_a_parent_gets_the_childs_paper_and_the_question_that_allowed_it_is_shown(state: State) -> None:
    case = apply(resident(SITI), subject=CHILD, relation="child", service_code="civil.residence-certificate")
    assert (case.status, case.applicant, case.subject) == (CaseStatus.FULFILLED, SITI, CHILD)
    assert "is-parent-of-minor" in {a.question for a in list_accesses_to(CHILD, now=NOW)}


def test_a_child_who_asks_for_the_parent_is_refused(state: State) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident(CHILD), subject=SITI, relation="child", service_code="civil.residence-certificate")


def test_an_unknown_relation_is_refused(state: State) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident(SITI), relation="neighbour")


def test_a_dead_person_is_refused_with_reason_remedy_and_term_of_appeal(state: State) -> None:
    state.person.answers["is-alive", SITI] = False
    case = apply(resident(SITI), service_code="civil.residence-certificate")
    assert case.status == CaseStatus.REFUSED
    assert set(case.decision_reason) == set(case.decision_remedy) == {"id", "en", "ko"}
    assert case.appeal_until is not None
    assert case.appeal_until > NOW.date()
    assert find_document_of_case(case.number) is None
    assert [m.kind for m in list_messages(SITI)] == ["case_refused"]


def test_a_register_that_cannot_tell_refuses_rather_than_guesses(state: State) -> None:
    del state.person.answers["has-never-married", SITI]
    assert apply(resident(SITI)).status == CaseStatus.REFUSED


def test_missing_evidence_is_refused_with_its_own_reason(state: State) -> None:
    state.residence.records[SITI] = []
    case = apply(resident(SITI), service_code="civil.residence-certificate")
    assert case.status == CaseStatus.REFUSED
    assert "alamat" in case.decision_reason["id"].lower()


def test_an_unknown_person_is_told_so(state: State) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident("3171010101010001"), subject="3171010101010001")


def test_a_service_that_is_not_in_force_is_not_offered(state: State) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident(SITI), service_code="civil.no-such-service")


def test_an_account_that_is_nobody_yet_cannot_apply(state: State) -> None:
    nobody = Actor(kind=resident(SITI).kind, label="x", account_id=9, assurance=AssuranceLevel.HIGH)
    with pytest.raises(CannotSubmitApplication):
        apply(nobody)


@pytest.mark.parametrize("answers", [{"history": "for ever"}, {"subject": STRANGER}, {"history": "all", "x": "1"}])
def test_a_tampered_form_is_refused_before_anything_is_read(state: State, answers: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswers):
        apply(resident(SITI), service_code="civil.residence-certificate", answers=answers)
    assert AccessRecord.objects.count() == 0


@pytest.mark.parametrize(("depth", "streets"), [("current", 0), ("five-years", 2), ("all", 3)])
def test_the_paper_states_no_older_address_than_was_chosen(state: State, depth: str, streets: int) -> None:
    case = apply(resident(SITI), service_code="civil.residence-certificate", answers={"history": depth})
    document = find_document(case.document_code)
    assert document is not None
    stated = {f.evidence_type: f.records for f in get_facts(document)}
    assert len(stated.get("civil.residence-history", ())) == streets
    assert bool(state.history.asked) == (depth != "current")


def test_a_case_whose_register_is_down_waits_and_is_finished_when_it_is_back(state: State) -> None:
    state.person.is_down = True
    case = apply(resident(SITI))
    assert case.status == CaseStatus.RECEIVED
    worker, soon = system_actor("worker"), NOW + timedelta(seconds=31)
    assert finish_waiting_cases(actor=worker, now=NOW) == 0
    assert state.person.asked == []
    state.person.is_down = False
    assert finish_waiting_cases(actor=worker, now=soon) == 1
    assert access_case(resident(SITI), case.number).status == CaseStatus.FULFILLED


def test_a_register_that_stays_down_is_asked_less_and_less_often(state: State) -> None:
    state.person.is_down = True
    number = apply(resident(SITI)).number
    moment, pauses = NOW + timedelta(seconds=30), []
    for _ in range(12):
        finish_waiting_cases(actor=system_actor("worker"), now=moment)
        due = Case.objects.get(number=number).next_check_at
        assert due is not None
        pauses.append(due - moment)
        moment = due
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_one_case_that_fails_does_not_hold_up_the_others(state: State) -> None:
    state.person.is_down = True
    broken = apply(resident(SITI)).number
    Case.objects.filter(number=broken).update(service_code="civil.gone")
    whole = apply(resident(STRANGER), subject=STRANGER).number
    state.person.is_down = False
    assert finish_waiting_cases(actor=system_actor("worker"), now=NOW + timedelta(minutes=1)) == 1
    assert Case.objects.get(number=whole).status == CaseStatus.FULFILLED
    assert Case.objects.get(number=broken).status == CaseStatus.RECEIVED


def test_a_case_that_cannot_be_sealed_waits_and_nothing_is_recorded(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_font(order: object) -> None:
        raise CannotSealDocument("A font is missing.")

    with monkeypatch.context() as broken:
        broken.setattr("gapura.kernel.cases.actions.checks.render_document", no_font)
        case = apply(resident(SITI))
    assert case.status == CaseStatus.RECEIVED
    assert find_document_of_case(case.number) is None
    assert check_case(actor=system_actor("worker"), number=case.number, now=NOW).status == CaseStatus.FULFILLED


def test_finishing_a_case_twice_makes_one_document(state: State) -> None:
    case = apply(resident(SITI))
    again = check_case(actor=system_actor("worker"), number=case.number, now=NOW)
    assert again.document_code == case.document_code


def test_a_service_without_agreement_goes_to_an_official_and_not_to_the_register(state: State) -> None:
    from gapura.kernel.exchange.actions import suspend_agreement
    from gapura.kernel.exchange.queries import list_agreements

    for agreement in list_agreements(consumer="dukcapil"):
        suspend_agreement(actor=system_actor("test"), code=agreement.code, now=NOW)
    case = apply(resident(SITI))
    assert case.status == CaseStatus.REVIEW
    assert state.person.asked == []


def test_an_undecided_case_can_be_withdrawn_by_its_applicant_only(state: State) -> None:
    state.person.is_down = True
    case = apply(resident(SITI))
    with pytest.raises(CaseNotFound):
        withdraw_case(actor=resident(STRANGER), number=case.number, now=NOW)
    assert withdraw_case(actor=resident(SITI), number=case.number, now=NOW).status == CaseStatus.WITHDRAWN
    state.person.is_down = False
    assert check_case(actor=system_actor("worker"), number=case.number, now=NOW).status == CaseStatus.WITHDRAWN


def test_a_decided_case_cannot_be_withdrawn(state: State) -> None:
    case = apply(resident(SITI))
    with pytest.raises(CannotChangeCase):
        withdraw_case(actor=resident(SITI), number=case.number, now=NOW)


def test_a_case_is_seen_by_its_applicant_and_its_office_and_by_nobody_else(state: State) -> None:
    case = apply(resident(SITI))
    for actor in (resident(SITI), official("civil.registrar", office=OFFICE)):
        assert access_case(actor, case.number).number == case.number
    strangers = [
        resident(STRANGER),
        official("civil.registrar", office="32.01"),
        official("civil.registrar", agency="kemensos", office=OFFICE),
        official("audit.auditor", office=OFFICE),
        official("civil.registrar", office=OFFICE, person_number=SITI),
    ]
    for actor in strangers:
        with pytest.raises(CaseNotFound):
            access_case(actor, case.number)


def test_the_due_day_counts_working_days_in_the_country_and_not_in_utc(state: State) -> None:
    state.person.is_down = True
    late_friday = NOW.replace(day=8, hour=16, minute=30)  # Friday 23:30 in Jakarta
    with clock.frozen(late_friday):
        case = apply(resident(SITI), now=late_friday)
    assert case.due_on.isoformat() == "2026-05-11"
    after_midnight = late_friday + timedelta(hours=1)  # Saturday in Jakarta, Friday in UTC
    with clock.frozen(after_midnight):
        case = apply(resident(SITI), now=after_midnight, idempotency_key="form-2")
    assert case.due_on.isoformat() == "2026-05-11"
