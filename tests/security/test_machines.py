"""Cases, documents and sessions, whatever people do with them in whatever order while time goes by."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import localdate
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how_long
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases import actions as cases
from gapura.kernel.cases.testing import Case, memory_population, official, resident
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.documents.actions import (
    CannotEndDocument,
    CaseHasDocument,
    record_document,
    replace_document,
    revoke_document,
)
from gapura.kernel.documents.queries import find_document_of_case, verify_code, verify_file
from gapura.kernel.documents.testing import Document, new_order
from gapura.kernel.documents.types import DocumentStatus, SealedDocument, VerificationOutcome
from gapura.kernel.identity import testing as identity
from gapura.kernel.identity.actions import disable_account, end_appointment
from tests.security.matrix import undone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
SITI, STRANGER, OFFICE = "3171014501900001", "3171010101800002", "31.71"
WHICH = st.integers(0, 2)


def run(machine: type[RuleBasedStateMachine], examples: int = 12) -> None:
    how = how_long(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)


class Undone(RuleBasedStateMachine):
    """Time goes by; at the end nothing remains."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.leaving = NOW, ExitStack()
        self.leaving.enter_context(undone())

    def teardown(self) -> None:
        self.leaving.close()

    @rule(days=st.integers(0, 30), minutes=st.integers(0, 90))
    def time_goes_by(self, days: int, minutes: int) -> None:
        self.now += timedelta(days=days, minutes=minutes)


# Cases

# Which step may follow which, by who takes it: written here a second time, from the law and not from the code.
LAWFUL = {
    ("take", "official"): {"received", "review"},
    ("refer", "system"): {"received"},
    ("request_supplement", "official"): {"review"},
    ("answer_supplement", "resident"): {"supplement"},
    ("approve", "official"): {"review"},
    ("refuse", "official"): {"review"},
    ("grant_by_silence", "system"): {"received", "review"},
    ("withdraw", "resident"): {"received", "review", "supplement"},
    ("appeal", "resident"): {"refused"},
    ("dismiss_appeal", "official"): {"appealed"},
    ("uphold_appeal", "official"): {"appealed"},
    ("lapse", "system"): {"supplement"},
    ("close", "system"): {"fulfilled", "refused", "withdrawn"},
}
PEOPLE = {
    "siti": resident(SITI),
    "stranger": resident(STRANGER),
    "registrar": official("civil.registrar", office=OFFICE),
    "supervisor": official("civil.supervisor", office=OFFICE, person_number="3171010101600008"),
    "siti at the desk": official("civil.registrar", "civil.supervisor", office=OFFICE, person_number=SITI),
    "elsewhere": official("civil.registrar", "civil.supervisor", office="32.01", person_number="3201010101600001"),
}
WORDS = {"id": "Tidak.", "en": "No.", "ko": "아니요."}
STEPS: dict[str, Callable[..., Any]] = {
    "take": lambda **who: cases.take_case(**who),
    "request_supplement": lambda **who: cases.request_supplement(question="What?", **who),
    "refuse": lambda **who: cases.refuse_case(reason=WORDS, remedy=WORDS, **who),
    "uphold_appeal": lambda **who: cases.decide_appeal(upheld=True, reason="Right.", **who),
    "dismiss_appeal": lambda **who: cases.decide_appeal(upheld=False, reason="Wrong.", **who),
    "approve": lambda **who: cases.approve_case(note="", **who),
    "withdraw": lambda **who: cases.withdraw_case(**who),
    "answer_supplement": lambda **who: cases.answer_supplement(answers="This.", **who),
    "appeal": lambda **who: cases.appeal_decision(grounds="Wrong.", **who),
}


