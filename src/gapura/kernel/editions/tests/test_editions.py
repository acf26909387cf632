"""A definition from the draft into force, and everything that may not happen on the way."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.events import ApprovalDenied
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.queries import list_events
from gapura.kernel.catalogue.queries import get_service, list_services, take_up_editions
from gapura.kernel.catalogue.testing import looks_timed
from gapura.kernel.catalogue.types import NotInForce, ServiceNotInForce
from gapura.kernel.editions.actions import propose_edition, propose_end, save_draft, start_draft
from gapura.kernel.editions.queries import access_edition, judge
from gapura.kernel.editions.subscribers import give_back
from gapura.kernel.editions.testing import (
    AGREEING,
    BEGINS,
    CARD,
    DECIDING,
    ELSEWHERE,
    NOW,
    WRITING,
    ServiceEdition,
    adopt,
    adopted,
    agree,
    begin,
    ended,
    open_approval,
    propose,
    write,
)
from gapura.kernel.editions.types import CannotEdit, EditionStatus
from gapura.kernel.identity.types import AccessDenied

TODAY = date(2026, 5, 4)
DAY_BEFORE = BEGINS - timedelta(days=1)
TITLE = "en: Family card copy"


def titles(on: date) -> str:
    return get_service(CARD, on=on).title["en"]


def test_three_people_bring_a_change_into_force_on_its_day() -> None:
    before = get_service(CARD, on=TODAY)

    edition = adopted(TITLE, "en: Printed card")

    assert edition.status == EditionStatus.ADOPTED
    assert titles(BEGINS) == "Printed card"
    assert titles(DAY_BEFORE) == before.title["en"] != titles(BEGINS)
    assert get_service(CARD, on=DAY_BEFORE).version == before.version
    assert get_service(CARD, on=DAY_BEFORE).valid_until == BEGINS
    assert get_service(CARD, on=BEGINS).version == edition.digest


def test_a_new_service_is_a_copy_with_its_own_code() -> None:
    adopt(propose(write(begin("civil.card-by-post", copy_of=CARD))))

    assert get_service("civil.card-by-post", on=BEGINS).agency == "dukcapil"
    with pytest.raises(ServiceNotInForce) as early:
        get_service("civil.card-by-post", on=TODAY)
    assert early.value.reason is NotInForce.NOT_YET


def test_editions_follow_one_another_and_none_overwrites_another() -> None:
    adopted(TITLE, "en: Second")
    third = BEGINS + timedelta(days=30)
    adopted("en: Second", "en: Third", begins=third)

    assert [titles(day) for day in (BEGINS, third - timedelta(days=1), third)] == ["Second", "Second", "Third"]
    with pytest.raises(CannotEdit, match="mistakes"):
        propose(write(begin(), "en: Third", "en: Fourth", begins=third))


def test_nobody_approves_their_own() -> None:
    edition = propose(write(begin(), TITLE, "en: X"))

    with pytest.raises(CannotDecideApproval, match="another person"):
        grant_approval(actor=WRITING, request_id=open_approval(edition).pk, note="", now=NOW)


@pytest.mark.parametrize("hat", [WRITING, AGREEING])
def test_who_had_a_part_cannot_be_the_authority_as_well(hat) -> None:  # type: ignore[no-untyped-def]
    edition = agree(propose(write(begin(), TITLE, "en: X")))
    both = replace(DECIDING, person_number=hat.person_number)

    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=both, request_id=open_approval(edition).pk, note="", now=NOW)
    assert titles(BEGINS) != "X"


def test_the_database_itself_wants_three_people() -> None:
    edition = agree(propose(write(begin(), TITLE, "en: X")))
    row = ServiceEdition.objects.filter(pk=edition.pk)

    for person in (WRITING.person_number, AGREEING.person_number):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(adopted_by_person=person, status="adopted", adopted_at=NOW, adoption=1)
    row.update(adopted_by_person=DECIDING.person_number, status="adopted", adopted_at=NOW, adoption=1)


def test_another_agencys_service_is_not_ours_to_write() -> None:
    draft = begin()

    with pytest.raises(AccessDenied):
        start_draft(actor=ELSEWHERE, service_code=CARD, copy_of=CARD, now=NOW)
    for refused in (access_edition, lambda actor, number: propose_edition(actor=actor, number=number, now=NOW)):
        with pytest.raises(AccessDenied):
            refused(ELSEWHERE, draft.number)
    with pytest.raises(AccessDenied):
        propose_end(actor=ELSEWHERE, service_code=CARD, ends_on=date(2027, 1, 1), reason="", now=NOW)
    assert access_edition(WRITING, draft.number) == draft


def test_the_authority_sees_what_is_proposed_and_no_drafts() -> None:
    draft = write(begin())
    with pytest.raises(AccessDenied):
        access_edition(DECIDING, draft.number)

    assert access_edition(DECIDING, propose(draft).number)


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("  - type: civil.family\n", "  - type: civil.famly\n", "  - type: civil.famly", "Did you mean civil.family?"),
        (f"code: {CARD}", "code: tax.clearance", "code: ", "This draft is of civil.family-card"),
        ("checks: [is-alive]", "checks: [is-alife]", "checks: ", "Did you mean is-alive?"),
        (TITLE, 'en: ""', "title: ", "missing in: en"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_cannot_be_proposed(old: str, new: str, at: str, said: str) -> None:
    draft = write(begin(), old, new)

    problems = judge(draft, today=TODAY).problems

    (line,) = {line for line, message in problems if said in message}
    assert draft.text.splitlines()[line - 1].startswith(at)
    with pytest.raises(CannotEdit, match="mistakes"):
        propose(draft)


def test_a_service_is_not_given_to_another_agency() -> None:
    draft = begin()
    text = re.sub(r"^(checks|applicants):.*\n", "", draft.text, flags=re.MULTILINE)
    text = re.sub(r"^evidence:\n(?:  .*\n)+", "evidence: []\napplicants: [self]\n", text, flags=re.MULTILINE)
    draft.text = text.replace("agency: dukcapil", "agency: kua")

    ((line, said),) = judge(draft, today=TODAY).problems
    assert "Only your own agency's services" in said
    assert draft.text.splitlines()[line - 1] == "agency: kua"
    draft.text = text
    assert judge(draft, today=TODAY).problems == ()


@pytest.mark.parametrize("begins", [date(2019, 1, 1), TODAY - timedelta(days=1), TODAY])
def test_no_edition_begins_in_the_past_or_today(begins: date) -> None:
    with pytest.raises(CannotEdit, match="mistakes"):
        propose(write(begin(), TITLE, "en: X", begins=begins))


def test_a_decision_that_comes_after_the_day_is_refused() -> None:
    edition = propose(write(begin(), TITLE, "en: X", begins=TODAY + timedelta(days=1)))

    with pytest.raises(CannotDecideApproval, match="a day to come"):
        grant_approval(actor=AGREEING, request_id=open_approval(edition).pk, note="", now=NOW + timedelta(days=1))
    agree(edition)


@pytest.mark.parametrize("smuggle", ["en: Y", "checks: ["])
def test_what_changes_between_proposal_and_decision_is_refused(smuggle: str) -> None:
    edition = propose(write(begin(), TITLE, "en: X"))
    row = ServiceEdition.objects.filter(pk=edition.pk)
    row.update(text=edition.text.replace("en: X", smuggle))

    with pytest.raises(CannotDecideApproval, match="altered"):
        agree(edition)
    row.update(text=edition.text)
    agree(edition)


def test_a_row_altered_after_its_adoption_is_left_out_and_the_service_goes_on() -> None:
    edition = adopted(TITLE, "en: X")
    row = ServiceEdition.objects.filter(pk=edition.pk)
    row.update(text=edition.text.replace("en: X", "en: Y"), adoption=2)

    take_up_editions()

    assert titles(BEGINS) == get_service(CARD, on=TODAY).title["en"] not in ("X", "Y")


def test_of_two_editors_of_one_draft_the_second_is_told() -> None:
    draft = begin()
    first = write(draft, TITLE, "en: First")

    with pytest.raises(CannotEdit, match="meanwhile"):
        save_draft(
            actor=AGREEING, number=draft.number, text=draft.text, reason="", revision=draft.revision - 1, now=NOW
        )
    assert ServiceEdition.objects.get(pk=draft.pk).text == first.text


def test_what_is_proposed_can_no_longer_be_changed() -> None:
    edition = propose(write(begin(), TITLE, "en: X"))

    with pytest.raises(CannotEdit, match="no draft"):
        write(edition, "en: X", "en: Y")


def test_a_denial_gives_the_draft_back() -> None:
    edition = propose(write(begin(), TITLE, "en: X"))
    request = deny_approval(actor=AGREEING, request_id=open_approval(edition).pk, note="Not so.", now=NOW)
    give_back(ApprovalDenied(request_id=request.pk, kind=request.kind, object_ref=request.object_ref))
    give_back(ApprovalDenied(request_id=request.pk, kind=request.kind, object_ref=request.object_ref))

    draft = ServiceEdition.objects.get(pk=edition.pk)
    assert (draft.is_draft, draft.proposed_by_person) == (True, "")
    adopt(propose(write(draft, "en: X", "en: Y", begins=BEGINS)))
    assert titles(BEGINS) == "Y"


def test_every_step_is_in_the_audit_log() -> None:
    adopted(TITLE, "en: X")

    in_order = sorted(list_events(), key=lambda event: event.id)
    steps = [event.action for event in in_order if event.action.startswith("editions.")]
    assert steps == ["editions.started", "editions.saved", "editions.proposed", "editions.agreed", "editions.adopted"]


def test_a_service_ends_after_notice() -> None:
    ends_on = TODAY + timedelta(days=30)

    ended(ends_on)

    assert get_service(CARD, on=ends_on - timedelta(days=1))
    with pytest.raises(ServiceNotInForce) as gone:
        get_service(CARD, on=ends_on)
    assert gone.value.reason is NotInForce.ENDED
    assert CARD not in [service.code for service in list_services(on=ends_on)]


def test_a_service_does_not_end_without_notice_twice_or_before_a_later_version() -> None:
    def end(days: int) -> None:
        propose_end(actor=WRITING, service_code=CARD, ends_on=TODAY + timedelta(days=days), reason="No need.", now=NOW)

    with pytest.raises(CannotEdit, match="told beforehand"):
        end(29)
    adopted(TITLE, "en: X", begins=TODAY + timedelta(days=60))
    with pytest.raises(CannotEdit, match="later version"):
        end(40)
    ended(TODAY + timedelta(days=90))
    with pytest.raises(CannotEdit, match="not in force"):
        end(120)


def test_a_process_learns_of_an_edition_with_one_query_in_some_seconds(settings: Any) -> None:
    settings.GAPURA_EDITION_SECONDS = 5

    def count_queries(shown: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            found = {titles(BEGINS) for _ in range(50)}
        assert found == {shown}
        return len(queries)

    with looks_timed() as move_on:
        edition = agree(propose(write(begin(), TITLE, "en: X")))
        before = titles(BEGINS)
        grant_approval(actor=DECIDING, request_id=open_approval(edition).pk, note="", now=NOW)
        counts = [count_queries(before)]
        for _look in range(2):
            move_on(5)
            counts.append(count_queries("X"))

    assert counts == [0, 2, 1]
