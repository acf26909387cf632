"""What a committee destroyed stays destroyed, also in an older state of the rows (the whole way: tests/reliability)."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from gapura.kernel.audit.queries import list_events, list_findings
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.operations.actions import destroy_again
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office.actions.destruction import carry_out_destruction, decide_destruction, propose_destruction
from gapura.sectors.office.models import Destruction, DocumentVersion, Folder, FolderTerm, OfficialDocument
from gapura.sectors.office.queries.destroyed import list_deeds
from gapura.sectors.office.testing import AGENCY
from gapura.sectors.office.tests.archive_office import DUE, file_document, make_archive, make_closed_folder, make_folder

pytestmark = [pytest.mark.database]
HOUSE = system_actor("test")


class _Rollback(Exception):
    """The house is as it was before: an older copy."""


@pytest.fixture(autouse=True)
def authority(tmp_path: Path) -> Iterator[None]:
    before = get_seal_provider()
    register_seal_provider(create_authority(tmp_path / "pki", AGENCY, "anri", since=datetime(2026, 1, 1, tzinfo=UTC)))
    yield
    register_seal_provider(before)


def make_due():
    archive = make_archive()
    folder = make_closed_folder(archive, ("The secret wedding", "Second"))
    return archive, folder


def propose(archive, folder):
    office = archive.office
    posts = [one.post_code for one in (office.director, office.lawyer, archive.second)]
    given = {"folder_codes": [folder.code], "member_posts": posts, "reason": "The term is over.", "consent": ""}
    return propose_destruction(actor=archive.archivist, now=DUE, **given)


def carry_out(archive, destruction):
    for actor in (archive.office.director, archive.office.lawyer, archive.second):
        given = {"code": destruction.code, "agrees": True, "reason": "", "listing": destruction.listing}
        decide_destruction(actor=actor, now=DUE, **given)
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)


def destroy(archive, folder):
    carry_out(archive, propose(archive, folder))


def bodies():
    """Of the folder's documents, not of the paper on which the committee's decision is registered."""
    ours = OfficialDocument.objects.filter(title__in=["The secret wedding", "Second", "Moved out later"])
    return set(ours.values_list("body", flat=True))


@pytest.fixture
def deed(db):
    """The deed of a destruction, in a house that was then set back to before it: archive, folder, deed."""
    archive, folder = make_due()
    deed = set_back(archive, folder)
    return archive, folder, deed


def set_back(archive, folder):
    found = []
    with suppress(_Rollback), transaction.atomic():
        destroy(archive, folder)
        assert bodies() == {""}
        found.extend(list_deeds(()))
        raise _Rollback
    assert bodies() != {""}, "the words are back"
    (only,) = found
    return only


def again(deed):
    deed = type(deed)(deed.source, deed.code, deed.ended_at, *map(_through_json, (deed.named, deed.protocol)))
    return destroy_again(actor=HOUSE, deeds=[deed], now=DUE)


def _through_json(said):
    return json.loads(json.dumps(said))


def test_the_folder_its_term_and_the_committees_list_are_as_they_were(deed):
    _archive, folder, told = deed
    assert again(told) == (2, [])
    folder.refresh_from_db()
    destruction, term = Destruction.objects.get(), FolderTerm.objects.get()
    assert (folder.state, bodies()) == ("destroyed", {""})
    assert set(DocumentVersion.objects.filter(document__folder=folder).values_list("body", flat=True)) == {""}
    assert (destruction.state, destruction.code, destruction.members.count()) == ("done", told.code, 3)
    assert bytes(destruction.certificate_seal)
    assert destruction.items.get().destroyed_at == DUE
    assert [one for one in list_findings() if one.row == f"office-folder:{term.code}"] == []
    assert {"office.folder_destroyed_again", "operations.destroyed_again"} <= {one.action for one in list_events()}


def test_to_do_it_twice_does_nothing_more(deed):
    _archive, _folder, told = deed
    assert again(told) == (2, [])
    assert again(told) == (0, [])
    assert Destruction.objects.count() == 1


def test_members_who_were_still_asked_when_the_copy_was_made_are_asked_no_more(db):
    archive, folder = make_due()
    destruction = propose(archive, folder)
    found = []
    with suppress(_Rollback), transaction.atomic():
        carry_out(archive, destruction)
        found.extend(list_deeds(()))
        raise _Rollback
    assert list_open_work(archive.office.lawyer).lines
    assert again(found[0]) == (2, [])
    assert not list_open_work(archive.office.lawyer).lines
    assert Destruction.objects.get().state == "done"


def test_a_copy_older_than_the_closing_of_the_folder_is_closed_and_emptied(deed):
    _archive, folder, told = deed
    FolderTerm.objects.all().delete()
    Folder.objects.update(state="open", closed_on=None)
    assert again(told) == (2, [])
    folder.refresh_from_db()
    assert (folder.state, folder.term.fate, bodies()) == ("destroyed", "destroy", {""})


def test_what_the_committee_did_not_decide_about_stays(deed):
    """A document that was taken out of the folder before the committee met lies in it in an older copy."""
    archive, folder, told = deed
    other = file_document(archive.office.analyst, folder, 77, title="Moved out later", body="Kept.")
    assert again(told) == (2, [])
    folder.refresh_from_db()
    other.refresh_from_db()
    assert (other.body, folder.state) == ("Kept.", "closed")
    assert bodies() == {"", "Kept."}
    event = next(one for one in list_events() if one.action == "office.folder_emptied_in_part")
    assert event.detail["stays"] == 1
    assert [one for one in list_findings() if one.row == f"office-folder:{folder.term.code}"] == []


def test_a_document_is_found_in_whatever_folder_the_copy_had_it(deed):
    archive, folder, told = deed
    elsewhere = make_folder(archive.office.analyst, task="OT.01")
    moved = OfficialDocument.objects.get(title="Second")
    OfficialDocument.objects.filter(pk=moved.pk).update(folder=elsewhere)
    assert again(told) == (2, [])
    moved.refresh_from_db()
    elsewhere.refresh_from_db()
    folder.refresh_from_db()
    assert (moved.body, elsewhere.state, folder.state) == ("", "open", "destroyed")


def test_a_copy_from_before_the_first_document_has_nothing_to_destroy(deed):
    _archive, _folder, told = deed
    named = told.named | {"folders": [{**told.named["folders"][0], "code": "none/at/all", "documents": ["nothing"]}]}
    protocol = told.protocol | {"items": []}
    told = type(told)(told.source, told.code, told.ended_at, named, protocol)
    assert again(told) == (0, [])
    assert bodies() != {""}


def test_what_an_unknown_module_destroyed_is_named(deed):
    _archive, _folder, told = deed
    told = type(told)("warehouse", told.code, told.ended_at, told.named, told.protocol)
    gone, differences = again(told)
    assert (gone, len(differences)) == (0, 1)
    assert "warehouse" in differences[0]
