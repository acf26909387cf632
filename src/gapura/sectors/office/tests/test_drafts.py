"""Writing alone and along with others, the remarks, and the way from the first word to the seal."""

import hashlib
import json
from datetime import date

import pytest

from gapura.kernel.approvals.actions import act_on_line
from gapura.kernel.approvals.queries import find_line
from gapura.kernel.approvals.types import CannotDecideApproval, LineStatus, PathAct, PlannedStep, StepTask
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work
from gapura.sectors.office.actions.comments import add_comment, answer_comment, resolve_comment
from gapura.sectors.office.actions.drafts import (
    change_particulars,
    create_draft,
    drop_draft,
    name_writer,
    remove_writer,
    save_draft,
    settle_conflicts,
)
from gapura.sectors.office.actions.submitting import submit_draft
from gapura.sectors.office.models import DocumentVersion, OfficialDocument
from gapura.sectors.office.papers import get_paper, list_papers
from gapura.sectors.office.queries import access_draft, list_unit_tasks
from gapura.sectors.office.queries.drafts import (
    content_of,
    has_conflicts,
    is_returned,
    list_drafts,
    list_threads,
    list_versions,
)
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.types import CannotDisclose, CannotDraft, Reach

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LINE = "office.document"
TO = {"to": ["Kepala Biro Hukum"]}


@pytest.fixture
def office():
    return make_office()


def begin(office, *, body="One.\n\nTwo.\n\nThree.\n", **chosen):
    task = next(task for task in list_unit_tasks(agency_code="kemenpan-rb") if task.disclosure == "open").code
    given = {"form": "note", "title": "Standards", "task_code": task, "fields": TO, "body": body}
    return create_draft(actor=office.analyst, now=NOW, **given | chosen)


def save(actor, document, base, body, **chosen):
    given = {"title": "Standards", "fields": TO}
    return save_draft(actor=actor, code=document.code, base=base, body=body, now=NOW, **given | chosen)


def route(office):
    return [
        PlannedStep(office.head.post_code, StepTask.REVIEW, 1),
        PlannedStep(office.director.post_code, StepTask.APPROVAL, 2),
    ]


def act(actor, act, document):
    line = find_line(kind=LINE, object_ref=f"document:{document.code}")
    seen = hashlib.sha256(content_of(OfficialDocument.objects.get(pk=document.pk))).hexdigest()
    return act_on_line(actor=actor, number=line.number, act=act, seen_digest=seen, opinion="Yes.", now=NOW)


def test_a_draft_inherits_its_class_from_the_task_and_its_first_words_from_the_form(office):
    document = begin(office, body=None, language="en")
    task = next(one for one in list_unit_tasks(agency_code="kemenpan-rb") if one.code == document.task_code)
    assert (document.retention, document.disclosure) == (task.retention.code, task.disclosure)
    assert document.body == get_paper("note").opening["en"]
    assert list(list_drafts(office.analyst)) == [document]
    assert not list_drafts(office.colleague)


@pytest.mark.parametrize(
    "chosen", [{"task_code": "nothing"}, {"title": "  "}, {"title": "x" * 201}, {"body": "x" * 600_001}]
)
def test_what_cannot_be_begun_says_why(office, chosen):
    with pytest.raises(CannotDraft):
        begin(office, **chosen)
    assert not OfficialDocument.objects.exists()


@pytest.mark.parametrize("body", ["a\n" * 20_000, "a" * 20_001, "[" * 4_001, "a\n" * 10_001])
def test_a_text_that_would_take_long_to_read_is_refused(office, body):
    with pytest.raises(CannotDraft, match="more than"):
        begin(office, body=body)


def test_a_long_table_is_no_long_paragraph(office):
    table = "| a | b |\n| --- | --- |\n" + "| one | two |\n" * 5_000
    assert begin(office, body=table).body == table


def test_every_form_of_the_country_is_whole_in_three_languages():
    for paper in list_papers().values():
        texts = [paper.title, paper.opening, *(field.label for field in paper.fields)]
        assert all(set(text) == {"id", "en", "ko"} for text in texts), paper.code