class OneCase(Undone):
    """No agreement stands, so every application waits for officials; everybody tries every step."""

    def __init__(self) -> None:
        super().__init__()
        population = self.leaving.enter_context(memory_population())
        population.offices |= {SITI: OFFICE, STRANGER: OFFICE}
        self.refused_by = ""
        with clock.frozen(self.now):
            self.number = cases.submit_application(
                actor=PEOPLE["siti"],
                service_code="civil.never-married",
                subject=SITI,
                relation="self",
                answers={},
                language="id",
                idempotency_key="form",
                now=self.now,
            ).number
        self.due_on = self.case.due_on

    @property
    def case(self) -> Case:
        return Case.objects.get(number=self.number)

    @rule(who=st.sampled_from(sorted(PEOPLE)), step=st.sampled_from(sorted(STEPS)))
    def try_step(self, who: str, step: str) -> None:
        before, appeal_until = self.case.status, self.case.appeal_until
        try:
            with clock.frozen(self.now):
                STEPS[step](actor=PEOPLE[who], number=self.number, now=self.now)
        except (CannotChangeCase, CaseNotFound):
            assert self.case.status == before
            return
        kind = str(PEOPLE[who].kind)
        assert before in LAWFUL[step, kind], f"{who} did {step} in {before}"
        assert who in {"resident": ("siti",), "official": ("registrar", "supervisor")}[kind]
        if step.endswith("_appeal"):
            assert who == "supervisor"
            assert who != self.refused_by
        if step == "appeal":
            assert appeal_until is None or localdate(self.now) <= appeal_until
        self.refused_by = who if step == "refuse" else self.refused_by

    @rule()
    def the_house_tidies_up(self) -> None:
        with clock.frozen(self.now):
            cases.close_finished_cases(actor=HOUSE, now=self.now)

    @invariant()
    def the_history_is_one_that_the_law_allows(self) -> None:
        status = CaseStatus.RECEIVED
        for step in self.case.steps.order_by("id"):
            if step.action != "submit":
                assert status in LAWFUL[step.action, step.actor_kind], f"{step.action} in {status}"
            status = CaseStatus(step.status)
        assert self.case.status == status

    @invariant()
    def the_clock_never_runs_backwards_for_the_person(self) -> None:
        assert self.case.due_on >= self.due_on
        self.due_on = self.case.due_on

    @invariant()
    def a_document_exists_only_where_the_case_was_approved(self) -> None:
        has_one = find_document_of_case(self.number) is not None
        assert has_one == bool(self.case.document_code)
        assert not has_one or self.case.status in (CaseStatus.FULFILLED, CaseStatus.CLOSED)


def test_no_order_of_steps_breaks_a_case() -> None:
    run(OneCase)


def test_planted_fault_a_step_that_asks_for_no_status_breaks_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    from gapura.kernel.cases.rules import TRANSITIONS

    by_action = {transition.action: transition for transition in TRANSITIONS}
    monkeypatch.setattr("gapura.kernel.cases.actions.steps.find_transition", lambda action, *_: by_action[action])
    with pytest.raises((AssertionError, IntegrityError)):  # the database itself refuses some of it
        run(OneCase)


# Documents


class Papers(Undone):
    """A book of what was issued and ended, and what everybody must be told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.book: dict[str, DocumentStatus] = {}
        self.contents: dict[str, bytes] = {}

    def seal(self, case: str) -> SealedDocument:
        """As sealed, without the work of setting and sealing: another test's matter."""
        order = new_order(case_number=case, issued_at=self.now, valid_until=localdate(self.now) + timedelta(days=20))
        code = new_code()
        content = f"%PDF-1.7\n%{code}\n%%EOF".encode()
        self.contents[code] = content
        return SealedDocument(code, order, content, hashlib.sha256(content).hexdigest(), "1", self.now)

    @rule(case=WHICH)
    def issue(self, case: int) -> None:
        sealed = self.seal(f"CASE-{case}")
        has_valid = any(self.book[one.code] is DocumentStatus.VALID for one in self.of_case(case))
        try:
            with transaction.atomic():
                record_document(actor=HOUSE, sealed=sealed, now=self.now)
        except CaseHasDocument:
            assert has_valid
        else:
            assert not has_valid
            self.book[sealed.code] = DocumentStatus.VALID

    @rule(case=WHICH)
    def revoke(self, case: int) -> None:
        for one in self.of_case(case):
            try:
                revoke_document(actor=HOUSE, code=one.code, reason="test", now=self.now)
            except CannotEndDocument:
                assert self.book[one.code] is not DocumentStatus.VALID
            else:
                assert self.book[one.code] is DocumentStatus.VALID
                self.book[one.code] = DocumentStatus.REVOKED

    @rule(case=WHICH)
    def replace(self, case: int) -> None:
        for one in self.of_case(case):
            new = self.seal(f"CASE-{case}")
            try:
                replace_document(actor=HOUSE, code=one.code, replacement=new, reason="test", now=self.now)
            except CannotEndDocument:
                assert self.book[one.code] is not DocumentStatus.VALID
            else:
                assert self.book[one.code] is DocumentStatus.VALID
                self.book |= {one.code: DocumentStatus.REPLACED, new.code: DocumentStatus.VALID}

    @invariant()
    def everybody_is_told_what_the_book_says(self) -> None:
        today = localdate(self.now)
        for code, status in self.book.items():
            expired = Document.objects.get(code=code).valid_until <= today
            expected = {
                DocumentStatus.VALID: VerificationOutcome.EXPIRED if expired else VerificationOutcome.GENUINE,
                DocumentStatus.REVOKED: VerificationOutcome.REVOKED,
                DocumentStatus.REPLACED: VerificationOutcome.REPLACED,
            }[status]
            assert verify_code(code, today=today).outcome is expected
            assert verify_file(self.contents[code], today=today).outcome is expected

    @invariant()
    def a_case_has_one_valid_document_at_most(self) -> None:
        for case in range(3):
            assert sum(self.book[one.code] is DocumentStatus.VALID for one in self.of_case(case)) <= 1

    def of_case(self, case: int) -> list[Document]:
        return list(Document.objects.filter(case_number=f"CASE-{case}").order_by("id"))


