"""A registered document gets another security class: its sealed paper stays, a sealed note says what holds now."""

import pypdfium2 as pdfium
import pytest
from django.db import Error, transaction
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.testing import Account, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.finding import index_everything
from gapura.sectors.office.actions.security import change_security
from gapura.sectors.office.models import OfficialDocument, SecurityChange
from gapura.sectors.office.models.contents import document_digest
from gapura.sectors.office.printing import render_pdf, seal_document
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.finding import find_things
from gapura.sectors.office.security import list_grounds
from gapura.sectors.office.testing import NOW, make_document, make_office, make_record
from gapura.sectors.office.types import CannotClassify

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "secret"  # a class, no password


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def record(office):
    """A sealed record of the director's unit that the public may not read."""
    return make_sealed(office)


def make_sealed(office, **chosen):
    found = make_record(
        office.director,
        reach="government",
        title="Budget",
        **{"disclosure": "closed", "disclosure_ground": "h"} | chosen,
    )
    seal_document(found, now=NOW)
    return found


def change(actor, document, security=SECRET, ground="harm", reason="Its names would be known."):
    return change_security(actor=actor, code=document.code, security=security, ground=ground, reason=reason, now=NOW)


def words_of(pdf):
    with pdfium.PdfDocument(pdf) as opened:
        return " ".join(page.get_textpage().get_text_bounded() for page in opened)


def test_raised_it_is_read_by_the_cleared_alone_and_found_by_them_alone(office, record):
    list(index_everything())
    assert access_document(office.analyst, record.code) == record
    assert find_things(office.analyst, "budget", limit=5)
    change(office.director, record)
    list(index_everything())
    with pytest.raises(AccessDenied):
        access_document(office.analyst, record.code)
    assert not find_things(office.analyst, "budget", limit=5)
    assert access_document(office.director, record.code) == record
    assert find_things(office.director, "budget", limit=5)


def test_declassified_it_is_read_by_those_who_could_not(office):
    record = make_sealed(office, security=SECRET)
    with pytest.raises(AccessDenied):
        access_document(office.analyst, record.code)
    change(office.director, record, "ordinary", "reasons-ended", "The tender is over.")
    assert access_document(office.analyst, record.code) == record


def test_the_sealed_paper_and_what_the_archive_vouches_for_stay_byte_for_byte(office, record):
    record.refresh_from_db()
    paper, digest, vouched = bytes(record.sealed), record.sealed_digest, document_digest(record)
    made = change(office.director, record)
    record.refresh_from_db()
    assert (bytes(record.sealed), record.sealed_digest, document_digest(record)) == (paper, digest, vouched)
    assert render_pdf(record, now=NOW) == paper
    note = words_of(made.note)
    for said in (digest, "UU 43/2009 Pasal 44", "Its names would be known.", record.number):
        assert said.replace(" ", "") in note.replace(" ", "").replace("\n", "")
    assert b"/Sig" in made.note, "the note is sealed"
    assert b"/Sig" not in render_pdf(make_document(office.director), now=NOW), "a draft is not"


def test_the_class_stands_on_the_first_page_where_it_has_one(office):
    secret, plain = make_sealed(office, security=SECRET), make_sealed(office, serial=2)
    for document, expected in ((secret, True), (plain, False)):
        assert bool({"RAHASIA", "SECRET"} & set(words_of(bytes(document.sealed)).split())) is expected
    draft = make_document(office.director, security="restricted")
    assert {"TERBATAS", "RESTRICTED"} & set(words_of(render_pdf(draft, now=NOW)).split())


def test_each_change_is_logged_kept_and_never_altered(office, record):
    change(office.director, record)
    change(office.director, record, "restricted", "mistaken", "Less is enough.")
    assert list(SecurityChange.objects.order_by("pk").values_list("before", "after", "by_post")) == [
        ("ordinary", SECRET, office.director.post_code),
        (SECRET, "restricted", office.director.post_code),
    ]
    events = [one.detail for one in list_events() if one.action == "office.security_changed"]
    assert {one["ground"] for one in events} == {"harm", "mistaken"}
    with pytest.raises(Error, match="only_added"), transaction.atomic():
        SecurityChange.objects.update(reason="Another.")


def test_only_who_answers_for_the_unit_and_is_cleared_changes_it(office, record):
    for stranger in (office.analyst, office.colleague, office.neighbor):
        with pytest.raises(AccessDenied):
            change(stranger, record)
    with pytest.raises(CannotClassify, match="your post may not read"):
        change(office.director, record, "top-secret")
    assert not SecurityChange.objects.exists()
    assert change(office.director, record).after == SECRET


def test_a_draft_is_not_changed_so(office):
    draft = make_document(office.director, disclosure="closed", disclosure_ground="h")
    with pytest.raises(AccessDenied):
        change(office.director, draft)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"security": "ordinary"}, "already"),
        ({"ground": "reasons-ended"}, "allows this change"),
        ({"ground": "none"}, "allows this change"),
        ({"reason": "  "}, "Say why"),
    ],
)
def test_what_cannot_be_changed_says_why(office, record, chosen, says):
    with pytest.raises(CannotClassify, match=says):
        change(office.director, record, **chosen)
    assert OfficialDocument.objects.get(pk=record.pk).security == "ordinary"


def test_what_the_public_may_read_is_closed_first(office):
    record = make_sealed(office, disclosure="open", disclosure_ground="")
    with pytest.raises(CannotClassify, match="close it first"):
        change(office.director, record)
    OfficialDocument.objects.filter(pk=record.pk).update(disclosure="closed", disclosure_ground="h")
    assert change(office.director, record).after == SECRET


def test_each_ground_cites_its_article_and_says_which_way():
    assert {one.way for one in list_grounds().values()} == {"lower", "raise", "either"}
    assert all(one.law for one in list_grounds().values())
    assert not list_grounds()["harm"].allows(2, 1)
    assert list_grounds()["harm"].allows(1, 2)


def desk(actor):
    client = Client()
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    return client


def test_it_is_changed_and_read_on_its_page(office, record):
    director, page = desk(office.director), f"/desk/office/documents/{record.code}/security/"
    assert page in director.get(f"/desk/office/documents/{record.code}/").content.decode()
    colleague = desk(office.colleague)
    assert '<form method="post" novalidate' not in colleague.get(page).content.decode()
    assert colleague.post(page, {"security": SECRET, "ground": "harm", "reason": "x"}).status_code == 404
    wrong = director.post(page, {"security": SECRET, "ground": "reasons-ended", "reason": "x"}).content.decode()
    assert "Choose a ground that allows this change." in wrong
    said = director.post(page, {"security": SECRET, "ground": "harm", "reason": "Names"}, follow=True).content.decode()
    assert "Names" in said
    note = f"{page}{SecurityChange.objects.get().pk}.pdf"
    assert note in said
    answer = director.get(note)
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "application/pdf", b"%PDF")
    assert colleague.get(note).status_code == 404
