"""A folder's life after its year: closed, judged anew, held, handed over for a receipt, destroyed by a committee."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.queries import list_open_approvals
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.queries import list_events, list_findings
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.queries import check_seal, load_certificate
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.office.actions import destruction as destroying
from gapura.sectors.office.actions.archive import (
    hold_folder,
    move_to_center,
    propose_appraisal,
    propose_closing,
    propose_lifting,
)
from gapura.sectors.office.actions.destruction import carry_out_destruction, decide_destruction, propose_destruction
from gapura.sectors.office.actions.emptying import EMPTIED, STAYS
from gapura.sectors.office.actions.packages import receipt_file, restore_package
from gapura.sectors.office.actions.proposals import tell_archivists
from gapura.sectors.office.actions.transfers import drop_content, record_receipt, send_to_archive
from gapura.sectors.office.models import (
    Appraisal,
    Destruction,
    DocumentVersion,
    Folder,
    FolderHold,
    FolderTerm,
    OfficialDocument,
    YearClosing,
)
from gapura.sectors.office.queries.archive import list_due
from gapura.sectors.office.queries.packages import list_related_models
from gapura.sectors.office.testing import AGENCY, STANDARDS, make_document
from gapura.sectors.office.tests.archive_office import (
    CLOSED,
    DUE,
    THEN,
    approve,
    file_document,
    make_archive,
    make_closed_folder,
    make_folder,
    pack,
)
from gapura.sectors.office.tests.test_packages import forget_everything
from gapura.sectors.office.types import CannotArchive, Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")


@pytest.fixture(autouse=True)
def authority(tmp_path: Path) -> Iterator[None]:
    before = get_seal_provider()
    register_seal_provider(create_authority(tmp_path / "pki", AGENCY, "anri", since=datetime(2026, 1, 1, tzinfo=UTC)))
    yield
    register_seal_provider(before)


@pytest.fixture
def archive():
    return make_archive()


def findings():
    term = FolderTerm.objects.get()
    return [one for one in list_findings() if one.row == f"office-folder:{term.code}"]


# Closing


def test_a_year_is_closed_by_two_archivists_on_what_both_saw(archive):
    draft = make_document(archive.office.analyst, now=THEN, title="Still open")
    folder = make_closed_folder(archive)
    closing, term = YearClosing.objects.get(), FolderTerm.objects.get()
    assert (folder.state, folder.closed_on) == ("closed", CLOSED.date())
    assert [one["title"] for one in closing.report["open_drafts"]] == ["Still open"]
    assert closing.report["by_task"] == [{"task": "OT.02", "documents": 2}]
    assert closing.seal
    assert (term.active_until.isoformat(), term.inactive_until.isoformat()) == ("2029-01-01", "2032-01-01")
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_nobody_closes_alone_and_nobody_but_an_archivist_of_the_office(archive):
    file_document(archive.office.analyst, make_folder(archive.office.analyst), 1)
    with pytest.raises(AccessDenied):
        propose_closing(actor=archive.office.analyst, unit_code=STANDARDS, year=2026, now=CLOSED)
    with pytest.raises(AccessDenied):
        propose_closing(actor=archive.archivist, unit_code="komdigi/applications", year=2026, now=CLOSED)
    propose_closing(actor=archive.archivist, unit_code=STANDARDS, year=2026, now=CLOSED)
    with pytest.raises(CannotArchive, match="already awaits"):
        propose_closing(actor=archive.second, unit_code=STANDARDS, year=2026, now=CLOSED)
    (request,) = list_open_approvals(archive.archivist)
    with pytest.raises(CannotDecideApproval, match="another person"):
        grant_approval(actor=archive.archivist, request_id=request.pk, note="", now=CLOSED)
    assert Folder.objects.get().state == "open"
    grant_approval(actor=archive.second, request_id=request.pk, note="", now=CLOSED)
    with pytest.raises(CannotDecideApproval, match="already"):
        grant_approval(actor=archive.third, request_id=request.pk, note="", now=CLOSED)


@pytest.mark.parametrize(
    ("spoil", "now", "said"),
    [
        (lambda: None, datetime(2026, 12, 31, 10, tzinfo=UTC), "is not over"),
        (lambda: OfficialDocument.objects.update(folder=None), CLOSED, "in no folder"),
        (lambda: Folder.objects.update(state="closed", closed_on="2027-01-01"), CLOSED, "closed already"),
        (lambda: OfficialDocument.objects.update(registered_at=DUE), CLOSED, "clock"),
    ],
)
def test_what_cannot_be_closed_says_why(archive, spoil, now, said):
    file_document(archive.office.analyst, make_folder(archive.office.analyst), 1)
    spoil()
    with pytest.raises(CannotArchive, match=said):
        propose_closing(actor=archive.archivist, unit_code=STANDARDS, year=2026, now=now)


def test_what_was_filed_meanwhile_is_not_closed_over(archive):
    folder = make_folder(archive.office.analyst)
    file_document(archive.office.analyst, folder, 1)
    propose_closing(actor=archive.archivist, unit_code=STANDARDS, year=2026, now=CLOSED)
    file_document(archive.office.analyst, folder, 2)
    with pytest.raises(CannotDecideApproval, match="Something changed"):
        approve(archive.second, now=CLOSED)
    assert Folder.objects.get().state == "open"


# Terms, appraisal, custody


def test_what_is_due_comes_by_the_clock_into_the_archivists_basket(archive):
    make_closed_folder(archive)
    assert tell_archivists(today=CLOSED.date(), now=CLOSED) == 0
    later = datetime(2029, 1, 1, 3, tzinfo=UTC)
    assert tell_archivists(today=later.date(), now=later) == tell_archivists(today=later.date(), now=later) == 1
    (line,) = list_open_work(archive.archivist).lines
    assert line.path == "/desk/office/archive/due/center/"
    folder = Folder.objects.get()
    assert move_to_center(actor=archive.archivist, folder_codes=[folder.code], now=later) == 1
    assert FolderTerm.objects.get().custody == "center"
    assert tell_archivists(today=later.date(), now=later) == 0
    assert not list_open_work(archive.archivist).lines
    with pytest.raises(CannotArchive, match="stays with its unit"):
        move_to_center(actor=archive.archivist, folder_codes=[folder.code], now=later)
    assert not list_due(archive.archivist, Proposal.CENTER, today=later.date()).exists()
    assert list_due(archive.archivist, Proposal.DESTROY, today=DUE.date()).exists()
    assert not findings()


def test_two_judge_a_closed_folder_anew_with_their_reason(archive):
    folder = make_closed_folder(archive)
    given = {"folder_code": folder.code, "retention": "permanent", "task_code": "OT.01", "now": CLOSED}
    with pytest.raises(CannotArchive, match="Say why"):
        propose_appraisal(actor=archive.archivist, reason=" ", **given)
    propose_appraisal(actor=archive.archivist, reason="It founded the office.", **given)
    assert FolderTerm.objects.get().fate == "destroy"
    approve(archive.second, now=CLOSED)
    term, appraisal = FolderTerm.objects.get(), Appraisal.objects.get()
    assert (term.fate, term.retention, term.folder.task_code) == ("permanent", "permanent", "OT.01")
    assert (appraisal.fate_before, appraisal.reason) == ("destroy", "It founded the office.")
    assert not findings()


# Hand-over


def permanent(archive):
    return make_closed_folder(archive, retention="permanent", task="OT.01")


def test_only_a_permanent_folder_whose_term_is_over_is_handed_over(archive):
    folder = permanent(archive)
    with pytest.raises(CannotArchive, match="kept for ever"):
        send_to_archive(actor=archive.archivist, folder_code=folder.code, now=CLOSED)
    send_to_archive(actor=archive.archivist, folder_code=folder.code, now=DUE)
    with pytest.raises(CannotArchive, match="sent already"):
        send_to_archive(actor=archive.archivist, folder_code=folder.code, now=DUE)


def test_the_content_goes_only_after_a_receipt_of_the_archive_for_these_bytes(archive, django_db_blocker):
    folder = permanent(archive)
    transfer = send_to_archive(actor=archive.archivist, folder_code=folder.code, now=DUE)
    package = pack(archive, folder, now=DUE)
    assert hashlib.sha256(package).hexdigest() == transfer.digest
    assert len(package) == transfer.size
    receipt = receipt_of(package)
    with pytest.raises(CannotArchive, match="Without the archive's receipt"):
        drop_content(actor=archive.archivist, code=transfer.code, now=DUE)
    false = json.loads(receipt)
    for spoiled, said in (
        (b"no receipt", "no receipt"),
        (json.dumps(false | {"receipt": false["receipt"] | {"package_sha256": "0" * 64}}).encode(), "another packet"),
        (json.dumps(false | {"receipt": false["receipt"] | {"received_at": "2030-01-01"}}).encode(), "does not hold"),
        (receipt_of(package, agency=AGENCY), "not by the national archive"),
    ):
        with pytest.raises(CannotArchive, match=said):
            record_receipt(actor=archive.archivist, code=transfer.code, content=spoiled, now=DUE)
    record_receipt(actor=archive.archivist, code=transfer.code, content=receipt, now=DUE)
    with pytest.raises(CannotArchive, match="taken already"):
        record_receipt(actor=archive.archivist, code=transfer.code, content=receipt, now=DUE)
    hold = hold_folder(actor=archive.archivist, folder_code=folder.code, ground="audit", reference="BPK 1", now=DUE)
    with pytest.raises(CannotArchive, match="BPK 1"):
        drop_content(actor=archive.archivist, code=transfer.code, now=DUE)
    propose_lifting(actor=archive.archivist, code=hold.code, reason="Audit over.", now=DUE)
    approve(archive.second, now=DUE)
    drop_content(actor=archive.archivist, code=transfer.code, now=DUE)
    assert set(OfficialDocument.objects.values_list("body", flat=True)) == {""}
    assert Folder.objects.get().state == "transferred"
    assert not findings()


def receipt_of(package: bytes, agency: str = "anri") -> bytes:
    """What another house answers: everything it does here is undone again."""
    with transaction.atomic():
        mark = transaction.savepoint()
        forget_everything()
        receipt = receipt_file(restore_package(actor=HOUSE, package=BytesIO(package), agency_code=agency, now=DUE))
        transaction.savepoint_rollback(mark)
    return receipt


# Destruction


@pytest.fixture
def due(archive):
    """A folder that is due, and the posts of a committee of three."""
    folder = make_closed_folder(archive)
    office = archive.office
    return archive, folder, [one.post_code for one in (office.director, office.lawyer, archive.second)]


def propose(archive, folder, posts, **chosen):
    given = {"folder_codes": [folder.code], "member_posts": posts, "reason": "The term is over.", "consent": ""}
    return propose_destruction(actor=archive.archivist, now=DUE, **given | chosen)


def decide(actor, destruction, *, agrees=True, reason="", listing=None):
    return decide_destruction(
        actor=actor,
        code=destruction.code,
        agrees=agrees,
        reason=reason,
        listing=destruction.listing if listing is None else listing,
        now=DUE,
    )


def agree_all(archive, destruction):
    for actor in (archive.office.director, archive.office.lawyer, archive.second):
        decide(actor, destruction)


def test_a_committee_of_three_destroys_and_leaves_who_wrote_what_and_the_digests(due):
    archive, folder, posts = due
    before = {one.code: (one.number, one.title) for one in OfficialDocument.objects.all()}
    digests = set(DocumentVersion.objects.values_list("digest", flat=True))
    destruction = propose(archive, folder, posts)
    assert [line.kind for line in list_open_work(archive.office.lawyer).lines] == ["office.destruction"]
    agree_all(archive, destruction)
    assert not list_open_work(archive.office.lawyer).lines
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    destruction.refresh_from_db()
    assert destruction.state == "done"
    assert len(destruction.minutes["decisions"]) == 3
    emptied, versions = folder.documents.all(), DocumentVersion.objects.filter(document__folder=folder)
    assert {one.code: (one.number, one.title) for one in emptied} == before
    assert set(emptied.values_list("body", flat=True)) == {""}
    assert set(versions.values_list("body", flat=True)) == {""}
    assert set(versions.values_list("digest", flat=True)) == digests
    assert state_of(folder) == "destroyed"
    roots = [load_certificate(one) for one in get_seal_provider().list_roots()]
    from gapura.foundation.canonical import canonical_bytes

    for paper, seal in (
        (destruction.minutes, destruction.minutes_seal),
        (destruction.certificate, destruction.certificate_seal),
    ):
        assert check_seal(canonical_bytes(paper), bytes(seal), roots).signer == f"Seal of {AGENCY}"
    assert not findings()
    with pytest.raises(CannotArchive, match="no longer here"):
        pack(archive, folder)
    with pytest.raises(CannotArchive, match="nothing to hold"):
        hold_folder(actor=archive.archivist, folder_code=folder.code, ground="case", reference="1", now=DUE)


def test_one_no_stops_it_and_wants_a_reason(due):
    archive, folder, posts = due
    destruction = propose(archive, folder, posts)
    with pytest.raises(CannotArchive, match="Say why"):
        decide(archive.office.lawyer, destruction, agrees=False)
    decide(archive.office.lawyer, destruction, agrees=False, reason="A claim may come.")
    destruction.refresh_from_db()
    assert destruction.state == "stopped"
    with pytest.raises(CannotArchive, match="decided already"):
        decide(archive.office.director, destruction)
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    assert state_of(folder) == "closed"


def state_of(folder):
    return Folder.objects.get(pk=folder.pk).state


def test_who_may_not_decide_and_what_is_no_decision(due):
    archive, folder, posts = due
    destruction = propose(archive, folder, posts)
    for stranger in (archive.office.analyst, archive.office.neighbor):
        with pytest.raises(AccessDenied):
            decide(stranger, destruction)
    with pytest.raises(AccessDenied):
        decide(archive.archivist, destruction)  # sees it, and is no member
    with pytest.raises(CannotArchive, match="not the one you were shown"):
        decide(archive.office.lawyer, destruction, listing="0" * 64)
    decide(archive.office.lawyer, destruction)
    with pytest.raises(CannotArchive, match="decided already"):
        decide(archive.office.lawyer, destruction)
    assert Destruction.objects.get().state == "proposed"
    member = destruction.members.get(post_code=archive.second.post_code)
    for person in (archive.office.lawyer.person_number, archive.archivist.person_number):
        member.decided_by_person, member.agrees, member.decided_at = person, True, DUE
        with pytest.raises(IntegrityError), transaction.atomic():
            member.save()


def test_a_list_that_may_not_be_says_why(due):
    archive, folder, posts = due
    own = archive.archivist.post_code
    for chosen, said in (
        ({"member_posts": posts[:2]}, "at least 3"),
        ({"member_posts": [*posts[:2], own]}, "cannot be a member"),
        ({"member_posts": [*posts[:2], archive.office.neighbor.post_code]}, "cannot be a member"),
        ({"folder_codes": []}, "Choose folders"),
        ({"folder_codes": ["other/1"]}, "Choose folders"),
        ({"reason": " "}, "Say why"),
    ):
        with pytest.raises(CannotArchive, match=said):
            propose(archive, folder, posts, **chosen)
    with pytest.raises(CannotArchive, match="Choose folders"):
        propose_destruction(
            actor=archive.archivist,
            folder_codes=[folder.code],
            member_posts=posts,
            reason="Now.",
            consent="",
            now=CLOSED,
        )
    propose(archive, folder, posts)
    with pytest.raises(CannotArchive, match="another list"):
        propose(archive, folder, posts)


def test_long_kept_folders_need_the_archives_consent(archive):
    folder = make_closed_folder(archive, retention="ten-years")
    posts = [one.post_code for one in (archive.office.director, archive.office.lawyer, archive.second)]
    with pytest.raises(CannotArchive, match="consent"):
        propose(archive, folder, posts)
    assert propose(archive, folder, posts, consent="ANRI B-12").consent == "ANRI B-12"


def test_a_hold_stops_it_before_and_in_the_middle(archive):
    first = make_closed_folder(archive)
    second = Folder.objects.get(pk=make_second(archive).pk)
    posts = [one.post_code for one in (archive.office.director, archive.office.lawyer, archive.second)]
    destruction = propose(archive, first, posts, folder_codes=[first.code, second.code])
    agree_all(archive, destruction)
    done = []

    def hold_the_other(number: int) -> None:
        done.append(number)
        if len(done) == 1:
            hold_folder(
                actor=archive.archivist, folder_code=second.code, ground="litigation", reference="PN 7", now=DUE
            )

    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE, done=hold_the_other)
    assert (state_of(first), state_of(second)) == ("destroyed", "closed")
    destruction.refresh_from_db()
    assert [bool(one["spared_because"]) for one in destruction.certificate["folders"]] == [False, True]
    assert "PN 7" in destruction.certificate["folders"][1]["spared_because"]
    with pytest.raises(CannotArchive, match="PN 7"):
        propose(archive, second, posts, folder_codes=[second.code])


def make_second(archive):
    return make_closed_folder(archive, titles=["Third"], task="OT.03", serial=9)


def test_what_was_altered_since_the_committee_saw_it_is_spared(due):
    archive, folder, posts = due
    destruction = propose(archive, folder, posts)
    agree_all(archive, destruction)
    OfficialDocument.objects.update(body="Evidence of something else.")
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    assert state_of(folder) == "closed"
    assert findings()


def test_killed_in_the_middle_it_is_either_or_and_goes_on(archive, monkeypatch):
    first, second = make_closed_folder(archive), make_second(archive)
    posts = [one.post_code for one in (archive.office.director, archive.office.lawyer, archive.second)]
    destruction = propose(archive, first, posts, folder_codes=[first.code, second.code])
    agree_all(archive, destruction)
    real, calls = destroying.vouch, []

    def killed(*args, **named):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **named)

    monkeypatch.setattr(destroying, "vouch", killed)
    with pytest.raises(KeyboardInterrupt):
        carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    second.refresh_from_db()
    assert second.state == "closed"
    assert "" not in set(OfficialDocument.objects.filter(folder=second).values_list("body", flat=True))
    monkeypatch.setattr(destroying, "vouch", real)
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    assert state_of(first) == state_of(second) == "destroyed"
    assert [one.action for one in list_events()].count("office.folder_destroyed") == 2


def test_a_hold_is_lifted_by_two(archive):
    folder = make_closed_folder(archive)
    with pytest.raises(CannotArchive, match="Say which"):
        hold_folder(actor=archive.archivist, folder_code=folder.code, ground="whim", reference="1", now=DUE)
    hold = hold_folder(actor=archive.archivist, folder_code=folder.code, ground="case", reference="K 1", now=DUE)
    propose_lifting(actor=archive.archivist, code=hold.code, reason="Decided.", now=DUE)
    (request,) = list_open_approvals(archive.archivist)
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=archive.archivist, request_id=request.pk, note="", now=DUE)
    approve(archive.third, now=DUE)
    assert FolderHold.objects.get().lifted_why == "Decided."
    with pytest.raises(CannotArchive, match="lifted already"):
        propose_lifting(actor=archive.archivist, code=hold.code, reason="Again.", now=DUE)


def test_every_table_about_a_document_is_emptied_or_says_why_it_stays():
    known = {model.__name__ for model in EMPTIED} | STAYS.keys()
    own = {"OfficialDocument", "DocumentVersion", "DocumentFile", "RestoredRecord"}
    assert {model.__name__ for model, _way in list_related_models()} | own == known


# Commands


def test_the_commands_make_check_and_restore_a_packet(archive, tmp_path, capsys):
    folder = make_closed_folder(archive)
    call_command("office_package", folder.code, to=tmp_path)
    (package,) = tmp_path.glob("*.tar")
    call_command("office_verify", package)
    assert "2 documents" in capsys.readouterr().out
    forget_everything()
    call_command("office_restore", package, agency="anri")
    assert Folder.objects.get().code == folder.code
    assert json.loads(package.with_name(f"{package.name}.receipt.json").read_bytes())["receipt"]["documents"] == 2
    with pytest.raises(CommandError, match="in this house already"):
        call_command("office_restore", package, agency="anri")
    content = bytearray(package.read_bytes())
    content[content.index(b"published")] ^= 1
    package.write_bytes(content)
    with pytest.raises(CommandError, match="was altered"):
        call_command("office_verify", package)
