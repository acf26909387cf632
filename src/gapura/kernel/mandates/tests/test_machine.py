"""Whatever people do with mandates in whatever order, while time goes by: no act that no grant covers, and no chain."""

from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as how_long
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import accept_mandate, begin_acting, end_mandate, grant_mandate, use_mandate
from gapura.kernel.mandates.testing import (
    AGUS,
    DEWI,
    NAMES,
    NOW,
    OTHER_SERVICE,
    SERVICE,
    SITI,
    Mandate,
    MandateUse,
    acting,
    adopt_agreements,
    memory_registers,
    person,
)
from gapura.kernel.mandates.types import ActingFor, CannotChangeMandate, CannotGrantMandate, NotMandated

PEOPLE = st.sampled_from([SITI, AGUS, DEWI])
SERVICES = st.sampled_from([SERVICE, OTHER_SERVICE])
OTHERS = st.sampled_from([None, None, None, SITI, AGUS, DEWI])
WHICH = st.integers(0, 2)


class TwoPeopleAndTime(RuleBasedStateMachine):
    """Keeps its own book of what was granted, and compares every use with it."""

    def __init__(self) -> None:
        super().__init__()
        self.leaving = ExitStack()
        self.registers = self.leaving.enter_context(memory_registers())
        self.now, self.sessions, self.numbers = NOW, dict[str, ActingFor](), list[str]()

    def teardown(self) -> None:
        self.leaving.close()
        MandateUse.objects.all().delete()
        Mandate.objects.all().delete()

    @rule(hours=st.integers(1, 40))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=PEOPLE, to=PEOPLE, service=SERVICES, days=st.integers(1, 4), acts=st.booleans())
    def grant(self, who: str, to: str, service: str, days: int, acts: bool) -> None:
        actor = self.actor(who) if acts else person(who)
        today = self.today()
        try:
            with clock.frozen(self.now):
                mandate = grant_mandate(
                    actor=actor,
                    relation="proxy",
                    representative=to,
                    representative_name=NAMES[to],
                    services=[service],
                    valid_from=today,
                    valid_until=today + timedelta(days=days),
                    signed_at=self.now,
                    grant_key=f"key-{len(self.numbers)}",
                    now=self.now,
                )
        except CannotGrantMandate:
            assert who == to or actor.principal is not None or self.is_barred(who, to)
        else:
            assert actor.principal is None
            self.numbers.append(mandate.number)

    @rule(which=WHICH, other=OTHERS)
    def accept(self, which: int, other: str | None) -> None:
        if mandate := self.mandate(which):
            who = other or mandate.representative
            try:
                accept_mandate(actor=person(who), number=mandate.number, now=self.now)
            except (AccessDenied, CannotChangeMandate):
                return
            assert mandate.representative == who

    @rule(which=WHICH, who=PEOPLE)
    def end(self, which: int, who: str) -> None:
        if mandate := self.mandate(which):
            try:
                end_mandate(actor=person(who), number=mandate.number, now=self.now)
            except AccessDenied:
                return
            assert who in (mandate.principal, mandate.representative)

    @rule(who=PEOPLE, is_ward=st.booleans())
    def guardianship(self, who: str, is_ward: bool) -> None:
        self.registers.family.answers["has-guardian", who] = is_ward

    @rule(which=WHICH, other=OTHERS)
    def begin(self, which: int, other: str | None) -> None:
        if mandate := self.mandate(which):
            who = other or mandate.representative
            try:
                self.sessions[who] = begin_acting(
                    actor=person(who),
                    principal=mandate.principal,
                    relation="proxy",
                    number=mandate.number,
                    now=self.now,
                )
            except NotMandated:
                return
            assert mandate.representative == who

    @rule(which=WHICH, is_covered=st.booleans())
    def use(self, which: int, is_covered: bool) -> None:
        """An old session tries, whatever has happened since it began."""
        mandate = self.mandate(which)
        if mandate is None:
            return
        (granted,) = mandate.services
        service = granted if is_covered else next(one for one in (SERVICE, OTHER_SERVICE) if one != granted)
        try:
            with transaction.atomic():
                use_mandate(
                    actor=self.actor(mandate.representative),
                    action="submit",
                    service_code=service,
                    title={},
                    case_number="C",
                    now=self.now,
                )
        except NotMandated:
            return

    @invariant()
    def every_use_was_covered_when_it_was_made(self) -> None:
        for use in MandateUse.objects.select_related("mandate"):
            mandate, day = use.mandate, local_day(use.at, settings.TIME_ZONE)
            assert use.service_code in mandate.services
            assert mandate.valid_from <= day < mandate.valid_until
            assert mandate.accepted_at is not None
            assert mandate.accepted_at <= use.at
            assert mandate.ended_at is None or use.at <= mandate.ended_at

    def actor(self, who: str) -> Actor:
        session = self.sessions.get(who)
        return acting(person(who), session) if session else person(who)

    def mandate(self, which: int) -> Mandate | None:
        """One of those granted so far, the latest for 0."""
        return Mandate.objects.get(number=self.numbers[-1 - which]) if which < len(self.numbers) else None

    def today(self) -> date:
        return local_day(self.now, settings.TIME_ZONE)

    def is_barred(self, *parties: str) -> bool:
        return any(self.registers.family.answers["has-guardian", party] for party in parties)


@pytest.fixture
def unsealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine grants many mandates; their documents are another test's matter."""
    from gapura.kernel.documents.types import SealedDocument

    def seal(order: object) -> SealedDocument:
        return SealedDocument("", order, b"", "", "", NOW)  # type: ignore[arg-type]  # never recorded

    monkeypatch.setattr("gapura.kernel.mandates.actions.grants.render_document", seal)
    monkeypatch.setattr("gapura.kernel.mandates.actions.grants.record_document", lambda **sealed: None)


@pytest.mark.usefixtures("unsealed")
def test_no_order_of_events_lets_anybody_act_without_a_grant(db: None) -> None:
    adopt_agreements()
    run_state_machine_as_test(
        TwoPeopleAndTime,
        settings=how_long(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("unsealed")
@pytest.mark.parametrize("is_planted", [False, True])
def test_the_machine_notices_a_use_that_forgets_to_ask(
    db: None, monkeypatch: pytest.MonkeyPatch, is_planted: bool
) -> None:
    """The planted fault: that a mandate stands is taken for granted."""
    adopt_agreements()
    machine = TwoPeopleAndTime()
    machine.grant(who=SITI, to=AGUS, service=SERVICE, days=2, acts=False)
    machine.accept(which=0, other=None)
    machine.begin(which=0, other=None)
    machine.end(which=0, who=SITI)
    machine.time_goes_by(hours=1)
    if is_planted:
        monkeypatch.setattr(Mandate, "stands", lambda self, on: True)
    machine.use(which=0, is_covered=True)
    if is_planted:
        with pytest.raises(AssertionError):
            machine.every_use_was_covered_when_it_was_made()
    else:
        machine.every_use_was_covered_when_it_was_made()
    machine.teardown()
