"""Who comes to a counter is looked up through the exchange: named by the agreement, logged, seen by the person."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gapura.kernel.approvals.testing import official
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider, agree
from gapura.kernel.federation.queries import get_claim_terms
from gapura.kernel.identity.plugin import find_person_objection
from gapura.kernel.identity.testing import NUMBER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
CLERK = official("3171010101800001", roles=["identity.counter"], post="clerk")


@pytest.fixture
def person(register: MemoryProvider) -> MemoryProvider:
    check = get_claim_terms().counter
    agree(
        "dukcapil",
        check.evidence_type,
        check.legal_ground,
        fields=[check.name_field],
        questions=[check.alive_question],
        posts=["role:identity.counter"],
    )
    register.answers[check.alive_question, NUMBER] = True
    return register


def ask(name: str = "Citra Lestari", *, number: str = NUMBER, actor: Any = CLERK) -> str:
    return find_person_objection(actor=actor, person_number=number, full_name=name, now=NOW)


def test_a_known_living_person_of_this_name_is_no_objection_and_sees_who_asked(person: MemoryProvider) -> None:
    assert ask() == ask("  citra   LESTARI ") == ""
    accesses = list_accesses_to(NUMBER, now=NOW)
    assert {(one.actor_reference, one.consumer, one.outcome) for one in accesses} == {
        (CLERK.reference, "dukcapil", "asked")
    }
    assert [one.fields for one in accesses if one.fields] == [["full_name"]] * 2


@pytest.mark.parametrize(
    "asked", [{"name": "Citra"}, {"name": ""}, {"name": "Someone Else"}, {"number": "3171014502900002"}]
)
def test_another_name_and_an_unknown_number_are_answered_alike(person: MemoryProvider, asked: dict[str, str]) -> None:
    assert "nobody with this number and this name" in ask(**asked)


def test_nobody_opens_an_account_for_the_dead(person: MemoryProvider) -> None:
    person.answers["is-alive", NUMBER] = False
    assert "does not live" in ask()


def test_a_silent_register_lets_nobody_in(person: MemoryProvider) -> None:
    person.is_down = True
    assert "does not answer now" in ask()


def test_without_an_agreement_that_names_them_nobody_looks_anybody_up(person: MemoryProvider) -> None:
    other_role = official("3171010101800001", roles=["civil.registrar"], post="clerk")
    other_agency = official("3171010101800001", roles=["identity.counter"], post="clerk", agency_code="kemensos")
    for actor in (other_role, other_agency):
        assert "no agreement" in ask(actor=actor)
    assert person.asked == []
    assert AccessRecord.objects.filter(outcome="refused").count() == 2
