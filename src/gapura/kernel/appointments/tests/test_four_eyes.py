"""A power needs three roles of at least two persons: proposer, decider and subject. The whole table is tried."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.appointments.actions import close_order, delete_official, refuse_order
from gapura.kernel.appointments.testing import (
    NOW,
    AppointmentOrder,
    Official,
    approver,
    make_post,
    officer,
    order_for,
)
from gapura.kernel.appointments.types import APPROVER, OFFICER, CannotOrder, OrderKind, OrderStatus
from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.testing import ApprovalRequest
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.actions import change_post, end_appointment
from gapura.kernel.identity.queries import list_holders
from gapura.kernel.identity.testing import HOUSE, make_resident
from gapura.kernel.identity.types import AccessDenied

pytestmark = pytest.mark.django_db

ADI, BUDI, CITRA = "3171010101800001", "3171010101800002", "3171010101800003"
DAY = date(2026, 3, 5)
EVERY_ROLE = (OFFICER, APPROVER)


def holders(person: str) -> set[str]:
    return {one.post.code for one in list_holders(agency_code="dukcapil", on=DAY) if one.person_number == person}


@pytest.fixture
def power() -> str:
    return make_post("supervisor", "civil.supervisor")


@pytest.fixture(autouse=True)
def citra() -> int:
    return make_resident("citra", person_number=CITRA).pk


def test_a_power_is_effective_only_after_a_second_person_agreed(power: str) -> None:
    order = order_for(officer(ADI), CITRA, power)
    assert (order.status, holders(CITRA)) == (OrderStatus.WAITING_APPROVAL, set())
    grant_approval(actor=approver(BUDI), request_id=order.approval_id or 0, note="", now=NOW)
    order.refresh_from_db()
    assert (order.status, order.decided_by_person, holders(CITRA)) == (OrderStatus.IN_FORCE, BUDI, {power})
    assert "appointments.in_force" in [event.action for event in list_events(subject=CITRA)]


def test_an_ordinary_appointment_takes_effect_at_once() -> None:
    post = make_post("registrar", "civil.registrar")
    assert order_for(officer(ADI), CITRA, post).status == OrderStatus.IN_FORCE
    assert holders(CITRA) == {post}


def test_a_role_the_country_forgot_is_a_power() -> None:
    assert order_for(officer(ADI), CITRA, make_post("new", "tax.assessor")).status == OrderStatus.WAITING_APPROVAL


# maker, checker, subject: which of the persons, and whether anything comes of it.
TABLE = [
    (maker, checker, subject, len({maker, checker}) == 2 and subject not in (maker, checker))
    for maker in (ADI, BUDI)
    for checker in (ADI, BUDI, CITRA)
    for subject in (ADI, BUDI, CITRA)
]


@pytest.mark.parametrize(("maker", "checker", "subject", "lawful"), TABLE)
def test_maker_checker_and_subject(maker: str, checker: str, subject: str, lawful: bool, power: str) -> None:
    for login, person in (("adi", ADI), ("budi", BUDI)):
        make_resident(login, person_number=person)
    # Each acts from another account and post than in the other role, and holds both roles: only the person counts.
    proposer, decider = (
        officer(maker, roles=EVERY_ROLE, account_id=11),
        approver(checker, roles=EVERY_ROLE, account_id=12),
    )
    if maker == subject:
        with pytest.raises(CannotOrder):
            order_for(proposer, subject, power)
        assert holders(subject) == set()
        return
    order = order_for(proposer, subject, power)
    if not lawful:
        with pytest.raises(CannotDecideApproval):
            grant_approval(actor=decider, request_id=order.approval_id or 0, note="", now=NOW)
        assert holders(subject) == set()
        return
    grant_approval(actor=decider, request_id=order.approval_id or 0, note="", now=NOW)
    assert holders(subject) == {power}


def test_the_database_itself_refuses_every_unlawful_row(power: str) -> None:
    order = order_for(officer(ADI), CITRA, power)
    rows = AppointmentOrder.objects.filter(pk=order.pk)
    for decider in (ADI, CITRA):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(decided_by_person=decider)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(decided_by_person=BUDI, ordered_by_person=CITRA)
    assert rows.update(decided_by_person=BUDI) == 1


def test_a_planted_self_grant_is_found(power: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check in the action the constraint still refuses: two locks, each tried alone."""
    order = order_for(officer(ADI), CITRA, power)
    monkeypatch.setattr("gapura.kernel.appointments.actions.orders._is_involved", lambda actor, order: False)
    with pytest.raises(IntegrityError), transaction.atomic():
        grant_approval(actor=approver(CITRA), request_id=order.approval_id or 0, note="", now=NOW)
    assert holders(CITRA) == set()


