"""A corrected register replaces what was sealed from it; the control finds what was never in the register."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import is_faithful, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.models import Document
from gapura.kernel.documents.queries import find_document, get_facts, verify_code
from gapura.kernel.documents.types import DocumentStatus, VerificationOutcome
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil.models import FamilyMembership, PersonEntry, ResidenceEntry
from gapura.sectors.civil.testing import make_family, make_marriage, make_person, make_residence

pytestmark = pytest.mark.django_db

ACTOR = system_actor("test")
CASE = Source(SourceKind.CASE, "CORRECTION1")
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"


@pytest.fixture(autouse=True)
def family() -> Iterator[None]:
    stand_all_agreements()
    make_person(BUDI, "Budi Wijaya", sex="male", birth_on=date(1988, 5, 1))
    make_person(ANI, "Ani Wijaya")
    make_residence(BUDI)
    make_residence(ANI)
    make_family("3171010101150001", {BUDI: "head", ANI: "wife"})
    with clock.frozen(NOW):
        yield


def issue(person: str, service: str) -> Document:
    case = submit_application(
        actor=resident(person),
        service_code=service,
        subject=person,
        relation="self",
        answers={},
        language="id",
        idempotency_key=f"{person}-{service}",
        now=clock.now(),
    )
    document = find_document(case.document_code)
    assert document is not None
    return document


def correct_name(person: str, name: str) -> None:
    entry = PersonEntry.objects.get(number=person, superseded_at__isnull=True)
    correct_entry(actor=ACTOR, entry=entry, changes={"full_name": name}, source=CASE, now=clock.now())


def test_a_corrected_name_replaces_the_paper_and_the_old_one_verifies_as_replaced() -> None:
    old = issue(ANI, "civil.person-extract")
    with clock.frozen(NOW + timedelta(days=1)):
        correct_name(ANI, "Ani Widjaja")
        deliver_pending()
        old.refresh_from_db()
        assert old.status == DocumentStatus.REPLACED
        assert verify_code(old.code, today=date(2026, 5, 5)).outcome is VerificationOutcome.REPLACED
        new = Document.objects.get(status=DocumentStatus.VALID)
        names = {r.get("full_name") for f in get_facts(new) for r in f.records}
        assert "Ani Widjaja" in names
        assert Case.objects.get().document_code == new.code
        assert "document_replaced" in [m.kind for m in list_messages(ANI)]


def test_the_family_card_of_a_relative_is_replaced_too() -> None:
    card = issue(BUDI, "civil.family-card")
    with clock.frozen(NOW + timedelta(days=1)):
        correct_name(ANI, "Ani Widjaja")
        deliver_pending()
    card.refresh_from_db()
    assert card.status == DocumentStatus.REPLACED


def test_a_corrected_marriage_replaces_the_papers_of_both() -> None:
    marriage = make_marriage(BUDI, ANI, date(2014, 5, 1))
    papers = [issue(person, "civil.marriage-extract") for person in (ANI, BUDI)]
    with clock.frozen(NOW + timedelta(days=1)):
        correct_entry(actor=ACTOR, entry=marriage, changes={"married_at": "Bogor"}, source=CASE, now=clock.now())
        deliver_pending()
    for paper in papers:
        paper.refresh_from_db()
        assert paper.status == DocumentStatus.REPLACED


def test_a_paper_that_does_not_state_the_corrected_fact_stays_valid() -> None:
    paper = issue(ANI, "civil.residence-certificate")
    with clock.frozen(NOW + timedelta(days=1)):
        entry = PersonEntry.objects.get(number=ANI, superseded_at__isnull=True)
        correct_entry(actor=ACTOR, entry=entry, changes={"blood_type": "AB"}, source=CASE, now=clock.now())
        deliver_pending()
    paper.refresh_from_db()
    assert paper.status == DocumentStatus.VALID


def test_a_later_move_leaves_the_paper_of_an_earlier_day_alone() -> None:
    paper = issue(ANI, "civil.residence-certificate")
    with clock.frozen(NOW + timedelta(days=30)):
        moved = ResidenceEntry(
            number=ANI,
            street="Jl. Baru 9",
            rt="003",
            rw="004",
            village_code="32.73.01.1001",
            valid_from=date(2026, 6, 1),
        )
        record_entry(actor=ACTOR, entry=moved, source=CASE, now=clock.now())
        deliver_pending()
    paper.refresh_from_db()
    assert paper.status == DocumentStatus.VALID


def test_a_paper_whose_evidence_was_wrong_altogether_is_revoked() -> None:
    card = issue(ANI, "civil.family-card")
    with clock.frozen(NOW + timedelta(days=1)):
        membership = FamilyMembership.objects.get(number=ANI, superseded_at__isnull=True)
        end_entry(actor=ACTOR, entry=membership, ended_on=date(2016, 1, 1), source=CASE, now=clock.now())
        deliver_pending()
    card.refresh_from_db()
    assert card.status == DocumentStatus.REVOKED


def test_delivering_the_correction_twice_replaces_once() -> None:
    issue(ANI, "civil.person-extract")
    with clock.frozen(NOW + timedelta(days=1)):
        correct_name(ANI, "Ani Widjaja")
        deliver_pending()
        correct_name(ANI, "Ani Widjaja")
        deliver_pending()
    assert Document.objects.count() == 2


def test_every_paper_agrees_with_the_register_as_known_at_its_issue_even_after_corrections() -> None:
    old = issue(ANI, "civil.person-extract")
    with clock.frozen(NOW + timedelta(days=1)):
        correct_name(ANI, "Ani Widjaja")
        deliver_pending()
    later = NOW + timedelta(days=2)
    assert all(is_faithful(actor=ACTOR, code=d.code, now=later) for d in Document.objects.order_by("pk"))
    facts = old.facts
    facts[0]["records"][0]["full_name"] = "Somebody Else"
    Document.objects.filter(pk=old.pk).update(facts=facts)
    assert not is_faithful(actor=ACTOR, code=old.code, now=later)
