"""From an order to a document that verifies, and what it takes to end it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.documents.actions import (
    CannotEndDocument,
    CaseHasDocument,
    SubjectMismatch,
    archive_document,
    count_use,
    record_document,
    render_document,
    replace_document,
    revoke_document,
)
from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.queries import (
    NotADocument,
    access_document,
    find_document,
    find_document_of_case,
    get_content,
    get_facts,
    list_documents_of,
    list_valid_documents_about,
    verify_code,
    verify_file,
)
from gapura.kernel.documents.testing import NOW, PERSON, new_order
from gapura.kernel.documents.types import (
    CannotSealDocument,
    DocumentStatus,
    SealedDocument,
    UseKind,
    VerificationOutcome,
)
from gapura.kernel.identity.types import AccessDenied

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
HOUSE = system_actor("test")


def resident(number: str) -> Actor:
    return Actor(
        ActorKind.RESIDENT,
        "resident",
        account_id=1,
        person_number=number,
        assurance=AssuranceLevel.SUBSTANTIAL,
    )


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def sealed(authority: DemoAuthority) -> SealedDocument:
    return render_document(new_order())


@pytest.fixture
def issued(sealed):
    return record_document(actor=resident(PERSON), sealed=sealed, now=NOW)


def test_a_recorded_document_verifies_by_code_and_by_file(sealed, issued):
    by_code = verify_code(grouped(sealed.code).lower(), today=TODAY)
    by_file = verify_file(sealed.content, today=TODAY)
    assert by_code == by_file
    assert by_code.outcome is VerificationOutcome.GENUINE
    assert (by_code.code, by_code.title, by_code.issued_at) == (sealed.code, sealed.order.title, NOW)


def test_before_it_is_recorded_a_document_exists_for_nobody(sealed):
    assert verify_code(sealed.code, today=TODAY).outcome is VerificationOutcome.UNKNOWN
    assert verify_file(sealed.content, today=TODAY).outcome is VerificationOutcome.UNKNOWN


def test_the_public_answer_holds_no_name_and_no_number_in_full(issued):
    told = repr(verify_code(issued.code, today=TODAY))
    assert PERSON not in told
    assert "Wahyuni" not in told
    assert "S••• W••• L•••" in told


def test_one_changed_byte_anywhere_makes_a_file_altered(sealed, issued):
    for position in range(10, len(sealed.content), 997):
        changed = bytearray(sealed.content)
        changed[position] ^= 1
        assert verify_file(bytes(changed), today=TODAY).outcome is VerificationOutcome.ALTERED, position


def test_an_altered_file_tells_nothing_of_the_document_it_was_made_from(sealed, issued):
    told = verify_file(sealed.content + b" ", today=TODAY)
    assert told.outcome is VerificationOutcome.ALTERED
    assert (told.code, told.name_masked, told.issued_at) == ("", "", None)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"MZ" * 100, b"%PDF" + bytes(6 * 1024 * 1024)])
def test_what_is_no_document_is_refused_before_anything_reads_it(content):
    with pytest.raises(NotADocument):
        verify_file(content, today=TODAY)


def test_a_pdf_that_names_no_document_of_ours_is_unknown(issued):
    assert verify_file(b"%PDF-1.7 nothing", today=TODAY).outcome is VerificationOutcome.UNKNOWN
    foreign = b"%PDF-1.7 https://example.org/verify/0000000000000000/"
    assert verify_file(foreign, today=TODAY).outcome is VerificationOutcome.UNKNOWN


def test_a_document_expires_on_the_first_day_it_is_no_longer_valid(issued):
    last_day = issued.valid_until - timedelta(days=1)
    assert verify_code(issued.code, today=last_day).outcome is VerificationOutcome.GENUINE
    assert verify_code(issued.code, today=issued.valid_until).outcome is VerificationOutcome.EXPIRED


def test_a_revoked_document_verifies_as_revoked_by_code_and_by_file(sealed, issued):
    revoke_document(actor=HOUSE, code=issued.code, reason="register-corrected", now=NOW)
    assert verify_code(issued.code, today=TODAY).outcome is VerificationOutcome.REVOKED
    assert verify_file(sealed.content, today=TODAY).outcome is VerificationOutcome.REVOKED
    assert verify_code(issued.code, today=issued.valid_until).outcome is VerificationOutcome.REVOKED


def test_a_document_is_ended_once_and_with_a_reason(issued):
    with pytest.raises(CannotEndDocument, match="why"):
        revoke_document(actor=HOUSE, code=issued.code, reason=" ", now=NOW)
    revoke_document(actor=HOUSE, code=issued.code, reason="wrong", now=NOW)
    with pytest.raises(CannotEndDocument, match="revoked already"):
        revoke_document(actor=HOUSE, code=issued.code, reason="again", now=NOW)
    with pytest.raises(CannotEndDocument, match="no document"):
        revoke_document(actor=HOUSE, code="0" * 16, reason="absent", now=NOW)


def test_a_replacement_takes_the_place_of_a_document_in_the_same_case(issued):
    replacement = replace_document(
        actor=HOUSE, code=issued.code, replacement=render_document(new_order()), reason="corrected", now=NOW
    )
    assert verify_code(issued.code, today=TODAY).outcome is VerificationOutcome.REPLACED
    assert verify_code(replacement.code, today=TODAY).outcome is VerificationOutcome.GENUINE
    assert find_document(issued.code).replaced_by_id == replacement.code
    assert find_document_of_case(issued.case_number) == replacement


def test_a_document_is_replaced_only_by_one_about_and_for_the_same_people(issued):
    other = render_document(new_order(holder="3171011203880001"))
    with pytest.raises(SubjectMismatch):
        replace_document(actor=HOUSE, code=issued.code, replacement=other, reason="corrected", now=NOW)
    assert verify_code(issued.code, today=TODAY).outcome is VerificationOutcome.GENUINE


@pytest.mark.parametrize("database_says_no", [True, False])
def test_one_case_results_in_one_document(issued, database_says_no):
    second = render_document(new_order() if database_says_no else new_order(case_number="GP-2026-0002"))
    if not database_says_no:
        record_document(actor=resident(PERSON), sealed=second, now=NOW)
        return
    with pytest.raises(CaseHasDocument), transaction.atomic():
        record_document(actor=resident(PERSON), sealed=second, now=NOW)
    assert [d.code for d in list_documents_of(PERSON)] == [issued.code]


def test_facts_of_another_person_stop_the_issue(sealed):
    wrong = replace(sealed.order.facts[0], subject="3171011203880001")
    mixed = replace(sealed, order=replace(sealed.order, facts=(*sealed.order.facts, wrong)))
    with pytest.raises(SubjectMismatch, match=r"civil\.birth"):
        record_document(actor=resident(PERSON), sealed=mixed, now=NOW)
    assert find_document(sealed.code) is None


def test_a_document_without_facts_is_not_issued(sealed):
    with pytest.raises(SubjectMismatch):
        record_document(actor=HOUSE, sealed=replace(sealed, order=replace(sealed.order, facts=())), now=NOW)


def test_a_person_cannot_be_issued_what_another_one_holds(sealed):
    with pytest.raises(SubjectMismatch, match="proven"):
        record_document(actor=resident("3171011203880001"), sealed=sealed, now=NOW)
    assert record_document(actor=resident(PERSON), sealed=sealed, now=NOW).holder == PERSON


def test_the_audit_event_holds_the_hash_of_the_sealed_bytes(issued, sealed):
    (event,) = list_events(case_number=issued.case_number)
    assert event.action == "documents.issued"
    assert event.detail["sha256"] == sealed.sha256


def test_facts_come_back_as_they_were_stated(issued, sealed):
    assert get_facts(issued) == sealed.order.facts


def test_only_valid_documents_of_the_wanted_facts_are_found(issued):
    assert list_valid_documents_about(PERSON, {"civil.birth"}) == [issued]
    assert list_valid_documents_about(PERSON) == [issued]
    assert list_valid_documents_about(PERSON, {"civil.marriage"}) == []
    revoke_document(actor=HOUSE, code=issued.code, reason="wrong", now=NOW)
    assert list_valid_documents_about(PERSON, {"civil.birth"}) == []


@pytest.mark.parametrize(
    ("actor", "readable"),
    [
        (resident(PERSON), True),
        (resident("3171011203880001"), False),
        (Actor(ActorKind.RESIDENT, "unproven", account_id=2), False),
        (Actor(ActorKind.OFFICIAL, "Registrar", post_code="p", agency_code="dukcapil"), False),
        (Actor(ActorKind.OFFICIAL, "Clerk", post_code="q", agency_code="kua"), False),
        (HOUSE, True),
    ],
)
def test_who_may_read_a_document(issued, actor, readable):
    if readable:
        assert access_document(actor, issued.code) == issued
    else:
        with pytest.raises(AccessDenied):
            access_document(actor, issued.code)


def test_a_document_that_does_not_exist_is_denied_like_one_that_may_not_be_read(issued):
    with pytest.raises(AccessDenied):
        access_document(resident(PERSON), "0" * 16)


def test_every_use_is_counted_and_nobody_is_named(issued):
    for how in (UseKind.CODE, UseKind.FILE, UseKind.DOWNLOAD):
        count_use(code=issued.code, how=how, now=NOW)
    count_use(code="0" * 16, how=UseKind.CODE, now=NOW)
    assert verify_code(issued.code, today=TODAY).use_count == 3


def test_an_archived_document_verifies_in_both_forms(issued, sealed):
    archive_document(actor=HOUSE, code=issued.code, now=NOW)
    archived = get_content(issued)
    assert archived.startswith(sealed.content)
    assert len(archived) > len(sealed.content)
    for content in (sealed.content, archived):  # whichever the holder kept
        assert verify_file(content, today=TODAY).outcome is VerificationOutcome.GENUINE
    archive_document(actor=HOUSE, code=issued.code, now=NOW + timedelta(days=1))
    assert get_content(issued) == archived


def test_a_full_disk_while_storing_leaves_nothing_behind(sealed, monkeypatch):
    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("gapura.kernel.documents.actions.append_rows", full)
    with pytest.raises(CannotSealDocument, match=r"not issued .*disk is full"), transaction.atomic():
        record_document(actor=resident(PERSON), sealed=sealed, now=NOW)
    monkeypatch.undo()
    assert find_document(sealed.code) is None
    assert list_events(case_number=sealed.order.case_number) == []
    assert record_document(actor=resident(PERSON), sealed=sealed, now=NOW).code == sealed.code


@pytest.mark.parametrize(
    "change",
    [
        {"status": "lost"},
        {"status": DocumentStatus.REVOKED},
        {"status": DocumentStatus.REPLACED, "ended_at": NOW, "end_reason": "corrected"},
        {"ended_at": NOW},
    ],
)
def test_the_database_refuses_a_status_that_does_not_add_up(issued, change):
    for field, value in change.items():
        setattr(issued, field, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        issued.save()