CHANGES = {
    "the post got another power": lambda order: change_post(
        actor=HOUSE, code=order.post_id, title={"en": "S"}, roles=["civil.supervisor", "audit.auditor"]
    ),
    "the period was edited": lambda order: AppointmentOrder.objects.filter(pk=order.pk).update(
        valid_until=date(2030, 1, 1)
    ),
    "the subject was edited": lambda order: AppointmentOrder.objects.filter(pk=order.pk).update(subject_person=BUDI),
    "the official was transferred away": lambda order: order_for(officer(ADI), CITRA, make_post("far", "office.clerk")),
    "the employment ended": lambda order: delete_official(actor=officer(ADI), official_id=order.official_id, now=NOW),
    "the order was ended": lambda order: close_order(actor=officer(ADI), order=order, now=NOW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since_the_proposal_cannot_be_granted(change: str, power: str) -> None:
    order = order_for(officer(ADI), CITRA, power)
    CHANGES[change](order)
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=approver("3171010101800009"), request_id=order.approval_id or 0, note="", now=NOW)
    assert power not in holders(CITRA)
    assert ApprovalRequest.objects.get(pk=order.approval_id).status == "open"


def test_nothing_changed_and_it_can_be_granted(power: str) -> None:
    order = order_for(officer(ADI), CITRA, power)
    grant_approval(actor=approver("3171010101800009"), request_id=order.approval_id or 0, note="", now=NOW)
    assert power in holders(CITRA)


def test_a_denied_power_is_refused_for_good(power: str) -> None:
    order = order_for(officer(ADI), CITRA, power)
    deny_approval(actor=approver(BUDI), request_id=order.approval_id or 0, note="Not needed.", now=NOW)
    refuse_order(actor=HOUSE, order_id=order.pk, now=NOW)
    order.refresh_from_db()
    assert (order.status, holders(CITRA)) == (OrderStatus.REFUSED, set())
    assert order_for(officer(ADI), CITRA, power).status == OrderStatus.WAITING_APPROVAL


ORDERERS = {
    "a colleague without the role": replace(officer(ADI), roles=frozenset({"civil.supervisor"})),
    "an officer of another office": replace(officer(ADI), office_code="32.73"),
    "an officer proven to be nobody": replace(officer(ADI), person_number=None),
}


@pytest.mark.parametrize("who", ORDERERS)
def test_only_a_personnel_officer_of_the_office_orders(who: str) -> None:
    post = make_post("registrar", "civil.registrar")
    order_for(officer(ADI), CITRA, post)  # the positive control
    with pytest.raises(CannotOrder):
        order_for(ORDERERS[who], CITRA, make_post("other", "office.clerk"))


def test_another_agency_cannot_be_reached() -> None:
    foreign = make_post("teller", "office.clerk", agency_code="kua")
    with pytest.raises(AccessDenied):
        order_for(officer(ADI), CITRA, foreign)


def test_a_transfer_ends_the_old_post_the_same_day_but_not_the_deputy() -> None:
    old, deputy, new = (make_post(name, "office.clerk") for name in ("old", "deputy", "new"))
    order_for(officer(ADI), CITRA, old)
    order_for(officer(ADI), CITRA, deputy, kind=OrderKind.DEPUTY, valid_until=date(2026, 4, 1))
    assert holders(CITRA) == {old, deputy}
    order_for(officer(ADI), CITRA, new)
    assert holders(CITRA) == {deputy, new}
    assert [one.status for one in AppointmentOrder.objects.filter(post_id=old)] == [OrderStatus.ENDED]


def test_a_transfer_in_the_future_leaves_the_old_post_until_then() -> None:
    old, new = make_post("old", "office.clerk"), make_post("new", "office.clerk")
    order_for(officer(ADI), CITRA, old)
    order_for(officer(ADI), CITRA, new, valid_from=date(2026, 4, 1))
    found = {one.post.code: (one.valid_from, one.valid_until) for one in list_holders(agency_code="dukcapil", on=DAY)}
    assert found == {old: (DAY, date(2026, 4, 1)), new: (date(2026, 4, 1), None)}


def test_a_deputy_needs_a_last_day() -> None:
    post = make_post("deputy", "office.clerk")
    with pytest.raises(CannotOrder):
        order_for(officer(ADI), CITRA, post, kind=OrderKind.DEPUTY)
    with pytest.raises(CannotOrder):
        order_for(officer(ADI), CITRA, post, kind=OrderKind.DEPUTY, valid_until=DAY)
    assert order_for(officer(ADI), CITRA, post, kind=OrderKind.DEPUTY, valid_until=date(2026, 3, 6)).pk


def test_the_end_of_employment_ends_everything_also_what_no_order_explains(citra: int) -> None:
    ours, deputy, direct = (make_post(name, "office.clerk") for name in ("ours", "deputy", "direct"))
    order_for(officer(ADI), CITRA, ours)
    order_for(officer(ADI), CITRA, deputy, kind=OrderKind.DEPUTY, valid_until=date(2026, 4, 1))
    from gapura.kernel.identity.actions import appoint_official

    appoint_official(actor=HOUSE, account_id=citra, post_code=direct, valid_from=DAY, valid_until=None)
    assert holders(CITRA) == {ours, deputy, direct}
    delete_official(actor=officer(ADI), official_id=Official.objects.get(person_number=CITRA).pk, now=NOW)
    assert holders(CITRA) == set()
    assert not AppointmentOrder.objects.filter(status=OrderStatus.IN_FORCE).exists()


def test_a_post_given_back_and_given_again_on_one_day_is_held() -> None:
    post = make_post("registrar", "civil.registrar")
    order = order_for(officer(ADI), CITRA, post)
    close_order(actor=officer(ADI), order=order, now=NOW)
    assert holders(CITRA) == set()
    order_for(officer(ADI), CITRA, post)
    assert holders(CITRA) == {post}


def test_ending_an_ended_appointment_elsewhere_changes_nothing(citra: int) -> None:
    post = make_post("registrar", "civil.registrar")
    order = order_for(officer(ADI), CITRA, post)
    end_appointment(actor=HOUSE, account_id=citra, post_code=post, on=DAY)
    close_order(actor=officer(ADI), order=order, now=NOW)
    with pytest.raises(CannotOrder):
        close_order(actor=officer(ADI), order=order, now=NOW)