def test_each_save_is_a_version_and_the_same_words_are_none(office):
    document = begin(office)
    save(office.analyst, document, 1, "One.\n\nTwo!\n")
    save(office.analyst, document, 2, "One.\n\nTwo!\n")
    assert [version.number for version in list_versions(document, is_whole=True)] == [2, 1]
    assert DocumentVersion.objects.get(number=1).body == "One.\n\nTwo.\n\nThree.\n"


def test_a_sitting_is_one_line_of_the_list_and_what_another_saved_another(office):
    document = begin(office)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    for number in range(1, 4):
        save(office.analyst, document, number, f"Words {number}.\n")
    save(office.colleague, document, 4, "Others.\n")
    document.refresh_from_db()
    assert [version.number for version in list_versions(document)] == [5, 4, 1]


def test_two_who_write_at_once_lose_nothing(office):
    document = begin(office)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    save(office.analyst, document, 1, "One by Ayu.\n\nTwo.\n\nThree.\n")
    saved = save(office.colleague, document, 1, "One.\n\nTwo.\n\nThree by Budi.\n", title="Standards of 2026")
    assert saved.merged
    assert not saved.overwritten
    assert saved.document.body == "One by Ayu.\n\nTwo.\n\nThree by Budi.\n"
    assert saved.document.title == "Standards of 2026"
    assert DocumentVersion.objects.get(number=3).body == "One.\n\nTwo.\n\nThree by Budi.\n"
    assert not has_conflicts(saved.document)


def test_where_both_wrote_the_same_paragraph_both_stand_until_one_is_chosen(office):
    document = begin(office)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    save(office.analyst, document, 1, "One.\n\nTwo by Ayu.\n\nThree.\n", title="A")
    saved = save(office.colleague, document, 1, "One.\n\nTwo by Budi.\n\nThree.\n", title="B")
    assert saved.overwritten == {"title": "A"}
    assert has_conflicts(saved.document)
    with pytest.raises(CannotDraft, match="same paragraph"):
        submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    with pytest.raises(CannotDraft, match="meanwhile"):
        settle_conflicts(actor=office.analyst, code=document.code, base=1, chosen=[[0]], now=NOW)
    with pytest.raises(CannotDraft, match="not there"):
        settle_conflicts(actor=office.analyst, code=document.code, base=4, chosen=[[7]], now=NOW)
    settled = settle_conflicts(actor=office.analyst, code=document.code, base=4, chosen=[[1, 0]], now=NOW)
    assert settled.body == "One.\n\nTwo by Budi.\n\nTwo by Ayu.\n\nThree.\n"


def test_only_who_is_named_writes_along_and_only_from_the_agency(office):
    document = begin(office)
    with pytest.raises(AccessDenied):
        save(office.colleague, document, 1, "Mine.\n")
    with pytest.raises(CannotDraft, match="agency"):
        name_writer(actor=office.analyst, code=document.code, post_code=office.neighbor.post_code, now=NOW)
    with pytest.raises(CannotDraft, match="drafts"):
        name_writer(actor=office.analyst, code=document.code, post_code=office.analyst.post_code, now=NOW)
    with pytest.raises(CannotDraft, match="no post"):
        name_writer(actor=office.analyst, code=document.code, post_code="nobody", now=NOW)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    assert len(find_open_work(kind="office.write", object_ref=f"document:{document.code}")) == 1
    save(office.colleague, document, 1, "Mine.\n")
    remove_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    assert not find_open_work(kind="office.write", object_ref=f"document:{document.code}")
    with pytest.raises(AccessDenied):
        save(office.colleague, document, 2, "Again.\n")
    with pytest.raises(CannotDraft, match="write along"):
        remove_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)


def test_a_base_that_is_not_there_changes_nothing(office):
    document = begin(office)
    with pytest.raises(CannotDraft, match="not there"):
        save(office.analyst, document, 9, "x\n")