def test_no_order_of_issues_and_ends_makes_a_document_say_something_false() -> None:
    run(Papers)


def test_planted_fault_a_document_that_can_be_ended_twice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gapura.kernel.documents.actions._locked_valid", lambda code: Document.objects.get(code=code))
    with pytest.raises(AssertionError):
        run(Papers)


# Sessions


class TwoBrowsers(Undone):
    """An official's two browsers, one in the post; what may still be shown is kept in a book of its own."""

    def __init__(self) -> None:
        super().__init__()
        with clock.frozen(self.now):
            self.account = identity.make_official("dewi")
        self.browsers = [Client(raise_request_exception=True) for _ in range(2)]
        self.signed_in_at: dict[int, datetime] = {}
        self.used_at: dict[int, datetime] = {}
        self.is_disabled = self.has_left = False

    @rule(which=st.integers(0, 1))
    def sign_in(self, which: int) -> None:
        if self.is_disabled or (which and self.has_left):
            return
        with clock.frozen(self.now):
            identity.sign_in(self.browsers[which], self.account, post_code=identity.REGISTRAR if which else None)
        self.signed_in_at[which] = self.used_at[which] = self.now

    @rule(which=st.integers(0, 1))
    def open_a_page(self, which: int) -> None:
        with clock.frozen(self.now):
            shown = self.browsers[which].get("/desk/" if which else "/security/").status_code == 200
        if which not in self.signed_in_at:
            assert not shown
            return
        idle, age = self.now - self.used_at[which], self.now - self.signed_in_at[which]
        may = not self.is_disabled and not (which and self.has_left)
        if shown:
            assert may
            assert idle < timedelta(minutes=30)
            assert age < timedelta(hours=12)
            self.used_at[which] = self.now
        else:
            assert not may or idle > timedelta(minutes=28) or age > timedelta(hours=11)
            self.signed_in_at.pop(which)

    @rule(which=st.integers(0, 1))
    def sign_out(self, which: int) -> None:
        with clock.frozen(self.now):
            self.browsers[which].post("/sign-out/")
        self.signed_in_at.pop(which, None)

    @rule(which=st.integers(0, 1), minutes=st.integers(1, 40))
    def work(self, which: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.open_a_page(which)

    @rule(chance=st.integers(0, 9))
    def leave(self, chance: int) -> None:
        if chance == 0 and not self.has_left:
            with clock.frozen(self.now):
                end_appointment(
                    actor=HOUSE, account_id=self.account.pk, post_code=identity.REGISTRAR, on=localdate(self.now)
                )
            self.has_left = True
        if chance == 1 and not self.is_disabled:
            disable_account(actor=HOUSE, account_id=self.account.pk)
            self.is_disabled = True


def test_no_session_outlives_its_time_its_account_or_its_post() -> None:
    run(TwoBrowsers)


@pytest.fixture
def sessions_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gapura.kernel.identity.sessions._is_over", lambda state, now: False)


@pytest.mark.usefixtures("sessions_without_end")
def test_planted_fault_a_session_that_never_ends_is_noticed() -> None:
    with pytest.raises(AssertionError):
        run(TwoBrowsers)
