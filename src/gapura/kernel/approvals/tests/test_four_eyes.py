"""What one official proposes, another person decides: once, as it was proposed, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from gapura.foundation.testing import at_once
from gapura.kernel.approvals.actions import deny_approval, grant_approval, request_approval
from gapura.kernel.approvals.models import ApprovalRequest
from gapura.kernel.approvals.queries import access_approval, count_open_approvals, list_open_approvals
from gapura.kernel.approvals.testing import MemoryHandler, memory_handler, official
from gapura.kernel.approvals.types import ApprovalStatus, CannotDecideApproval, CannotRequestApproval
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import list_open_work

NOW = datetime(2025, 3, 5, 9, tzinfo=UTC)
MAKER = official("3171010101800001", roles=["civil.registrar"], account_id=1, post="registrar")
CHECKER = official("3171010101800002", account_id=2)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def handler() -> Iterator[MemoryHandler]:
    with memory_handler() as one, translation.override("en"):
        yield one


def ask(actor: Actor = MAKER, **changes: object) -> ApprovalRequest:
    given = {
        "kind": "test.memory",
        "object_ref": "thing:1",
        "summary": "A thing",
        "payload": {"colour": "teal"},
        "role": "civil.supervisor",
        "agency_code": "dukcapil",
        "office_code": "31.71",
        "case_number": "C-1",
        "now": NOW,
    }
    return request_approval(actor=actor, **given | changes)


def test_another_person_with_the_role_grants_and_it_is_carried_out(handler: MemoryHandler) -> None:
    request = ask()
    granted = grant_approval(actor=CHECKER, request_id=request.pk, note="", now=NOW)
    assert granted.status == ApprovalStatus.GRANTED
    assert [one.payload for one in handler.carried_out] == [{"colour": "teal"}]
    assert [e.action for e in list_events(case_number="C-1")] == ["approvals.granted", "approvals.requested"]


def test_a_denial_needs_a_reason_and_carries_nothing_out(handler: MemoryHandler) -> None:
    request = ask()
    with pytest.raises(CannotDecideApproval):
        deny_approval(actor=CHECKER, request_id=request.pk, note=" ", now=NOW)
    denied = deny_approval(actor=CHECKER, request_id=request.pk, note="Not proven.", now=NOW)
    assert (denied.status, denied.note) == (ApprovalStatus.DENIED, "Not proven.")
    assert handler.carried_out == []


BOTH = ["civil.registrar", "civil.supervisor"]
DECIDERS = {
    "another person with the role": (CHECKER, None),
    "the same actor holding both roles": (replace(MAKER, roles=frozenset(BOTH)), CannotDecideApproval),
    "the same person with another account": (
        replace(CHECKER, person_number=MAKER.person_number),
        CannotDecideApproval,
    ),
    "the same person in another post": (
        official(MAKER.person_number, roles=BOTH, account_id=1, post="deputy"),
        CannotDecideApproval,
    ),
    "the same account proven to be nobody": (replace(CHECKER, person_number=None), CannotDecideApproval),
    "a colleague without the role": (
        official("3171010101800003", roles=["civil.registrar"], post="colleague"),
        AccessDenied,
    ),
    "a supervisor of another office": (official("3273010101800001", office_code="32.73"), AccessDenied),
    "a supervisor of another agency": (official("3171010101800004", agency_code="kua"), AccessDenied),
    "a resident with the same number of roles": (replace(CHECKER, kind=ActorKind.RESIDENT), AccessDenied),
}


@pytest.mark.parametrize("who", DECIDERS)
def test_only_another_person_of_the_office_with_the_role_decides(who: str, handler: MemoryHandler) -> None:
    decider, refusal = DECIDERS[who]
    request = ask()
    before = ApprovalRequest.objects.filter(pk=request.pk).values().get()
    if refusal is None:
        grant_approval(actor=decider, request_id=request.pk, note="", now=NOW)
        assert len(handler.carried_out) == 1
        return
    for decide in (grant_approval, deny_approval):
        with pytest.raises(refusal):
            decide(actor=decider, request_id=request.pk, note="x", now=NOW)
    assert ApprovalRequest.objects.filter(pk=request.pk).values().get() == before
    assert handler.carried_out == []


def test_absence_and_denial_look_the_same() -> None:
    stranger = official("3273010101800001", office_code="32.73")
    errors = []
    for request_id in (ask().pk, 987654):
        with pytest.raises(AccessDenied) as error:
            access_approval(stranger, request_id)
        errors.append(str(error.value))
    assert errors[0] == errors[1]


def test_the_database_itself_refuses_the_same_person() -> None:
    request = ask()
    decided = {
        "status": ApprovalStatus.GRANTED,
        "decided_at": NOW,
        "decided_digest": request.payload_digest,
    }
    rows = ApprovalRequest.objects.filter(pk=request.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**decided, decided_by_person=MAKER.person_number)
    assert rows.update(**decided, decided_by_person=CHECKER.person_number) == 1


def test_a_decision_cannot_be_about_something_else_than_was_proposed() -> None:
    request = ask()
    ApprovalRequest.objects.filter(pk=request.pk).update(payload={"colour": "red"})
    with pytest.raises(CannotDecideApproval, match="altered"):
        grant_approval(actor=CHECKER, request_id=request.pk, note="", now=NOW)
    ApprovalRequest.objects.filter(pk=request.pk).update(payload={"colour": "teal"})
    assert grant_approval(actor=CHECKER, request_id=request.pk, note="", now=NOW).decided_digest


def test_the_same_object_is_not_proposed_twice_while_it_waits() -> None:
    request = ask()
    with pytest.raises(CannotRequestApproval):
        ask(payload={"colour": "red"})
    deny_approval(actor=CHECKER, request_id=request.pk, note="No.", now=NOW)
    assert ask(payload={"colour": "red"}).status == ApprovalStatus.OPEN


def test_who_is_not_proven_to_be_a_person_cannot_propose() -> None:
    with pytest.raises(CannotRequestApproval):
        ask(replace(MAKER, person_number=None))
    assert not ApprovalRequest.objects.exists()


def test_what_can_no_longer_be_carried_out_stays_open(handler: MemoryHandler) -> None:
    request, handler.is_late = ask(), True
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=CHECKER, request_id=request.pk, note="", now=NOW)
    assert access_approval(CHECKER, request.pk).status == ApprovalStatus.OPEN
    handler.is_late = False
    assert grant_approval(actor=CHECKER, request_id=request.pk, note="", now=NOW).decided_at == NOW


def test_a_list_holds_what_waits_for_ones_own_office_and_roles() -> None:
    mine = ask()
    ask(object_ref="thing:2", office_code="32.73")
    ask(object_ref="thing:3", role="civil.registrar")
    assert [one.pk for one in list_open_approvals(CHECKER)] == [mine.pk]
    assert count_open_approvals(CHECKER) == 1
    grant_approval(actor=CHECKER, request_id=mine.pk, note="", now=NOW)
    assert list_open_approvals(CHECKER) == []


def test_it_lies_in_the_basket_of_the_role_until_it_is_decided() -> None:
    request = ask()
    assert [(item.kind, item.title) for item in list_open_work(CHECKER).lines] == [("approvals.decide", "A thing")]
    assert list_open_work(MAKER).lines == ()
    deny_approval(actor=CHECKER, request_id=request.pk, note="No.", now=NOW)
    assert list_open_work(CHECKER).lines == ()


@pytest.mark.django_db(transaction=True)
def test_two_who_grant_at_once_carry_it_out_once(handler: MemoryHandler) -> None:
    request = ask()
    deciders = [official(f"317101010180000{n}", account_id=n, post=f"supervisor{n}") for n in (2, 3, 4)]
    grants = [partial(grant_approval, actor=one, request_id=request.pk, note="", now=NOW) for one in deciders]
    assert sorted(type(one).__name__ for one in at_once(*grants)) == ["CannotDecideApproval"] * 2 + ["NoneType"]
    assert len(handler.carried_out) == 1
