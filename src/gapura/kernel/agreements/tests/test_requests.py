"""Asked by one, judged by another, decided by a third; narrower on the way, never wider."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.agreements.actions import (
    approve_request,
    judge_request,
    refuse_request,
    request_agreement,
    withdraw_request,
)
from gapura.kernel.agreements.queries import access_request, list_history, list_requests, list_unneeded
from gapura.kernel.agreements.testing import (
    APPLYING,
    DECIDING,
    HOLDING,
    NARROWED,
    NOW,
    WISH,
    AgreementCase,
    agreed,
    approve,
    ask,
    judge,
)
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER, CannotChangeAgreement, CaseStatus, Wish
from gapura.kernel.audit.queries import list_events
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.identity.types import AccessDenied

STEPS = {
    "judge": lambda actor, number: judge_request(
        actor=actor, number=number, in_favor=True, terms=NARROWED, conditions="", now=NOW
    ),
    "approve": lambda actor, number: approve_request(actor=actor, number=number, reason="Needed.", now=NOW),
    "refuse": lambda actor, number: refuse_request(actor=actor, number=number, reason="Too much.", now=NOW),
    "withdraw": lambda actor, number: withdraw_request(actor=actor, number=number, reason="", now=NOW),
}
SIDES = {"consumer": APPLYING, "holder": HOLDING, "authority": DECIDING}
ALLOWED = {"judge": "holder", "approve": "authority", "refuse": "authority", "withdraw": "consumer"}


def test_what_the_authority_approves_is_in_force_on_the_narrowed_terms() -> None:
    case = agreed()
    agreement = list_agreements(code=case.number)[0]
    assert (agreement.consumer, agreement.fields, agreement.questions) == ("kua", ["full_name", "number"], ["is-alive"])
    assert agreement.posts == ["house", "role:kua.officer"]
    assert (agreement.valid_from, agreement.valid_until) == (WISH.valid_from, date(2028, 5, 4))


def test_each_step_has_its_clock_in_working_days() -> None:
    case = ask()
    assert case.due_on == date(2026, 5, 20)  # ten working days; Ascension Day is one off
    assert judge(case).due_on == date(2026, 5, 20)
    assert approve(case).due_on is None


def test_every_step_is_in_the_history_and_in_the_audit_log() -> None:
    number = agreed().number
    assert [(s.action, s.side) for s in list_history([number])] == [
        ("request", "consumer"),
        ("judge", "holder"),
        ("approve", "authority"),
    ]
    actions = {event.action for event in list_events() if event.object_ref == f"agreement:{number}"}
    assert actions == {
        "agreements.request",
        "agreements.judge",
        "agreements.approve",
        "exchange.agreement_adopted",
    }


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_belongs_to_one_side(step: str, name: str) -> None:
    case = ask() if step in ("judge", "withdraw") else judge(ask())
    if name == ALLOWED[step]:
        STEPS[step](SIDES[name], case.number)
        return
    with pytest.raises(AccessDenied):
        STEPS[step](SIDES[name], case.number)
    case.refresh_from_db()
    assert case.status in (CaseStatus.REQUESTED, CaseStatus.JUDGED)


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_taken_twice_or_after_the_end(step: str) -> None:
    case = agreed()
    with pytest.raises(CannotChangeAgreement, match="moved on"):
        STEPS[step](SIDES[ALLOWED[step]], case.number)


def test_before_the_opinion_the_authority_decides_nothing() -> None:
    case = ask()
    for step in ("approve", "refuse"):
        with pytest.raises(CannotChangeAgreement, match="moved on"):
            STEPS[step](DECIDING, case.number)
    assert list_agreements(code=case.number) == []


def test_a_person_acts_for_one_side_whatever_posts_they_hold() -> None:
    turncoat = replace(HOLDING, person_number=APPLYING.person_number, account_id=99)
    case = ask()
    with pytest.raises(CannotChangeAgreement, match="another agency"):
        STEPS["judge"](turncoat, case.number)
    judge(case)
    for before in (APPLYING, HOLDING):
        with pytest.raises(CannotChangeAgreement, match="another agency"):
            STEPS["approve"](replace(DECIDING, person_number=before.person_number), case.number)
    approve(case)


def test_the_database_holds_three_persons_even_when_the_code_would_not() -> None:
    case = agreed()
    for column, person in (
        ("judged_by_person", APPLYING),
        ("decided_by_person", APPLYING),
        ("decided_by_person", HOLDING),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgreementCase.objects.filter(pk=case.pk).update(**{column: person.person_number})


WRONG: dict[str, Wish] = {
    "unknown field": replace(WISH, terms=replace(WISH.terms, fields=frozenset({"shoe_size"}))),
    "nothing asked": replace(WISH, terms=replace(WISH.terms, fields=frozenset(), questions=frozenset())),
    "nobody may ask": replace(WISH, terms=replace(WISH.terms, posts=frozenset())),
    "a post of another agency": replace(WISH, terms=replace(WISH.terms, posts=frozenset({"dukcapil/31.71/x"}))),
    "a law that is not one": replace(WISH, legal_ground="UU 99/2099 Pasal 1"),
    "it begins yesterday": replace(WISH, valid_from=date(2026, 5, 3)),
    "it ends before it begins": replace(WISH, terms=replace(WISH.terms, valid_until=date(2026, 5, 4))),
    "longer than five years": replace(WISH, terms=replace(WISH.terms, valid_until=date(2032, 1, 1))),
    "nobody answers": replace(WISH, evidence_type="no.such"),
    "it renews what is not there": replace(WISH, renews="AGNOTHING"),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_cannot_be_asked_for(what: str) -> None:
    with pytest.raises((CannotChangeAgreement, AccessDenied)):
        request_agreement(actor=APPLYING, wish=WRONG[what], now=NOW)
    assert not AgreementCase.objects.exists()


def test_only_an_applicant_of_an_agency_asks() -> None:
    for actor in (HOLDING, DECIDING, replace(APPLYING, roles=frozenset()), replace(APPLYING, person_number=None)):
        with pytest.raises(AccessDenied):
            request_agreement(actor=actor, wish=WISH, now=NOW)
    assert ask()


def test_the_same_is_not_asked_twice_at_a_time() -> None:
    case = ask()
    with pytest.raises(CannotChangeAgreement, match="already asks"):
        ask()
    withdraw_request(actor=APPLYING, number=case.number, reason="", now=NOW)
    assert ask()


def test_an_opinion_never_adds() -> None:
    case = ask()
    for wider in (
        replace(WISH.terms, fields=WISH.terms.fields | {"birth_on"}),
        replace(WISH.terms, posts=WISH.terms.posts | {"role:kua.clerk"}),
        replace(WISH.terms, valid_until=date(2029, 1, 1)),
    ):
        with pytest.raises(CannotChangeAgreement, match="never add"):
            judge(case, terms=wider)


def test_against_the_holder_s_advice_only_with_a_reason() -> None:
    case = judge(ask(), in_favor=False)
    with pytest.raises(CannotChangeAgreement, match="advises against"):
        approve(case)
    approve_request(actor=DECIDING, number=case.number, reason="The law orders it.", now=NOW)


def test_reasons_are_owed() -> None:
    case = ask()
    with pytest.raises(CannotChangeAgreement, match="Say why"):
        judge_request(actor=HOLDING, number=case.number, in_favor=False, terms=NARROWED, conditions=" ", now=NOW)
    judge(case)
    with pytest.raises(CannotChangeAgreement, match="Say why"):
        refuse_request(actor=DECIDING, number=case.number, reason=" ", now=NOW)


def test_a_term_that_is_over_is_not_approved() -> None:
    case = judge(ask())
    with pytest.raises(CannotChangeAgreement, match="over"):
        approve_request(actor=DECIDING, number=case.number, reason="", now=NOW + timedelta(days=800))


def test_strangers_see_nothing_and_each_side_its_own() -> None:
    number = ask().number
    for actor in SIDES.values():
        assert access_request(actor, number).number == number
        assert [case.number for case in list_requests(actor, is_open=True)] == [number]
    for stranger in (
        replace(APPLYING, agency_code="kpu"),
        replace(HOLDING, agency_code="kpu"),
        replace(DECIDING, agency_code="kpu"),
        replace(HOLDING, roles=frozenset({"civil.registrar"})),
    ):
        assert list_requests(stranger, is_open=True) == []
        with pytest.raises(AccessDenied):
            access_request(stranger, number)


def test_what_no_declared_service_needs_is_pointed_out() -> None:
    asked = {"fields": ["full_name", "blood_type"], "questions": ["has-never-married"], "on": NOW.date()}
    assert list_unneeded("kua", "civil.person", **asked) == ["blood_type", "full_name", "has-never-married"]
    unneeded = list_unneeded("dukcapil", "civil.person", **asked)
    assert "full_name" not in unneeded
    assert "has-never-married" not in unneeded


def test_roles_of_the_module_are_powers_of_the_country() -> None:
    from gapura.kernel.appointments.queries import get_powers

    for role in (APPLICANT, HOLDER, AUTHORITY):
        assert get_powers().is_power(role)
        assert set(get_powers().title(role)) >= {"id", "en", "ko"}
