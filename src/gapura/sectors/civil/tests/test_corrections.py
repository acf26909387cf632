"""A register is corrected by two people: one proposes, another of the same office decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.testing import OutboxEvent
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil.actions.corrections import propose_correction
from gapura.sectors.civil.models import PersonEntry, ResidenceEntry
from gapura.sectors.civil.tests.desk import (
    ANI,
    BUDI,
    ELSEWHERE,
    NOW,
    OTHER_AGENCY,
    REGISTRAR,
    SUPERVISOR,
    TODAY,
    furnish,
    look_up,
)
from gapura.sectors.civil.types import CannotProposeCorrection, Correction

LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register() -> Iterator[None]:
    furnish()
    with translation.override("en"):
        yield


def person_entry(number: str = ANI) -> PersonEntry:
    return PersonEntry.objects.as_of(TODAY).known_at(None).get(number=number)


def spelling(value: str = "Ani Widjaja", **more: object) -> Correction:
    given = {"register": "person", "entry_id": person_entry().pk, "field": "full_name"}
    return Correction(**given | {"value": value, "evidence": "Birth certificate B-1"} | more)


def propose(correction: Correction | None = None, *, number: str = ANI, actor: Actor = REGISTRAR) -> int:
    opened = look_up(number, actor=actor)
    return propose_correction(
        actor=actor, look_up_number=opened.number, correction=correction or spelling(), today=TODAY, now=NOW
    )


def test_a_granted_correction_supersedes_what_was_believed_and_keeps_it_readable() -> None:
    request_id = propose()
    assert person_entry().full_name == "Ani Wijaya"
    grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=LATER)
    corrected = person_entry()
    assert (corrected.full_name, corrected.valid_from) == ("Ani Widjaja", date(1990, 5, 2))
    assert (corrected.source_kind, corrected.source_reference[:2]) == ("case", "LU")
    assert PersonEntry.objects.known_at(NOW).get(number=ANI).full_name == "Ani Wijaya"
    changed = OutboxEvent.objects.get(event_class__endswith="RegisterChanged").payload
    assert (changed["subject"], changed["correction"]) == (ANI, True)


def test_a_denied_correction_changes_nothing() -> None:
    request_id = propose()
    deny_approval(actor=SUPERVISOR, request_id=request_id, note="The certificate says Wijaya.", now=LATER)
    assert person_entry().full_name == "Ani Wijaya"


def test_a_fact_that_changed_on_a_day_begins_a_new_entry_there() -> None:
    changed = spelling("farmer", field="occupation", valid_from=date(2022, 1, 1))
    grant_approval(actor=SUPERVISOR, request_id=propose(changed), note="", now=LATER)
    entries = PersonEntry.objects.filter(number=ANI).known_at(None).order_by("valid_from")
    assert list(entries.values_list("occupation", "valid_from", "valid_until")) == [
        ("teacher", date(1990, 5, 2), date(2022, 1, 1)),
        ("farmer", date(2022, 1, 1), None),
    ]


def test_an_error_repeated_in_later_entries_is_corrected_in_all_of_them() -> None:
    entry = person_entry()
    facts = {f.name: getattr(entry, f.name) for f in entry._meta.concrete_fields if f.name != "id"}
    married = PersonEntry(**facts | {"marital_status": "married", "valid_from": date(2015, 1, 1)})
    source = Source(SourceKind.CASE, "C-1")
    record_entry(actor=SUPERVISOR, entry=married, source=source, now=datetime(2021, 1, 1, tzinfo=UTC))
    latest = PersonEntry.objects.known_at(None).get(number=ANI, valid_until=None)
    grant_approval(actor=SUPERVISOR, request_id=propose(spelling(entry_id=latest.pk)), note="", now=LATER)
    believed = PersonEntry.objects.filter(number=ANI).known_at(None).order_by("valid_from")
    assert list(believed.values_list("full_name", "marital_status")) == [
        ("Ani Widjaja", "single"),
        ("Ani Widjaja", "married"),
    ]


def test_a_corrected_birth_date_moves_the_beginning_of_the_person() -> None:
    born = spelling("1990-05-12", field="birth_on")
    grant_approval(actor=SUPERVISOR, request_id=propose(born), note="", now=LATER)
    assert (person_entry().birth_on, person_entry().valid_from) == (date(1990, 5, 12), date(1990, 5, 12))


def test_the_neighborhood_is_one_fact_in_two_columns() -> None:
    entry = ResidenceEntry.objects.get(number=ANI)
    wrong = Correction("residence", entry.pk, "neighbourhood", "003/004", "Letter of the RT")
    grant_approval(actor=SUPERVISOR, request_id=propose(wrong), note="", now=LATER)
    corrected = ResidenceEntry.objects.known_at(None).get(number=ANI)
    assert (corrected.rt, corrected.rw) == ("003", "004")


UNFIT = {
    "the value it has": {"value": "Ani Wijaya"},
    "an empty value": {"value": " "},
    "a value too long": {"value": "A" * 101},
    "no proof": {"evidence": " "},
    "a field that is never corrected": {"field": "number", "value": "1"},
    "a code outside the list": {"field": "religion", "value": "jedi"},
    "no date": {"field": "birth_on", "value": "yesterday"},
    "a day before the entry": {"valid_from": date(1980, 1, 1)},
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_correction_is_not_proposed_with(what: str) -> None:
    with pytest.raises(CannotProposeCorrection):
        propose(spelling(**UNFIT[what]))
    assert not ApprovalRequest.objects.exists()


def test_the_same_entry_waits_for_one_decision_at_a_time() -> None:
    propose()
    with pytest.raises(CannotProposeCorrection):
        propose()


def test_only_the_office_of_the_residence_proposes() -> None:
    for actor in (ELSEWHERE, OTHER_AGENCY):
        with pytest.raises(AccessDenied):
            propose(actor=actor)
    assert not ApprovalRequest.objects.exists()
    of_budi = spelling(entry_id=person_entry(BUDI).pk)
    assert propose(of_budi, number=BUDI, actor=ELSEWHERE)


def test_an_entry_of_another_person_cannot_be_reached_through_a_look_up() -> None:
    with pytest.raises(AccessDenied):
        propose(spelling(entry_id=person_entry(BUDI).pk))
    with pytest.raises(AccessDenied):
        propose(spelling(register="family"))


def test_nobody_decides_about_their_own_data() -> None:
    request_id = propose()
    with pytest.raises(CannotDecideApproval, match="your own"):
        grant_approval(actor=replace(SUPERVISOR, person_number=ANI), request_id=request_id, note="", now=LATER)
    assert grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=LATER)


@pytest.mark.parametrize(
    "decider",
    [
        official("3273010101800002", office_code="32.73"),
        official("3171010101800006", agency_code="kua"),
        official("3171010101800007", roles=["audit.auditor"]),
    ],
    ids=["other office", "other agency", "other role"],
)
def test_the_proposal_does_not_exist_for_others(decider: Actor) -> None:
    request_id = propose()
    with pytest.raises(AccessDenied):
        grant_approval(actor=decider, request_id=request_id, note="", now=LATER)
    assert person_entry().full_name == "Ani Wijaya"


def test_an_entry_corrected_meanwhile_is_not_corrected_again() -> None:
    request_id, source = propose(), Source(SourceKind.CASE, "C-2")
    correct_entry(actor=SUPERVISOR, entry=person_entry(), changes={"education": "primary"}, source=source, now=NOW)
    with pytest.raises(CannotDecideApproval, match="meantime"):
        grant_approval(actor=SUPERVISOR, request_id=request_id, note="", now=LATER)
    assert person_entry().full_name == "Ani Wijaya"


def test_the_decider_reads_every_fact_of_the_proposal() -> None:
    request = ApprovalRequest.objects.get(pk=propose(spelling("protestant", field="religion")))
    shown = " | ".join(
        f"{label}: {value}" for label, value in get_approval_handler(request.kind).list_facts(request.proposal)
    )
    for word in (ANI, "Birth certificate B-1", "Islam", "Protestant"):
        assert word in shown
