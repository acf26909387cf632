"""Who approves a long document does not wait for its paper; the paper follows once, whatever happens to the worker."""

import hashlib
from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.outbox.testing import Job
from gapura.sectors.office.actions import setting
from gapura.sectors.office.actions.setting import PAPER_JOB, is_long, set_paper
from gapura.sectors.office.actions.submitting import submit_draft
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.printing import make_paper
from gapura.sectors.office.testing import NOW, make_office
from gapura.sectors.office.tests.test_draft_pages import DOCUMENTS, signed_in
from gapura.sectors.office.tests.test_drafts import act, begin, route

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Killed(BaseException):
    """What no worker survives."""


@pytest.fixture
def office(monkeypatch):
    monkeypatch.setattr(setting, "LONG_TEXT", 10)
    with clock.frozen(NOW):
        yield make_office()


def approve(office):
    document = begin(office)
    submit_draft(actor=office.analyst, code=document.code, steps=route(office), now=NOW)
    act(office.head, PathAct.AGREED, document)
    act(office.director, PathAct.APPROVED, document)
    return fresh(document)


def fresh(document):
    return OfficialDocument.objects.get(pk=document.pk)


def jobs():
    return list(Job.objects.filter(name=PAPER_JOB))


def test_a_long_document_is_registered_at_once_and_its_paper_follows(office):
    document, analyst = approve(office), signed_in("analyst", office)
    assert (document.status, bool(document.number), document.sealed, len(jobs())) == ("registered", True, None, 1)
    waiting = analyst.get(f"{DOCUMENTS}{document.code}/")
    assert "this page looks again" in waiting.content.decode()
    assert waiting.headers["Refresh"] == "5"
    assert analyst.get(f"{DOCUMENTS}{document.code}/export.pdf").status_code == 302
    deliver_pending()
    paper = bytes(fresh(document).sealed)
    assert paper.startswith(b"%PDF-")
    assert fresh(document).sealed_digest == hashlib.sha256(paper).hexdigest()
    ready = analyst.get(f"{DOCUMENTS}{document.code}/")
    assert "this page looks again" not in ready.content.decode()
    assert "Refresh" not in ready.headers
    assert analyst.get(f"{DOCUMENTS}{document.code}/export.pdf").content == paper


def test_a_short_document_has_its_paper_in_the_approval(office, monkeypatch):
    monkeypatch.setattr(setting, "LONG_TEXT", 80_000)
    document = approve(office)
    assert (is_long(document), bool(document.sealed), jobs()) == (False, True, [])


def test_a_worker_that_is_killed_leaves_the_paper_to_another(office, monkeypatch):
    document = approve(office)

    def die(*_given, **_more):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(setting, "make_paper", die)
        with pytest.raises(Killed):
            deliver_pending()
    deliver_pending()
    assert fresh(document).sealed is None, "its lease has not ended"
    with clock.frozen(NOW + timedelta(minutes=5)):
        deliver_pending()
    assert bytes(fresh(document).sealed).startswith(b"%PDF-")
    assert jobs() == []


def test_what_cannot_be_sealed_now_is_tried_again(office, monkeypatch):
    document = approve(office)

    def refuse(*_given, **_more):
        raise CannotSealDocument("The key is away.")

    with monkeypatch.context() as broken:
        broken.setattr(setting, "make_paper", refuse)
        deliver_pending()
    assert (fresh(document).sealed, len(jobs())) == (None, 1)
    with clock.frozen(NOW + timedelta(hours=1)):
        deliver_pending()
    assert (bool(fresh(document).sealed), jobs()) == (True, [])


def test_two_workers_make_one_paper(office, monkeypatch):
    document = approve(office)

    def slowly(one, *, now):
        """While this one sets it, another is done."""
        monkeypatch.setattr(setting, "make_paper", make_paper)
        assert set_paper(actor=office.analyst, code=one.code, now=now)
        return b"a second paper"

    monkeypatch.setattr(setting, "make_paper", slowly)
    assert not set_paper(actor=office.analyst, code=document.code, now=NOW)
    kept = bytes(fresh(document).sealed)
    assert kept.startswith(b"%PDF-")
    assert not set_paper(actor=office.analyst, code=document.code, now=NOW)
    assert bytes(fresh(document).sealed) == kept
