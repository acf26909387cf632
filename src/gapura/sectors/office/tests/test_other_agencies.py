"""An official of another agency is found, put on the line, and reads exactly what is decided; nobody else does."""

import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.approvals.actions import act_on_line, reroute_line
from gapura.kernel.approvals.queries import find_line, get_path, list_line_faults
from gapura.kernel.approvals.types import PathAct, PlannedStep, StepTask
from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.sectors.office.actions.submitting import submit_draft
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.testing import ELSEWHERE, NOW, make_office, take_office
from gapura.sectors.office.tests.test_draft_pages import DOCUMENTS, begin, signed_in
from gapura.sectors.office.types import Reach

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def office():
    with clock.frozen(NOW):
        yield make_office()


def page(response):
    assert response.status_code == 200
    return response.content.decode()


def row(number, post, task, place):
    return {f"post-{number}": post, f"task-{number}": task, f"place-{number}": place, f"check-{number}": ""}


def rows(office, cooperating=""):
    return {
        **row(0, office.head.post_code, "review", 1),
        **row(1, cooperating, "cooperation", 2),
        **row(2, office.director.post_code, "approval", 3),
        **row(3, "", "cooperation", 1),
        **row(4, "", "cooperation", 1),
        "note": "",
    }


def begin_for(office, reach):
    document = begin(office)
    OfficialDocument.objects.filter(pk=document.pk).update(reach=reach)
    return document


def line_of(document):
    return find_line(kind="office.document", object_ref=f"document:{document.code}")


def act(actor, document, what):
    line = line_of(document)
    seen = get_path(line)[-1].digest
    act_on_line(actor=actor, number=line.number, act=what, seen_digest=seen, opinion="x", now=NOW)


@pytest.mark.parametrize("words", ["neighbor", "direktorat aplikasi", "komunikasi digital", "neigh direktorat"])
def test_a_post_of_another_agency_is_found_by_title_unit_or_agency(office, words):
    document, analyst = begin(office), signed_in("analyst", office)
    address = f"{DOCUMENTS}{document.code}/send/"
    assert office.neighbor.post_code not in page(analyst.get(address))
    typed = rows(office) | {"place-0": "7", "search": words, "find": "1"}
    found = page(analyst.post(address, typed))
    assert f'value="{office.neighbor.post_code}"' in found
    assert "Direktorat Aplikasi" in found
    assert "Posts found" in found
    assert 'value="7"' in found
    assert "Error" not in found
    document.refresh_from_db()
    assert document.status == "draft"


@pytest.mark.parametrize("words", ["", " ", "x", "zzzz", "neighbor zzzz", "%", "minister", "'; drop table"])
def test_what_is_not_there_is_not_found_and_what_was_typed_stays(office, words):
    document, analyst = begin(office), signed_in("analyst", office)
    address = f"{DOCUMENTS}{document.code}/send/"
    typed = rows(office, "nobody") | {"place-0": "7", "search": words, "find": "1"}
    shown = page(analyst.post(address, typed))
    assert "No post of another agency" in shown
    assert office.neighbor.post_code not in shown
    assert 'value="7"' in shown


def test_the_other_agency_finds_it_in_the_basket_and_reads_exactly_what_was_signed(office):
    make_official("stranger", person_number="3171016003850099", post_code="komdigi//stranger", roles=("office.clerk",))
    stranger = take_office("stranger", "komdigi//stranger", ELSEWHERE)
    document, analyst = begin_for(office, Reach.UNIT), signed_in("analyst", office)
    address = f"{DOCUMENTS}{document.code}/send/"
    assert "It is on its way" in page(analyst.post(address, rows(office, office.neighbor.post_code), follow=True))
    line = line_of(document)
    act(office.head, document, PathAct.AGREED)
    neighbor = signed_in("neighbor", office)
    assert document.title in page(neighbor.get(reverse("desk:work")))
    assert document.title in page(neighbor.get(reverse("desk:lines")))
    assert "Your part" in page(neighbor.get(reverse("desk:line", args=[line.number])))
    assert "One." in page(neighbor.get(f"{DOCUMENTS}{document.code}/"))
    content = neighbor.get(reverse("desk:line-version", args=[line.number, 1])).content
    digest = hashlib.sha256(content).hexdigest()
    sent = {"act": "agreed", "opinion": "", "digest": digest}
    assert "stands on the path" in page(neighbor.post(reverse("desk:line", args=[line.number]), sent, follow=True))
    assert (get_path(line)[-1].digest, list_line_faults(line.number)) == (digest, [])
    other = signed_in_as(stranger)
    for closed in (reverse("desk:line", args=[line.number]), f"{DOCUMENTS}{document.code}/"):
        assert other.get(closed).status_code in (403, 404)


def test_who_is_put_on_the_line_later_reads_it_from_their_turn_on(office):
    document = begin_for(office, Reach.NAMED)
    steps = [
        PlannedStep(office.head.post_code, StepTask.REVIEW, 1),
        PlannedStep(office.director.post_code, StepTask.APPROVAL, 2),
    ]
    submit_draft(actor=office.analyst, code=document.code, steps=steps, now=NOW)
    neighbor = signed_in("neighbor", office)
    assert neighbor.get(f"{DOCUMENTS}{document.code}/").status_code in (403, 404)
    ahead = [PlannedStep(office.neighbor.post_code, StepTask.COOPERATION, 1), steps[1]]
    reroute_line(actor=office.analyst, number=line_of(document).number, steps=ahead, opinion="", now=NOW)
    assert "One." in page(neighbor.get(f"{DOCUMENTS}{document.code}/"))
    assert "Your part" in page(neighbor.get(reverse("desk:line", args=[line_of(document).number])))


def signed_in_as(actor):
    browser = Client(headers={"Accept-Language": "en"})
    sign_in(browser, find_account("stranger"), post_code=actor.post_code)
    return browser


def test_the_class_and_what_it_lacks_stand_on_the_page(office):
    document, analyst = begin(office), signed_in("analyst", office)
    address = f"{DOCUMENTS}{document.code}/send/"
    assert "All of it" in page(analyst.get(address))
    OfficialDocument.objects.filter(pk=document.pk).update(disclosure="closed", disclosure_ground="i")
    shown = page(analyst.get(address))
    assert re.search(r"<strong>Closed until</strong>\s+On this ground", shown)
    assert "Error" in page(analyst.post(address, rows(office)))
    document.refresh_from_db()
    assert document.status == "draft"
