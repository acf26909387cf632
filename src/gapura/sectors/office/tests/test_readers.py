"""Who may read a document, asked one by one and as a list: both agree."""

import contextlib

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import merge_units
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office import testing
from gapura.sectors.office.queries import access_document, access_draft, list_readable_documents
from gapura.sectors.office.testing import make_document, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.database]
EVERYBODY = ("analyst", "colleague", "head", "director", "lawyer", "minister", "neighbor")
READERS = {
    "named": {"analyst"},
    "unit": {"analyst", "colleague", "head", "director", "minister"},
    "office": {"analyst", "colleague", "head", "director", "lawyer", "minister"},
    "agency": {"analyst", "colleague", "head", "director", "lawyer", "minister"},
    "government": set(EVERYBODY),
}


@pytest.mark.parametrize("reach", READERS)
def test_each_reach_is_for_these_and_nobody_else(reach):
    office = make_office()
    document = make_document(office.analyst, reach=reach)
    opened, listed = set(), set()
    for name in EVERYBODY:
        actor = getattr(office, name)
        if list_readable_documents(actor).filter(pk=document.pk).exists():
            listed.add(name)
        with contextlib.suppress(AccessDenied):
            opened.add(name) if access_document(actor, document.code) else None
    assert opened == listed == READERS[reach]


def test_only_who_writes_it_may_write_in_it_and_only_before_it_is_registered():
    office = make_office()
    document = make_document(office.analyst)
    assert access_draft(office.analyst, document.code) == document
    with pytest.raises(AccessDenied):
        access_draft(office.head, document.code)
    testing.OfficialDocument.objects.update(status="rejected")
    with pytest.raises(AccessDenied):
        access_draft(office.analyst, document.code)


def test_a_merged_units_documents_are_its_successors():
    office = make_office()
    document = make_document(office.lawyer)
    assert not list_readable_documents(office.colleague).exists()
    merge_units(actor=system_actor("test"), code=testing.LEGAL, successor=testing.STANDARDS, on=testing.NOW.date())
    assert list(list_readable_documents(office.colleague)) == [document]
    assert access_document(office.colleague, document.code) == document
