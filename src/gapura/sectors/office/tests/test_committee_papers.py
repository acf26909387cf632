"""What a committee decides about records is an official document of the archive's unit, as any other."""

from dataclasses import replace

import pytest

from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.office.actions.destruction import decide_destruction, propose_destruction
from gapura.sectors.office.actions.dispatch import dispatch_document
from gapura.sectors.office.models import Destruction, OfficialDocument
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.finding import find_things
from gapura.sectors.office.testing import OTHER_AGENCY, STANDARDS
from gapura.sectors.office.tests.archive_office import DUE, make_archive, make_closed_folder
from gapura.sectors.office.types import CannotArchive, DispatchReceiver

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def archive(db):
    return make_archive()


@pytest.fixture
def members(archive):
    return [archive.office.director, archive.office.lawyer, archive.second]


@pytest.fixture
def proposed(archive, members):
    return propose(archive.archivist, make_closed_folder(archive), members)


def propose(actor, folder, members, reason="The *term* is over."):
    posts = [one.post_code for one in members]
    return propose_destruction(
        actor=actor, folder_codes=[folder.code], member_posts=posts, reason=reason, consent="", now=DUE
    )


def decide(actor, destruction, *, agrees=True, reason=""):
    return decide_destruction(
        actor=actor, code=destruction.code, agrees=agrees, reason=reason, listing=destruction.listing, now=DUE
    )


def get_paper(destruction):
    return OfficialDocument.objects.get(code=Destruction.objects.get(pk=destruction.pk).paper)


def test_the_decision_is_numbered_filed_for_ever_and_sealed(archive, members, proposed):
    for member in members[:-1]:
        assert decide(member, proposed).paper == ""
    decide(members[-1], proposed)
    paper = get_paper(proposed)
    assert (paper.status, paper.unit_code, paper.task_code) == ("registered", STANDARDS, "AR.02")
    assert (paper.form, paper.retention, paper.folder.unit_code) == ("record", "permanent", STANDARDS)
    assert paper.number
    assert paper.registered_at == DUE
    assert bytes(paper.sealed).startswith(b"%PDF-")
    assert b"pdfaid" in bytes(paper.sealed)
    assert get_seal_provider().list_roots()
    assert "The \\*term\\* is over." in paper.body
    assert proposed.items.get().folder.code in paper.body
    assert len(paper.fields["parties"]) == 3


def test_a_refusal_is_registered_with_its_reason(archive, members, proposed):
    decide(members[0], proposed, agrees=False, reason="A court needs it")
    paper = get_paper(proposed)
    assert "A court needs it" in paper.body
    assert paper.title != ""
    assert Destruction.objects.get(pk=proposed.pk).state == "stopped"


def test_its_members_and_the_archives_unit_read_and_find_it_and_nobody_else(archive, members, proposed):
    for member in members:
        decide(member, proposed)
    deliver_pending()
    paper = get_paper(proposed)
    for actor in (*members, archive.archivist, archive.office.analyst):
        assert access_document(actor, paper.code) == paper
        assert [one.code for one in find_things(actor, proposed.code)] == [paper.code]
    with pytest.raises(AccessDenied):
        access_document(archive.office.neighbor, paper.code)
    assert find_things(archive.office.neighbor, proposed.code) == []


def test_it_is_dispatched_as_any_other(archive, members, proposed):
    for member in members:
        decide(member, proposed)
    receiver = DispatchReceiver("Direktorat Aplikasi, Komdigi", OTHER_AGENCY)
    sent = dispatch_document(actor=archive.archivist, document=get_paper(proposed), receivers=[receiver], now=DUE)
    assert [one.state for one in sent] == ["waiting"]


def test_a_list_is_made_in_a_unit(archive, members):
    folder = make_closed_folder(archive)
    with pytest.raises(CannotArchive, match="archivist of a unit"):
        propose(replace(archive.archivist, unit_code=""), folder, members)
    assert not Destruction.objects.exists()


def test_what_cannot_be_registered_stops_the_last_vote_and_nothing_is_destroyed(archive, members, proposed):
    for member in members[:-1]:
        decide(member, proposed)
    long_ago = DUE.replace(year=2050)
    other = propose(archive.archivist, make_closed_folder(archive, serial=50, year=2025), members)
    for member in members:
        decide_destruction(actor=member, code=other.code, agrees=True, reason="", listing=other.listing, now=long_ago)
    with pytest.raises(CannotArchive, match="clock"):
        decide(members[-1], proposed)
    assert Destruction.objects.get(pk=proposed.pk).state == "proposed"
