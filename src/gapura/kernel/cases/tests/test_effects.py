"""Cases that change a register, that need others to agree, and that bring more cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, AssuranceLevel, system_actor
from gapura.kernel.cases import plugin
from gapura.kernel.cases.actions import (
    answer_consent,
    approve_case,
    close_finished_cases,
    finish_waiting_cases,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.models import Case, CaseConsent
from gapura.kernel.cases.plugin import CaseEffect, register_case_effect
from gapura.kernel.cases.queries import get_consent_request, get_results, list_consents, list_follow_ups
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.conftest import NOW, OFFICE, SITI, STRANGER, State
from gapura.kernel.cases.types import Application, CannotCarryOut, CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import changing
from gapura.kernel.catalogue.types import (
    ConsentNeed,
    Decision,
    DecisionMode,
    FollowUp,
    FormField,
    FormFieldKind,
    InvalidAnswers,
    Reasoned,
    Relation,
    ResultField,
)
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.django_db
SERVICE = "civil.never-married"
WORDS = {"id": "kata", "en": "words", "ko": "말"}
REFUSED, TAKEN = Reasoned(WORDS, WORDS), Reasoned({**WORDS, "en": "taken"}, WORDS)
BUYER = STRANGER
BUYING = FormField("buyer", WORDS, FormFieldKind.PERSON)
CONSENT = ConsentNeed("buyer", WORDS, WORDS, REFUSED, 5, form_field="buyer")


class Ledger(CaseEffect):
    """A register with one thing in it, which moves to whoever the form names."""

    code = "test.ledger"

    def __init__(self) -> None:
        self.owner, self.written, self.obstacle = SITI, 0, None

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        return None if self.owner == application.subject else TAKEN

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        if self.obstacle:
            raise CannotCarryOut(self.obstacle)
        self.written += 1
        self.owner = application.answers["buyer"]
        return {"number": "N-1"}


@pytest.fixture(autouse=True)
def ledger(state: State, agreements: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    state.person.answers["is-over-age", SITI] = False
    monkeypatch.setattr(plugin, "_effects", {})
    effect = Ledger()
    register_case_effect(effect)
    changes: dict[str, Any] = {
        "effect": Ledger.code,
        "output": None,
        "fields": (BUYING,),
        "results": (ResultField("number", WORDS),),
        "consents": (CONSENT,),
    }
    with changing(SERVICE, **changes):
        yield effect


def submit(key: str = "form", buyer: str = BUYER) -> Case:
    return submit_application(
        actor=resident(SITI),
        service_code=SERVICE,
        subject=SITI,
        relation="self",
        answers={"buyer": buyer},
        language="id",
        idempotency_key=key,
        now=clock.now(),
    )


def answer(case: Case, *, agreed: bool = True, person: str = BUYER) -> Case:
    return answer_consent(actor=resident(person), number=case.number, agreed=agreed, now=clock.now())


def test_the_case_waits_for_the_consent_takes_effect_with_it_and_shows_the_result(ledger: Ledger) -> None:
    case = submit()
    assert (case.status, ledger.written) == (CaseStatus.CONSENT, 0)
    for person, kind in ((SITI, "consent_requested"), (BUYER, "consent_asked")):
        assert kind in {m.kind for m in list_messages(person)}
    case = answer(case)
    assert (case.status, ledger.owner, ledger.written) == (CaseStatus.FULFILLED, BUYER, 1)
    assert get_results(case.number) == {"number": "N-1"}


def test_who_refuses_ends_it_in_the_words_of_the_file_and_nothing_is_written(ledger: Ledger) -> None:
    case = answer(submit(), agreed=False)
    assert (case.status, case.decision_reason, ledger.written) == (CaseStatus.REFUSED, WORDS, 0)
    assert case.paused_at is None
    with pytest.raises(CannotChangeCase):
        answer(case)


def test_nobody_but_who_is_asked_may_answer_or_see_it() -> None:
    case = submit()
    for person in (SITI, "3171010101700009"):
        with pytest.raises(CaseNotFound):
            answer(case, person=person)
        with pytest.raises(CaseNotFound):
            get_consent_request(resident(person), case.number, on=NOW.date())
    assert get_consent_request(resident(BUYER), case.number, on=NOW.date()).is_open  # the control


def test_nobody_agrees_in_anothers_name_or_with_too_weak_a_sign_in() -> None:
    case = submit()
    with changing(SERVICE, assurance=AssuranceLevel.HIGH), pytest.raises(CannotChangeCase):
        answer_consent(actor=resident(BUYER, AssuranceLevel.LOW), number=case.number, agreed=True, now=NOW)
    assert not CaseConsent.objects.filter(agreed=True).exists()


def test_a_double_click_signs_once_and_carries_out_once(ledger: Ledger) -> None:
    case = answer(submit())
    with pytest.raises(CannotChangeCase):
        answer(case)
    finish_waiting_cases(actor=system_actor("test"), now=clock.now())
    assert ledger.written == 1


def test_the_clock_stands_still_and_silence_lets_the_case_lapse(ledger: Ledger) -> None:
    case = submit()
    assert case.paused_at == NOW
    late = NOW + timedelta(days=20)
    with clock.frozen(late):
        with pytest.raises(CannotChangeCase):
            answer(case)
        assert not list_consents(resident(BUYER), on=late.date())[0].is_open
        close_finished_cases(actor=system_actor("test"), now=late)
    case.refresh_from_db()
    assert (case.status, ledger.written) == (CaseStatus.CLOSED, 0)


def test_a_withdrawn_case_asks_nobody_any_more(ledger: Ledger) -> None:
    case = withdraw_case(actor=resident(SITI), number=submit().number, now=NOW)
    with pytest.raises(CannotChangeCase):
        answer(case)
    assert ledger.written == 0


def test_what_became_impossible_while_waiting_is_refused_in_words(ledger: Ledger) -> None:
    case = submit()
    ledger.owner = "3171010101700009"
    case = answer(case)
    assert (case.status, case.decision_reason["en"], ledger.written) == (CaseStatus.REFUSED, "taken", 0)


def test_what_the_register_does_not_take_leaves_nothing_behind(ledger: Ledger) -> None:
    ledger.obstacle = TAKEN
    case = answer(submit())
    assert (case.status, case.decision_reason["en"]) == (CaseStatus.REFUSED, "taken")
    assert not case.steps.filter(action__in=["approve", "fulfill"]).exists()


def test_what_an_official_approved_and_the_register_does_not_take_is_refused(ledger: Ledger) -> None:
    with changing(SERVICE, consents=(), decision=Decision(DecisionMode.OFFICIAL, "civil.registrar")):
        case = submit()
        assert case.status == CaseStatus.REVIEW
        ledger.obstacle = TAKEN
        case = approve_case(actor=official("civil.registrar", office=OFFICE), number=case.number, note="", now=NOW)
        assert (case.status, case.decision_reason["en"]) == (CaseStatus.REFUSED, "taken")


def test_whom_nobody_knows_cannot_be_named() -> None:
    with pytest.raises(InvalidAnswers) as refusal:
        submit(buyer="3171010101990099")
    assert refusal.value.errors == {"buyer": "person"}
    assert not Case.objects.exists()


def test_the_applicant_is_never_asked_to_agree_with_themselves(ledger: Ledger) -> None:
    assert submit(buyer=SITI).status == CaseStatus.FULFILLED


def test_what_follows_is_submitted_once_for_the_person_it_names() -> None:
    follow_up = FollowUp("civil.person-extract", "buyer", "buyer", Relation.SELF)
    with changing(SERVICE, follow_ups=(follow_up,)):
        case = answer(submit())
        deliver_pending()
        deliver_pending()
        found = Case.objects.filter(service_code="civil.person-extract")
        assert [(one.applicant, one.subject, one.channel) for one in found] == [(BUYER, BUYER, "house")]
        assert [one.number for one in list_follow_ups(resident(BUYER), case)] == [found[0].number]
        assert list_follow_ups(resident(SITI), case) == []


def test_a_check_about_another_asks_about_them_and_a_bar_goes_to_an_official(state: State, ledger: Ledger) -> None:
    alive = next(c for c in get_service(SERVICE, on=NOW.date()).checks if c.question == "is-alive")
    about, refers = replace(alive, about="buyer"), replace(alive, refers=True)
    decision = Decision(DecisionMode.AUTOMATIC, "civil.registrar")
    state.person.answers["is-alive", BUYER] = False
    with changing(SERVICE, checks=(about,)):
        assert submit("about").status == CaseStatus.REFUSED
    with changing(SERVICE, checks=(about,)):
        state.person.answers["is-alive", BUYER] = True
        assert submit("control").status == CaseStatus.CONSENT
    state.person.answers["is-alive", SITI] = False
    with changing(SERVICE, checks=(refers,), consents=(), decision=decision):
        assert submit("refers").status == CaseStatus.REVIEW
        assert ledger.written == 0


def test_the_pages_lead_from_the_message_to_the_two_buttons(client: Client) -> None:
    case = submit()
    sign_in(client, make_resident("agus", person_number=BUYER))
    assert client.get(f"/cases/{case.number}/").headers["Location"] == f"/consents/{case.number}/"
    page = client.get(f"/consents/{case.number}/").content.decode()
    assert 'value="agree"' in page
    assert 'value="refuse"' in page
    assert client.get("/consents/").content.decode().count(f"/consents/{case.number}/") == 1
    client.post(f"/consents/{case.number}/", {"choice": "agree"})
    case.refresh_from_db()
    assert case.status == CaseStatus.FULFILLED
    sign_in(client, make_resident("siti", person_number=SITI))
    assert client.get(f"/consents/{case.number}/").status_code == 404
    assert "N-1" in client.get(f"/cases/{case.number}/").content.decode()
