"""Who may read a document at all: its class of secrecy, whoever names the reader and whatever its reach."""

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.approvals.types import PlannedStep, StepTask
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.testing import Account, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.circulation import circulate_document
from gapura.sectors.office.actions.dispatch import dispatch_document
from gapura.sectors.office.actions.drafts import change_particulars, name_writer
from gapura.sectors.office.actions.finding import index_everything
from gapura.sectors.office.actions.meetings import agree_to_meeting, request_meeting
from gapura.sectors.office.actions.minutes import add_paper
from gapura.sectors.office.actions.publication import list_new_documents, publish_document
from gapura.sectors.office.actions.submitting import submit_draft
from gapura.sectors.office.models import OfficialDocument, Publication
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries import documents as readable
from gapura.sectors.office.queries.archive import get_closing_report
from gapura.sectors.office.queries.documents import access_document, list_readable_documents
from gapura.sectors.office.queries.finding import find_things
from gapura.sectors.office.queries.meetings import access_paper
from gapura.sectors.office.queries.registers import RegisterFilters, count_hidden, list_register
from gapura.sectors.office.security import cleared_for, list_security_classes, ordinary_class
from gapura.sectors.office.testing import NOW, STANDARDS, make_document, make_office, make_record
from gapura.sectors.office.tests.archive_office import make_archive, make_closed_folder, pack
from gapura.sectors.office.types import (
    CannotArchive,
    CannotCirculate,
    CannotDisclose,
    CannotDispatch,
    CannotDraft,
    Direction,
    DispatchReceiver,
    Reach,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "secret"  # a class, no password


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


def classify(actor, document, security):
    return change_particulars(
        actor=actor, code=document.code, task_code=document.task_code, reach=Reach(document.reach), security=security,
        urgent=False, due_on=None, now=NOW,
    )  # fmt: skip


def test_the_classes_are_the_country_s_and_a_higher_rank_reads_more():
    assert list(list_security_classes()) == ["ordinary", "restricted", "secret", "top-secret"]
    assert ordinary_class() == "ordinary"
    assert cleared_for("staff") == cleared_for("none that is known") == ("ordinary",)
    assert cleared_for("administrator") == ("ordinary", "restricted")
    assert cleared_for("minister") == tuple(list_security_classes())


def test_a_secret_document_is_read_by_none_who_is_not_cleared_even_where_it_names_them(office):
    plain = make_document(office.director, reach="government")
    secret = make_document(office.director, reach="government", security=SECRET, title="Budget of the war")
    secret.readers.create(
        holder=f"post:{office.head.post_code}", agency_code="kemenpan-rb", ground="circulation", named_at=NOW
    )
    for actor in (office.head, office.analyst, office.neighbor):
        assert list(list_readable_documents(actor)) == [plain]
        assert access_document(actor, plain.code) == plain
        with pytest.raises(AccessDenied):
            access_document(actor, secret.code)
    for actor in (office.director, office.minister):
        assert set(list_readable_documents(actor)) == {plain, secret}
        assert access_document(actor, secret.code) == secret


def test_search_neither_finds_it_nor_lets_it_hide_what_may_be_read(office):
    for number in range(30):
        make_document(office.director, reach="government", security=SECRET, title=f"Budget {number}")
    make_document(office.director, reach="government", title="A long title in which the budget is named late")
    list(index_everything())
    found = find_things(office.analyst, "budget", limit=1)
    assert [one.said.title for one in found] == ["A long title in which the budget is named late"]
    assert len(find_things(office.director, "budget", limit=50)) == 31


def test_the_tests_would_notice_a_reader_who_is_not_asked_for_a_clearance(office, monkeypatch):
    monkeypatch.setattr(readable, "cleared_for", lambda rank: tuple(list_security_classes()))
    secret = make_document(office.director, reach="government", security=SECRET)
    assert access_document(office.analyst, secret.code) == secret
    assert list(list_readable_documents(office.analyst)) == [secret]


def test_a_draft_is_made_no_more_secret_than_its_writers_may_read(office):
    document = make_document(office.analyst)
    with pytest.raises(CannotDraft, match="could not read"):
        classify(office.analyst, document, "restricted")
    own = make_document(office.director)
    for wrong in ("top-secret", "nonsense"):
        with pytest.raises(CannotDraft):
            classify(office.director, own, wrong)
    assert classify(office.director, own, SECRET).security == SECRET
    with pytest.raises(CannotDraft, match="Leave the post out"):
        name_writer(actor=office.director, code=own.code, post_code=office.analyst.post_code, now=NOW)
    shared = make_document(office.director)
    name_writer(actor=office.director, code=shared.code, post_code=office.analyst.post_code, now=NOW)
    with pytest.raises(CannotDraft, match="Leave the post out"):
        classify(office.director, shared, SECRET)
    shared.refresh_from_db()
    assert shared.security == "ordinary"


def test_a_line_and_a_round_name_none_who_may_not_read_it(office):
    draft = make_document(office.director, security=SECRET, form="note", fields={"to": ["Everybody"]})
    step = PlannedStep(office.head.post_code, StepTask.APPROVAL, 1)
    with pytest.raises(CannotDisclose, match="becomes public"):
        submit_draft(actor=office.director, code=draft.code, steps=[step], now=NOW)
    ground = next(one for one in get_disclosure_terms().grounds.values() if not one.needs_end)
    OfficialDocument.objects.filter(pk=draft.pk).update(disclosure="closed", disclosure_ground=ground.code)
    with pytest.raises(CannotDraft, match="Leave the post out"):
        submit_draft(actor=office.director, code=draft.code, steps=[step], now=NOW)
    step = PlannedStep(office.minister.post_code, StepTask.APPROVAL, 1)
    assert submit_draft(actor=office.director, code=draft.code, steps=[step], now=NOW).status == "on-line"
    record = make_record(office.director, security=SECRET)
    with pytest.raises(CannotCirculate, match="Leave the post out"):
        circulate_document(
            actor=office.director, code=record.code, holders=[f"post:{office.analyst.post_code}"], now=NOW
        )
    circulate_document(actor=office.director, code=record.code, holders=[f"post:{office.minister.post_code}"], now=NOW)


def test_it_neither_leaves_the_agency_nor_becomes_public(office):
    record = make_record(office.director, security=SECRET, sealed=b"%PDF")
    to = DispatchReceiver("Other", "komdigi", "")
    with pytest.raises(CannotDispatch, match="class"):
        dispatch_document(actor=office.director, document=record, receivers=[to], now=NOW)
    plain = make_record(office.director, serial=2, sealed=b"%PDF")
    dispatch_document(actor=office.director, document=plain, receivers=[to], now=NOW)
    list_new_documents(actor=system_actor("test"), now=NOW)
    assert set(Publication.objects.values_list("document_code", flat=True)) == {plain.code}
    with pytest.raises(CannotDisclose):
        publish_document(actor=system_actor("test"), document=record, now=NOW)


def test_the_register_counts_it_and_shows_it_to_the_cleared_alone(office):
    record = make_record(office.director, security=SECRET, reach="unit")
    filters = RegisterFilters(record.unit_code, record.year, Direction(record.direction))
    assert list(list_register(office.director, filters)) == [record]
    assert count_hidden(office.director, filters) == 0
    assert count_hidden(office.analyst, filters) == 1


def test_an_archivist_packs_a_folder_only_of_what_they_may_read():
    archive = make_archive()
    folder = make_closed_folder(archive)
    assert pack(archive, folder)
    draft = make_document(archive.office.analyst, security=SECRET, title="The name of the source")
    report = get_closing_report(STANDARDS, 2026)
    assert "The name of the source" not in str(report)
    assert draft.code in str(report)
    OfficialDocument.objects.filter(folder=folder, title="First").update(security=SECRET)
    with pytest.raises(CannotArchive, match="may not read"):
        pack(archive, folder)
    client = Client()
    actor = archive.archivist
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    page = client.get(f"/desk/office/archive/folder/{folder.code}/").content.decode()
    assert "Second" in page
    assert "First" not in page


def test_a_paper_of_a_meeting_is_read_by_the_cleared_alone(office):
    hour = NOW.replace(hour=5)
    plan = MeetingPlan(
        "Round", "OT.01", hour, hour.replace(hour=6), "Asia/Jakarta", office.director.post_code,
        guests=[office.analyst.post_code, office.minister.post_code],
    )  # fmt: skip
    meeting = request_meeting(actor=office.head, plan=plan, now=NOW)
    agree_to_meeting(actor=office.director, code=meeting.code, now=NOW)
    secret = make_document(office.director, security=SECRET, reach="named")
    add_paper(actor=office.director, code=meeting.code, document=secret.code, now=NOW)
    assert access_paper(office.minister, meeting.code, secret.code) == secret
    with pytest.raises(AccessDenied):
        access_paper(office.analyst, meeting.code, secret.code)


def test_the_page_offers_the_writer_the_classes_that_they_may_read(office):
    def read(actor):
        document = make_document(actor)
        client = Client()
        sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
        return client.get(f"/desk/office/documents/{document.code}/particulars/").content.decode()

    assert 'value="secret"' in read(office.director)
    page = read(office.analyst)
    assert 'value="ordinary"' in page
    assert 'value="secret"' not in page
    assert 'value="restricted"' not in page
