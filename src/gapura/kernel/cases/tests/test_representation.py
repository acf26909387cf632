"""A case filed for another: the mandate stands at every step, both names are written, and whom it is for sees it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import (
    access_paper,
    answer_supplement,
    request_supplement,
    submit_application,
    take_case,
    withdraw_case,
)
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries import access_case, get_timeline, list_available_actions, list_cases_of, list_papers
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.conftest import CHILD, NOW, OFFICE, SITI, STRANGER, State
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseNotFound, CaseStatus
from gapura.kernel.documents.queries import find_document
from gapura.kernel.exchange.queries import list_accesses_for_case
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import accept_mandate, begin_acting, end_mandate, grant_mandate
from gapura.kernel.mandates.queries import list_uses
from gapura.kernel.mandates.testing import Mandate
from gapura.kernel.notifications.queries import list_messages

pytestmark = pytest.mark.usefixtures("agreements")
SERVICE, TODAY = "civil.residence-certificate", NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def mandate(state: State) -> Mandate:
    """Siti lets Agus ask for her certificate of residence for ten days."""
    for number in (SITI, STRANGER):
        state.person.answers["is-over-age", number] = True
        state.family.answers["has-guardian", number] = False
    granted = grant_mandate(
        actor=resident(SITI),
        relation="proxy",
        representative=STRANGER,
        representative_name="Agus Salim",
        services=[SERVICE],
        valid_from=TODAY,
        valid_until=TODAY + 10 * DAY,
        signed_at=NOW,
        grant_key="key",
        now=NOW,
    )
    return accept_mandate(actor=resident(STRANGER), number=granted.number, now=NOW)


@pytest.fixture
def agus(mandate: Mandate) -> Actor:
    """Agus, acting for Siti."""
    begun = begin_acting(actor=resident(STRANGER), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
    return replace(resident(STRANGER), principal=begun.principal, mandate=begun.mandate)


def apply(actor: Actor, subject: str, relation: str, *, key: str = "form", service: str = SERVICE) -> Case:
    return submit_application(
        actor=actor,
        service_code=service,
        subject=subject,
        relation=relation,
        answers={},
        language="id",
        idempotency_key=key,
        now=clock.now(),
    )


def wait_for_answer(state: State, case: Case) -> None:
    """Let an official ask something about the case."""
    registrar = official("civil.registrar", office=OFFICE)
    take_case(actor=registrar, number=case.number, now=NOW)
    request_supplement(actor=registrar, number=case.number, question="Which street?", now=NOW)


def test_what_a_proxy_asks_for_is_the_principals_and_every_log_names_both(agus: Actor, mandate: Mandate) -> None:
    case = apply(agus, SITI, "proxy")
    assert (case.status, case.applicant, case.subject, case.mandate) == (
        CaseStatus.FULFILLED,
        STRANGER,
        SITI,
        f"proxy:{mandate.number}",
    )
    document = find_document(case.document_code)
    assert document is not None
    assert document.holder == SITI
    assert STRANGER[:4] in document.options["on_behalf"]
    assert STRANGER not in document.options["on_behalf"]
    for_whom = f" for {SITI} under proxy:{mandate.number}"
    submitted = next(e for e in list_events(case_number=case.number) if e.action == "cases.submit")
    assert submitted.actor_reference.endswith(for_whom)
    assert all(a.actor_reference.endswith(for_whom) for a in list_accesses_for_case(case.number, now=NOW))
    assert get_timeline(case)[0].mandate == case.mandate
    assert {m.kind for m in list_messages(SITI)} >= {"mandate_used", "document_issued"}
    assert "document_issued" in {m.kind for m in list_messages(STRANGER)}


@pytest.mark.parametrize(
    ("subject", "relation", "service"),
    [
        (SITI, "proxy", "civil.never-married"),
        (CHILD, "proxy", SERVICE),
        (SITI, "self", SERVICE),
        (STRANGER, "self", SERVICE),
        (SITI, "child", SERVICE),
        (SITI, "professional", SERVICE),
    ],
)
def test_a_proxy_opens_no_case_beyond_the_grant(agus: Actor, subject: str, relation: str, service: str) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(agus, subject, relation, service=service)
    assert not Case.objects.exists()


def test_not_acting_a_proxy_opens_no_case_and_sees_none(agus: Actor) -> None:
    with pytest.raises(CannotSubmitApplication):
        apply(resident(STRANGER), SITI, "proxy")
    case = apply(agus, SITI, "proxy")
    with pytest.raises(CaseNotFound):
        access_case(resident(STRANGER), case.number, on=TODAY)
    assert list_cases_of(resident(STRANGER), on=TODAY) == []
    assert [one.number for one in list_cases_of(agus, on=TODAY)] == [case.number]
    assert access_case(agus, case.number, on=TODAY) == case


def test_the_principal_sees_and_holds_what_was_asked_in_their_name(agus: Actor) -> None:
    case = apply(agus, SITI, "proxy")
    siti = resident(SITI)
    assert access_case(siti, case.number, on=TODAY) == case
    assert [one.number for one in list_cases_of(siti, on=TODAY)] == [case.number]
    assert case.document_code in {document.code for document in list_papers(siti, on=TODAY)}
    assert access_paper(actor=siti, code=case.document_code, now=NOW).code == case.document_code


def test_a_proxy_fetches_the_paper_while_the_mandate_stands_and_not_after(agus: Actor, mandate: Mandate) -> None:
    code = apply(agus, SITI, "proxy").document_code
    assert [document.code for document in list_papers(agus, on=TODAY)] == [code]
    assert access_paper(actor=agus, code=code, now=NOW).code == code
    assert [use.action for use in list_uses(mandate)] == ["download", "submit"]
    with pytest.raises(AccessDenied):
        access_paper(actor=agus, code=mandate.document_code, now=NOW)  # the principal's own
    with pytest.raises(AccessDenied):
        access_paper(actor=agus, code=code, now=NOW + 10 * DAY)
    end_mandate(actor=resident(SITI), number=mandate.number, now=NOW)
    for actor in (agus, resident(STRANGER), resident(CHILD)):
        with pytest.raises(AccessDenied):
            access_paper(actor=actor, code=code, now=NOW)


def test_every_further_step_asks_again(state: State, agus: Actor, mandate: Mandate) -> None:
    state.person.is_down = False
    state.residence.is_down = True
    case = apply(agus, SITI, "proxy")
    wait_for_answer(state, case)
    end_mandate(actor=resident(SITI), number=mandate.number, now=NOW)
    for step in (
        lambda: answer_supplement(actor=agus, number=case.number, answers="Melati", now=NOW),
        lambda: withdraw_case(actor=agus, number=case.number, now=NOW),
    ):
        with pytest.raises((CannotChangeCase, CaseNotFound)):
            step()
    assert Case.objects.get().status == CaseStatus.SUPPLEMENT
    answered = answer_supplement(actor=resident(SITI), number=case.number, answers="Melati", now=NOW)
    assert answered.status == CaseStatus.REVIEW


def test_a_step_under_a_standing_mandate_is_taken_and_told(state: State, agus: Actor) -> None:
    state.residence.is_down = True
    case = apply(agus, SITI, "proxy")
    wait_for_answer(state, case)
    assert answer_supplement(actor=agus, number=case.number, answers="Melati", now=NOW).status == CaseStatus.REVIEW
    assert get_timeline(case)[-1].mandate == case.mandate
    assert [m.kind for m in list_messages(SITI)].count("mandate_used") == 2


def test_the_death_of_the_principal_ends_the_mandate_before_a_case_is_opened(state: State, agus: Actor) -> None:
    state.person.answers["is-alive", SITI] = False
    with pytest.raises(CannotSubmitApplication):
        apply(agus, SITI, "proxy")
    assert not Case.objects.exists()
    assert Mandate.objects.get().ended_by == "law"


def test_a_child_of_age_sees_and_takes_over_what_a_parent_began_who_can_do_no_more(state: State) -> None:
    parent, child = resident(SITI), resident(CHILD)
    state.residence.is_down = True
    case = apply(parent, CHILD, "child")
    wait_for_answer(state, case)
    with pytest.raises(CaseNotFound):
        access_case(child, case.number, on=TODAY)
    assert list_cases_of(child, on=TODAY) == []
    state.population.grown_up.add(CHILD)
    state.family.answers["is-parent-of-minor", CHILD] = False
    assert access_case(child, case.number, on=TODAY) == case
    assert "answer_supplement" in list_available_actions(child, access_case(child, case.number, on=TODAY))
    with pytest.raises(CannotChangeCase):
        answer_supplement(actor=parent, number=case.number, answers="Melati", now=NOW)
    assert answer_supplement(actor=child, number=case.number, answers="Melati", now=NOW).status == CaseStatus.REVIEW


def test_a_parent_fetches_the_childs_paper_until_the_birthday(state: State) -> None:
    parent = resident(SITI)
    case = apply(parent, CHILD, "child")
    assert access_paper(actor=parent, code=case.document_code, now=NOW).holder == SITI
    state.family.answers["is-parent-of-minor", CHILD] = False
    with pytest.raises(AccessDenied):
        access_paper(actor=parent, code=case.document_code, now=NOW)
    state.population.grown_up.add(CHILD)
    assert access_paper(actor=resident(CHILD), code=case.document_code, now=NOW).subject == CHILD


def test_a_ward_of_age_sees_the_case_and_leaves_its_steps_to_the_guardian(state: State) -> None:
    state.family.answers["is-guardian-of", CHILD] = True
    state.residence.is_down = True
    case = apply(resident(SITI), CHILD, "ward")
    state.population.grown_up.add(CHILD)
    assert list_available_actions(resident(CHILD), access_case(resident(CHILD), case.number, on=TODAY)) == []
    withdrawn = withdraw_case(actor=resident(SITI), number=case.number, now=NOW)
    assert withdrawn.status == CaseStatus.WITHDRAWN
