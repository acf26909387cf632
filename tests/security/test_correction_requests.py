"""Whoever asks for a correction gets it in the register, or a refusal: never an approval that wrote nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import (
    DECISION,
    ProposedDecision,
    answer_supplement,
    appeal_decision,
    approve_case,
    approve_case_within,
    decide_appeal,
    propose_decision,
    refuse_case,
    request_supplement,
    submit_application,
)
from gapura.kernel.cases.actions.lines import carry_out_decision
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries import list_available_actions
from gapura.kernel.cases.tasks import finish_cases
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotChangeCase
from gapura.kernel.catalogue.cpsv_ap import write_service
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import changing, stand_all_agreements
from gapura.kernel.catalogue.types import Decision, DecisionMode
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.records.actions import approve_correction_case
from gapura.sectors.civil import public_services
from gapura.sectors.civil.actions.corrections import CORRECTION, propose_correction
from gapura.sectors.civil.actions.look_ups import open_look_up
from gapura.sectors.civil.models import PersonEntry
from gapura.sectors.civil.testing import make_person, make_residence
from gapura.sectors.civil.types import CannotProposeCorrection, Correction, LookUpQuery

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"
REGISTRAR = official("3171010101800001", roles=["civil.registrar"], account_id=3, post="registrar")
SUPERVISOR = official("3171010101800002", roles=["civil.supervisor"], account_id=4)
SERVICE = "records.correction"
WORDS = {"id": "Tidak.", "en": "No.", "ko": "아니요."}
APPROVING = ProposedDecision(refuse=False, reason="It is so.")


@pytest.fixture(autouse=True)
def people() -> Iterator[None]:
    stand_all_agreements()
    with clock.frozen(NOW):
        make_person(ANI, "Ani Wijaya")
        make_person(BUDI, "Budi Rahasia", sex="male")
        make_residence(ANI)
        make_residence(BUDI)
        yield


@pytest.fixture
def asked() -> Case:
    return ask(ANI)


def ask(person: str) -> Case:
    return submit_application(
        actor=resident(person),
        service_code=SERVICE,
        subject=person,
        relation="self",
        answers={"mistake": "My name is misspelt.", "proof": "School certificate"},
        language="id",
        idempotency_key=person,
        now=NOW,
    )


def propose_spelling(case_number: str, person: str = ANI, answers: str | None = None) -> int:
    query = LookUpQuery(ground="counter", reason="Asks for a correction.", number=person, case_number=case_number)
    look_up = open_look_up(actor=REGISTRAR, query=query, now=NOW)
    entry = PersonEntry.objects.known_at(None).get(number=person)
    correction = Correction("person", entry.pk, "full_name", "Ani Widjaja", "Birth certificate B-1", answers=answers)
    return propose_correction(
        actor=REGISTRAR, look_up_number=look_up.number, correction=correction, today=NOW.date(), now=NOW
    )


def stands(case: Case) -> tuple[str, str]:
    case.refresh_from_db()
    return case.status, PersonEntry.objects.known_at(None).get(number=ANI).full_name


def test_one_decision_of_a_second_person_corrects_the_register_and_answers_the_request(asked: Case) -> None:
    request_id = propose_spelling(asked.number)
    assert stands(asked) == ("review", "Ani Wijaya"), "one person alone changes nothing"
    grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=NOW)
    assert stands(asked) == ("approved", "Ani Widjaja")
    finish_cases()
    assert stands(asked) == ("fulfilled", "Ani Widjaja")
    assert "request_granted" in [message.kind for message in list_messages(ANI)]


def test_a_correction_proposed_without_naming_the_case_closes_the_request_that_it_answers(asked: Case) -> None:
    with pytest.raises(CannotProposeCorrection, match="Say whether"):
        propose_spelling("")
    grant_approval(actor=SUPERVISOR, request_id=propose_spelling("", answers=asked.number), note="", now=NOW)
    assert stands(asked) == ("approved", "Ani Widjaja")


def test_what_answers_no_request_leaves_them_open_and_one_who_asked_nothing_is_not_asked_about(asked: Case) -> None:
    others = ask(BUDI)
    for number in (others.number, "CASE0"):
        with pytest.raises(CannotProposeCorrection, match="meanwhile"):
            propose_spelling("", answers=number)
    grant_approval(actor=SUPERVISOR, request_id=propose_spelling(asked.number, answers=""), note="", now=NOW)
    assert stands(asked) == ("review", "Ani Widjaja")
    refuse_case(actor=REGISTRAR, number=others.number, reason=WORDS, remedy=WORDS, now=NOW)
    assert propose_spelling("", BUDI)


def test_the_correction_page_shows_what_the_person_asked_for_and_wants_to_know_whether_this_is_it(asked: Case) -> None:
    registrar = at_the_desk(REGISTRAR, "civil.registrar")

    def page_of(person: str) -> str:
        entry = PersonEntry.objects.known_at(None).get(number=person)
        query = {"ground": "counter", "reason": "Came to the counter.", "number": person}
        address = registrar.post(reverse("civil:search"), query).headers["Location"]
        number = address.strip("/").split("/")[-1]
        return f"{reverse('civil:correct', args=[number, 'person', entry.pk])}?field=full_name"

    assert "Does this answer it?" not in registrar.get(page_of(BUDI)).content.decode()
    page, given = page_of(ANI), {"value": "Ani Widjaja", "evidence": "Birth certificate B-1", "valid_from": ""}
    shown = registrar.get(page).content.decode()
    assert f"{asked.number} · My name is misspelt. · School certificate" in shown
    assert " checked" not in shown, "the official says it; nothing is chosen for them"
    assert "Say whether this answers" in registrar.post(page, given).content.decode()
    assert not ApprovalRequest.objects.exists()
    registrar.post(page, given | {"answers": asked.number})
    request = ApprovalRequest.objects.get()
    assert asked.number in dict(get_approval_handler(CORRECTION).list_facts(request.proposal)).values()
    grant_approval(actor=SUPERVISOR, request_id=request.pk, note="", now=NOW)
    assert stands(asked) == ("approved", "Ani Widjaja")


def line_ends(case: Case) -> None:
    """A line that was drawn before the law asked for the approval comes to its end."""
    said = {"refuse": False, "reason": "It is so.", "remedy": ""}
    proposal = Proposal(1, DECISION, f"case:{case.number}", case.number, "", said, "dukcapil", "31.71", NOW)
    carry_out_decision(actor=SUPERVISOR, request=proposal, now=NOW)


OTHER_WAYS: list[tuple[Callable[[Case], object], type[Exception]]] = [
    (lambda case: approve_case(actor=REGISTRAR, number=case.number, note="", now=NOW), CannotChangeCase),
    (lambda case: approve_case(actor=SUPERVISOR, number=case.number, note="", now=NOW), CannotChangeCase),
    (
        lambda case: approve_case_within(actor=SUPERVISOR, number=case.number, note="", now=NOW, through="civil.x"),
        CannotChangeCase,
    ),
    (
        lambda case: propose_decision(actor=REGISTRAR, number=case.number, decision=APPROVING, steps=(), now=NOW),
        CannotChangeCase,
    ),
    (line_ends, CannotDecideApproval),
]


@pytest.mark.parametrize(("approve", "refusal"), OTHER_WAYS)
def test_no_other_way_approves_it_and_each_says_what_to_propose(
    asked: Case, approve: Callable[[Case], object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match="Correction of a register entry"):
        approve(asked)
    assert stands(asked) == ("review", "Ani Wijaya")


def test_where_the_service_names_no_approval_who_works_the_case_approves_it(asked: Case) -> None:
    assert "approve" not in list_available_actions(REGISTRAR, asked)
    assert "approve" in list_available_actions(REGISTRAR, asked, through=CORRECTION)
    with changing(SERVICE, decision=Decision(DecisionMode.OFFICIAL, "civil.registrar")):
        assert "approve" in list_available_actions(REGISTRAR, asked)
        approve_case(actor=REGISTRAR, number=asked.number, note="", now=NOW)
    assert stands(asked) == ("fulfilled", "Ani Wijaya")


def at_the_desk(who: Actor, *roles: str) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    account = make_official(
        roles[0], person_number=str(who.person_number), post_code=str(who.post_code), roles=frozenset(roles)
    )
    sign_in(browser, account, post_code=str(who.post_code))
    return browser


def test_the_desk_offers_no_approval_and_leads_to_the_look_up_of_this_case(asked: Case) -> None:
    registrar, supervisor = at_the_desk(REGISTRAR, "civil.registrar"), at_the_desk(SUPERVISOR, "civil.supervisor")
    case, line = reverse("desk:case", args=[asked.number]), reverse("desk:case-line", args=[asked.number])
    approving = reverse("desk:case-action", args=[asked.number, "approve"])
    look_up = f"{reverse('civil:search')}?case_number={asked.number}"
    page = registrar.get(case).content.decode()
    assert f'href="{look_up}"' in page
    assert "<dt>What is wrong?</dt>" in page, "what the person wrote, under the form's own words"
    assert "Correction of a register entry" in page
    assert f'href="{approving}"' not in page
    assert f'href="{line}"' not in page
    assert reverse("desk:case-action", args=[asked.number, "refuse"]) in page, "a refusal is the official's own"
    assert f'value="{asked.number}"' in registrar.get(look_up).content.decode()
    assert look_up not in supervisor.get(case).content.decode(), "who may not look up is not led there"
    for address in (approving, line):
        page = registrar.post(address, {"note": "", "decision": "approve", "start": "1"}, follow=True).content.decode()
        assert "Correction of a register entry" in page
        assert "has moved on" not in page
    assert stands(asked) == ("review", "Ani Wijaya")


def test_an_upheld_appeal_brings_it_back_to_be_corrected_and_approves_nothing(asked: Case) -> None:
    refuse_case(actor=REGISTRAR, number=asked.number, reason=WORDS, remedy=WORDS, now=NOW)
    appeal_decision(actor=resident(ANI), number=asked.number, grounds="My name is Widjaja.", now=NOW)
    decide_appeal(actor=SUPERVISOR, number=asked.number, upheld=True, reason="She is right.", now=NOW)
    assert stands(asked) == ("review", "Ani Wijaya")
    assert (asked.decided_at, asked.decision_reason, asked.appeal_until) == (None, {}, None)
    assert "appeal_decided" in [message.kind for message in list_messages(ANI)]
    grant_approval(actor=SUPERVISOR, request_id=propose_spelling(asked.number), note="", now=NOW)
    assert stands(asked) == ("approved", "Ani Widjaja")


def test_nothing_is_corrected_while_the_request_waits_for_the_applicant(asked: Case) -> None:
    request_id = propose_spelling(asked.number)
    request_supplement(actor=REGISTRAR, number=asked.number, question="Which school?", now=NOW)
    with pytest.raises(CannotDecideApproval, match="not in review"):
        grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=NOW)
    assert stands(asked) == ("supplement", "Ani Wijaya")
    answer_supplement(actor=resident(ANI), number=asked.number, answers="The first.", now=NOW)
    grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=NOW)
    assert stands(asked) == ("approved", "Ani Widjaja")


def test_a_denied_or_contradicted_correction_leaves_register_and_request_as_they_were(
    asked: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny_approval(actor=SUPERVISOR, request_id=propose_spelling(asked.number), note="No proof.", now=NOW)
    assert stands(asked) == ("review", "Ani Wijaya")
    request_id = propose_spelling(asked.number)

    def fail(**_: Any) -> None:
        raise CannotDecideApproval("planted: the case cannot be approved")

    with monkeypatch.context() as patch:
        patch.setattr(public_services, "approve_correction_case", fail)
        with pytest.raises(CannotDecideApproval):
            grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=NOW)
    assert stands(asked) == ("review", "Ani Wijaya"), "both or neither"


def test_a_correction_approves_no_request_of_somebody_else_or_of_another_service() -> None:
    others = ask(BUDI)
    grant_approval(actor=SUPERVISOR, request_id=propose_spelling(others.number), note="", now=NOW)
    assert stands(others) == ("review", "Ani Widjaja")
    assert not approve_correction_case(actor=SUPERVISOR, number="CASE0", subject=ANI, through=CORRECTION, now=NOW)


def test_what_an_approval_alone_decides_is_told_as_the_rule_that_the_service_follows() -> None:
    service = get_service(SERVICE, on=NOW.date())
    assert get_approval_handler(service.decision.through).get_title()
    assert write_service(service)["cpsv:follows"]["identifier"] == CORRECTION
    assert "cpsv:follows" not in write_service(get_service("civil.family-card", on=NOW.date()))