def test_another_task_brings_its_own_class(office):
    document = begin(office)
    closed = next(task for task in list_unit_tasks(agency_code="kemenpan-rb") if task.disclosure != "open")
    given = {"actor": office.analyst, "code": document.code, "urgent": True, "due_on": None, "now": NOW}
    with pytest.raises(CannotDraft):
        change_particulars(task_code="nothing", reach=Reach.AGENCY, **given)
    changed = change_particulars(task_code=closed.code, reach=Reach.AGENCY, **given)
    assert (changed.disclosure, changed.disclosure_ground) == (closed.disclosure, closed.disclosure_ground)
    assert (changed.retention, changed.reach, changed.urgent) == (closed.retention.code, "agency", True)


def test_a_remark_stays_with_its_words_when_the_paragraph_changes(office):
    document = begin(office)
    (two,) = [anchor for anchor, piece in anchors(document) if piece == "Two."]
    remark = add_comment(actor=office.head, code=document.code, body="Which two?", anchor=two, now=NOW)
    answer_comment(actor=office.analyst, code=document.code, comment_id=remark.pk, body="Both.", now=NOW)
    assert [(thread.piece, len(thread.answers)) for thread in list_threads(document)] == [(1, 1)]
    saved = save(office.analyst, document, 1, "One.\n\nTwo of them.\n").document
    assert [(thread.piece, thread.remark.quote) for thread in list_threads(saved)] == [(None, "Two.")]
    late = add_comment(actor=office.head, code=document.code, body="?", anchor=two, now=NOW)
    stray = add_comment(actor=office.head, code=document.code, body="?", anchor="0" * 16, now=NOW)
    assert (late.quote, stray.quote, stray.anchor) == ("Two.", "", "")
    resolve_comment(actor=office.analyst, code=document.code, comment_id=remark.pk, now=NOW)
    with pytest.raises(CannotDraft, match="settled"):
        answer_comment(actor=office.head, code=document.code, comment_id=remark.pk, body="No.", now=NOW)
    with pytest.raises(AccessDenied):
        add_comment(actor=office.lawyer, code=document.code, body="?", now=NOW)
    for body in ("", " ", "x" * 2001):
        with pytest.raises(CannotDraft):
            add_comment(actor=office.head, code=document.code, body=body, now=NOW)


def anchors(document):
    from gapura.sectors.office.queries.drafts import anchor_of
    from gapura.sectors.office.text import list_pieces

    return [(anchor_of(piece), piece) for piece in list_pieces(document.body)]


def test_from_the_first_word_to_the_seal(office):
    document = begin(office)
    remark = add_comment(actor=office.head, code=document.code, body="Good.", now=NOW)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    with pytest.raises(CannotDraft, match="on its way"):
        save(office.analyst, document, 1, "Changed behind their back.\n")
    act(office.head, PathAct.AGREED, document)
    act(office.director, PathAct.APPROVED, document)
    document.refresh_from_db()
    assert document.status == "registered"
    assert document.number
    assert document.folder.task_code == document.task_code
    assert hashlib.sha256(bytes(document.sealed)).hexdigest() == document.sealed_digest
    assert bytes(document.sealed).startswith(b"%PDF-")
    assert [thread.remark for thread in list_threads(document)] == [remark]
    with pytest.raises(AccessDenied):
        access_draft(office.analyst, document.code)
    with pytest.raises(CannotDraft, match="finished"):
        add_comment(actor=office.head, code=document.code, body="Late.", now=NOW)


def test_a_returned_document_is_written_on_and_goes_the_same_line_again(office):
    document = begin(office)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    act(office.head, PathAct.RETURNED, document)
    document.refresh_from_db()
    assert is_returned(document)
    save(office.analyst, document, 1, "Better.\n")
    submit_draft(actor=office.analyst, code=document.code, note="As you said.", now=NOW)
    line = find_line(kind=LINE, object_ref=f"document:{document.code}")
    assert (line.status, line.version, line.number) == (LineStatus.RUNNING, 2, document.line_number)
    act(office.head, PathAct.AGREED, document)
    act(office.director, PathAct.APPROVED, document)
    document.refresh_from_db()
    assert document.status == "registered"


