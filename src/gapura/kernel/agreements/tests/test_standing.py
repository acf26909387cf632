"""An agreement in force: who may use it, who stops it, when it ends, and how much it is used."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gapura.kernel.agreements.actions import (
    count_use,
    give_up_agreement,
    request_agreement,
    resume_agreement,
    suspend_agreement,
    watch_terms,
)
from gapura.kernel.agreements.queries import (
    access_agreement,
    list_agreements_of,
    list_askers,
    list_history,
    list_use,
)
from gapura.kernel.agreements.testing import (
    APPLYING,
    DECIDING,
    HOLDING,
    NARROWED,
    NOW,
    WISH,
    AgreementUse,
    agreed,
)
from gapura.kernel.agreements.tests.conftest import SITI
from gapura.kernel.agreements.types import CannotChangeAgreement, Standing
from gapura.kernel.approvals.testing import official
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.testing import AccessRecord, agree
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal, NoAgreement, PostNotAgreed
from gapura.kernel.identity.types import AccessDenied

WORKER = system_actor("agreements")
OFFICER = official("3171010101800031", roles=["kua.officer"], agency_code="kua", post="officer")
CLERK = official("3171010101800032", roles=["kua.clerk"], agency_code="kua", post="clerk")


def ask_as(actor: Actor, now: object = NOW) -> str:
    """The name that the register gives, or the code of the refusal."""
    request = EvidenceRequest(
        evidence_type="civil.person",
        subject=SITI,
        consumer="kua",
        case_number="N-1",
        legal_ground=WISH.legal_ground,
        purpose=WISH.purpose,
        as_of=NOW.date(),
        fields=frozenset({"full_name"}),
    )
    try:
        evidence = request_evidence(actor=actor, request=request, now=now)  # type: ignore[arg-type]
    except ExchangeRefusal as refusal:
        return refusal.code
    return str(evidence.record["full_name"]) if evidence.record else ""


def test_only_posts_and_roles_of_the_agreement_are_answered_and_the_refusal_is_logged() -> None:
    assert ask_as(OFFICER) == NoAgreement.code
    agreed()
    assert ask_as(OFFICER) == "Siti"
    assert ask_as(CLERK) == PostNotAgreed.code == "post-not-agreed"
    assert ask_as(system_actor("cases")) == "Siti"
    assert list(AccessRecord.objects.order_by("pk").values_list("outcome", "refusal"))[1:3] == [
        ("asked", ""),
        ("refused", "post-not-agreed"),
    ]


def test_an_agreement_of_the_desk_does_not_answer_a_service_that_cites_its_ground() -> None:
    agree("kua", "civil.person", WISH.legal_ground, posts=["role:kua.officer"])
    assert ask_as(OFFICER) == "Siti"
    assert ask_as(system_actor("cases")) == PostNotAgreed.code


def test_a_single_post_may_be_agreed() -> None:
    agree("kua", "civil.person", WISH.legal_ground, posts=[CLERK.post_code or ""])
    assert (ask_as(CLERK), ask_as(OFFICER)) == ("Siti", PostNotAgreed.code)


@pytest.mark.parametrize("actor", [HOLDING, DECIDING], ids=["holder", "authority"])
def test_a_suspension_holds_from_the_next_question_on(actor: Actor) -> None:
    code = agreed().number
    assert ask_as(OFFICER) == "Siti"
    suspend_agreement(actor=actor, code=code, reason="Misuse.", now=NOW)
    assert ask_as(OFFICER) == NoAgreement.code
    resume_agreement(actor=actor, code=code, reason="Cleared up.", now=NOW)
    assert ask_as(OFFICER) == "Siti"
    assert [step.action for step in list_history([code])][-2:] == ["suspend", "resume"]


def test_the_holder_cannot_lift_what_the_authority_suspended() -> None:
    code = agreed().number
    suspend_agreement(actor=DECIDING, code=code, reason="Misuse.", now=NOW)
    with pytest.raises(CannotChangeAgreement, match="authority"):
        resume_agreement(actor=HOLDING, code=code, reason="Please.", now=NOW)
    assert ask_as(OFFICER) == NoAgreement.code
    resume_agreement(actor=DECIDING, code=code, reason="Cleared up.", now=NOW)
    suspend_agreement(actor=HOLDING, code=code, reason="Again.", now=NOW)
    resume_agreement(actor=DECIDING, code=code, reason="Cleared up.", now=NOW)
    assert ask_as(OFFICER) == "Siti"


def test_who_may_do_what_to_an_agreement_that_stands() -> None:
    code = agreed().number
    for action, denied in (
        (suspend_agreement, [APPLYING, replace(HOLDING, agency_code="kpu")]),
        (give_up_agreement, [HOLDING, DECIDING]),
    ):
        for actor in denied:
            with pytest.raises(AccessDenied):
                action(actor=actor, code=code, reason="I want.", now=NOW)
    with pytest.raises(CannotChangeAgreement):
        resume_agreement(actor=HOLDING, code=code, reason="It stands already.", now=NOW)
    with pytest.raises(CannotChangeAgreement, match="Say why"):
        suspend_agreement(actor=HOLDING, code=code, reason=" ", now=NOW)
    turncoat = replace(HOLDING, person_number=APPLYING.person_number)
    with pytest.raises(CannotChangeAgreement, match="another agency"):
        suspend_agreement(actor=turncoat, code=code, reason="Revenge.", now=NOW)
    assert ask_as(OFFICER) == "Siti"


def test_what_is_given_up_is_over_for_good() -> None:
    code = agreed().number
    give_up_agreement(actor=APPLYING, code=code, reason="Another system.", now=NOW)
    assert ask_as(OFFICER) == NoAgreement.code
    assert access_agreement(APPLYING, code, on=NOW.date()).standing == Standing.GIVEN_UP
    for actor, action in ((HOLDING, resume_agreement), (HOLDING, suspend_agreement), (APPLYING, give_up_agreement)):
        with pytest.raises(CannotChangeAgreement):
            action(actor=actor, code=code, reason="Again.", now=NOW)


def test_an_agreement_that_the_country_declared_is_suspended_like_any_other() -> None:
    code = agree("kua", "civil.person", WISH.legal_ground, posts=["role:kua.officer"]).code
    suspend_agreement(actor=HOLDING, code=code, reason="Misuse.", now=NOW)
    assert ask_as(OFFICER) == NoAgreement.code
    assert [step.note for step in list_history([code])] == ["Misuse."]


def test_before_the_end_there_is_one_reminder_and_at_the_end_one_line() -> None:
    code = agreed().number
    quiet, soon, over = (NARROWED.valid_until + timedelta(days=days) for days in (-61, -60, 0))
    written = []
    for day in (quiet, soon, soon, over, over):
        now = NOW.replace(year=day.year, month=day.month, day=day.day)
        written.append(watch_terms(actor=WORKER, now=now))
    assert written == [0, 1, 0, 1, 0]
    assert [step.action for step in list_history([code])][-2:] == ["remind", "expire"]
    assert ask_as(OFFICER, NOW.replace(year=2028)) == NoAgreement.code


def test_a_renewal_goes_the_same_way_and_follows_the_old_one() -> None:
    code = agreed().number
    later = replace(
        WISH, renews=code, valid_from=date(2028, 5, 4), terms=replace(NARROWED, valid_until=date(2030, 1, 1))
    )
    case = request_agreement(actor=APPLYING, wish=later, now=NOW)
    assert case.renews == code
    with pytest.raises(CannotChangeAgreement):
        request_agreement(actor=replace(APPLYING, agency_code="kpu"), wish=later, now=NOW)


def test_use_is_counted_once_and_shown_to_the_sides_only() -> None:
    code = agreed().number
    for actor in (OFFICER, OFFICER, CLERK):
        ask_as(actor)
    later = NOW + timedelta(minutes=11)
    assert count_use(actor=WORKER, now=NOW) == 0  # too fresh: a lower number may still be on its way
    count_use(actor=WORKER, now=later)
    count_use(actor=WORKER, now=later)
    view = access_agreement(HOLDING, code, on=NOW.date())
    assert list_use(view.agreement, on=NOW.date())[-1] == (date(2026, 5, 1), 2, 1)
    assert len(list_use(view.agreement, on=NOW.date())) == 12
    for actor in (HOLDING, DECIDING):
        assert [(row.consumer, row.asked) for row in list_askers(actor, on=NOW.date())] == [("kua", 2)]
    assert list_askers(replace(HOLDING, agency_code="kpu"), on=NOW.date()) == []
    with pytest.raises(AccessDenied):
        list_askers(APPLYING, on=NOW.date())
    assert AgreementUse.objects.count() == 1


def test_each_agency_sees_its_own_agreements_and_the_authority_all() -> None:
    code = agreed().number
    for actor in (APPLYING, HOLDING, DECIDING):
        assert code in {view.agreement.code for view in list_agreements_of(actor, on=NOW.date())}
    stranger = replace(APPLYING, agency_code="kpu")
    assert list_agreements_of(stranger, on=NOW.date()) == []
    with pytest.raises(AccessDenied):
        access_agreement(stranger, code, on=NOW.date())
