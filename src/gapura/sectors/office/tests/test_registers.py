"""Numbers of a register: no gap, no twin, no step back; and the folder that a record lies in."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from gapura.foundation.testing import at_once
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import merge_units
from gapura.kernel.outbox.testing import OutboxEvent
from gapura.sectors.office import testing
from gapura.sectors.office.actions import register_document
from gapura.sectors.office.models import Folder, OfficialDocument, UnitRegister
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CannotRegister

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def register(office, *, now=NOW, **chosen):
    document = make_document(office.analyst, **chosen)
    return register_document(actor=office.head, document=document, now=now)


def test_a_registered_document_has_its_number_and_lies_in_the_folder_of_its_task():
    office = make_office()
    document = register(office, direction="outgoing")
    assert document.number == "B-1/KEMENPAN-RB/SERVICES.STANDARDS/OT.01/XI/2026"
    stored = OfficialDocument.objects.get(pk=document.pk)
    assert (stored.status, stored.serial, stored.year, stored.registered_at) == ("registered", 1, 2026, NOW)
    assert stored.folder.code == f"{testing.STANDARDS}/OT.01/2026"
    assert stored.folder.retention == stored.retention == "permanent"
    assert OutboxEvent.objects.get(event_class__endswith="DocumentRegistered").payload["number"] == document.number


def test_each_direction_and_unit_has_a_register_of_its_own_and_a_folder_is_opened_once():
    office = make_office()
    assert [register(office).serial for _ in range(3)] == [1, 2, 3]
    assert register(office, direction="outgoing").serial == 1
    other = register_document(actor=office.lawyer, document=make_document(office.lawyer), now=NOW)
    assert other.serial == 1
    assert Folder.objects.count() == 2


@pytest.mark.parametrize(
    ("chosen", "words"), [({"status": "rejected"}, "number already"), ({"task_code": "KE.01"}, "not a task of this")]
)
def test_what_is_refused_or_not_the_agencys_task_gets_no_number(chosen, words):
    office = make_office()
    with pytest.raises(CannotRegister, match=words):
        register(office, **chosen)
    assert not UnitRegister.objects.filter(last_serial__gt=0).exists()
    assert register(office).serial == 1


def test_a_document_is_numbered_once():
    office = make_office()
    document = register(office)
    with pytest.raises(CannotRegister):
        register_document(actor=office.head, document=document, now=NOW)
    assert UnitRegister.objects.get().last_serial == 1


def test_the_year_is_that_of_the_countrys_day_and_begins_with_one_again():
    office = make_office()
    last_evening = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # a minute before midnight in Jakarta
    assert register(office, now=last_evening).number.endswith("ND-1/KEMENPAN-RB/SERVICES.STANDARDS/OT.01/XII/2026")
    first = register(office, now=last_evening + timedelta(minutes=1))
    assert (first.year, first.serial) == (2027, 1)
    assert first.folder.code.endswith("/2027")


def test_a_clock_set_back_a_little_keeps_the_order_and_far_back_gives_no_number():
    office = make_office()
    new_year = datetime(2026, 12, 31, 17, 10, tzinfo=UTC)
    assert register(office, now=new_year).year == 2027
    a_little = register(office, now=new_year - timedelta(minutes=20))
    assert (a_little.year, a_little.serial, a_little.registered_at) == (2027, 2, new_year)
    with pytest.raises(CannotRegister, match="clock"):
        register(office, now=new_year - timedelta(minutes=61))
    assert register(office, now=new_year + timedelta(seconds=1)).serial == 3


def test_a_closed_folder_takes_nothing_more_and_another_is_begun():
    office = make_office()
    register(office)
    Folder.objects.update(state="closed", closed_on=NOW.date())
    assert register(office).folder.code == f"{testing.STANDARDS}/OT.01/2026-2"


def test_a_draft_of_a_merged_unit_is_registered_by_its_successor():
    office = make_office()
    register(office)
    draft = make_document(office.lawyer)
    merge_units(actor=system_actor("test"), code=testing.LEGAL, successor=testing.STANDARDS, on=NOW.date())
    document = register_document(actor=office.head, document=draft, now=NOW)
    assert (document.unit_code, document.serial) == (testing.STANDARDS, 2)


@pytest.mark.django_db(transaction=True)
def test_eight_registrations_at_once_leave_no_gap_and_no_twin():
    office = make_office()
    documents = [make_document(office.analyst) for _ in range(24)]
    works = [partial(register_document, actor=office.head, document=one, now=NOW) for one in documents]
    for start in range(0, 24, 8):
        assert at_once(*works[start : start + 8]) == [None] * 8
    serials = OfficialDocument.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, 25))
    assert Folder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_back_when_the_approval_fails_after_it():
    office = make_office()

    def fail_after_numbering():
        with transaction.atomic():
            register(office)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_numbering()
    assert register(office).serial == 1