def test_who_writes_along_sends_a_returned_document_again_and_others_do_not(office):
    document = begin(office)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    with pytest.raises(CannotDraft, match="on its way"):
        submit_draft(actor=office.colleague, code=document.code, now=NOW)
    act(office.head, PathAct.RETURNED, document)
    save(office.colleague, document, 1, "Better.\n")
    for other in (office.head, office.lawyer):
        with pytest.raises(AccessDenied):
            submit_draft(actor=other, code=document.code, now=NOW)
    submit_draft(actor=office.colleague, code=document.code, now=NOW)
    line = find_line(kind=LINE, object_ref=f"document:{document.code}")
    assert (line.status, line.version, line.drafter_person) == (LineStatus.RUNNING, 2, office.colleague.person_number)
    act(office.head, PathAct.AGREED, document)
    act(office.director, PathAct.APPROVED, document)
    document.refresh_from_db()
    assert document.status == "registered"


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"disclosure": "partly", "disclosure_ground": "repealed"}, "ground"),
        ({"disclosure": "closed", "disclosure_ground": "i"}, "closed_until"),
        ({"disclosure": "closed", "disclosure_ground": "i", "closed_until": NOW.date()}, "closed_until"),
        ({"disclosure": "closed", "disclosure_ground": "i", "closed_until": date(2099, 1, 1)}, "closed_until"),
        ({"disclosure": "open", "disclosure_ground": "i"}, "disclosure"),
    ],
)
def test_a_class_without_its_ground_or_its_last_day_is_not_sent(office, chosen, field):
    document = begin(office)
    OfficialDocument.objects.filter(pk=document.pk).update(**chosen)
    with pytest.raises(CannotDisclose) as refused:
        submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    assert refused.value.field == field
    whole = {"disclosure": "closed", "disclosure_ground": "i", "closed_until": date(2027, 1, 1)}
    OfficialDocument.objects.filter(pk=document.pk).update(**whole)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)


def test_a_rejected_document_is_finished(office):
    document = begin(office)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    act(office.head, PathAct.AGREED, document)
    act(office.director, PathAct.REJECTED, document)
    document.refresh_from_db()
    assert document.status == "rejected"
    with pytest.raises(AccessDenied):
        save(office.analyst, document, 1, "x\n")


def test_what_was_altered_in_the_database_after_it_was_sent_is_not_registered(office):
    document = begin(office)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    act(office.head, PathAct.AGREED, document)
    line = find_line(kind=LINE, object_ref=f"document:{document.code}")
    approved = hashlib.sha256(content_of(document)).hexdigest()
    OfficialDocument.objects.filter(pk=document.pk).update(body="Something else.\n")
    with pytest.raises(CannotDecideApproval, match="not what was read"):
        act_on_line(
            actor=office.director, number=line.number, act=PathAct.APPROVED, seen_digest=approved, opinion="", now=NOW
        )
    document.refresh_from_db()
    assert document.status == "on-line"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"body": " \n"}, "no words"),
        ({"fields": {}}, "wants a value"),
        ({"body": "![Map](map.jpg)\n"}, "map.jpg"),
    ],
)
def test_what_is_not_whole_is_not_sent(office, chosen, said):
    document = begin(office, **chosen)
    with pytest.raises(CannotDraft, match=said):
        submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)


def test_a_draft_can_be_given_up_and_one_that_was_sent_only_withdrawn(office):
    document = begin(office)
    drop_draft(actor=office.analyst, code=document.code, now=NOW)
    document.refresh_from_db()
    assert document.status == "withdrawn"
    sent = begin(office, title="Sent")
    submit_draft(actor=office.analyst, code=sent.code, steps=route(office), now=NOW)
    act(office.head, PathAct.RETURNED, sent)
    with pytest.raises(CannotDraft, match="Withdraw it there"):
        drop_draft(actor=office.analyst, code=sent.code, now=NOW)


def test_what_is_approved_is_canonical_json_of_head_words_and_files(office):
    document = begin(office)
    content = json.loads(content_of(document))
    assert content["body"] == document.body
    assert content["fields"] == TO
    assert content["files"] == []
