"""A photo in an application: sent with the form, refused beside its field, kept while the rest is put right."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.tests.conftest import CHILD, NOW, OFFICE, SITI, State
from gapura.kernel.catalogue.testing import asking
from gapura.kernel.catalogue.types import FormField, FormFieldKind
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.photos.queries import find_photo, list_photos_of
from gapura.kernel.photos.testing import Photo, a_photo_of, make_photo

pytestmark = pytest.mark.usefixtures("agreements")

SERVICE = "civil.never-married"
APPLY = f"/services/{SERVICE}/apply/"
PHOTO = FormField("photo", {"id": "Foto", "en": "Photo", "ko": "사진"}, FormFieldKind.PHOTO)
REASON = FormField("reason", {"id": "Alasan", "en": "Reason", "ko": "사유"})


@pytest.fixture
def browser(client: Client, state: State) -> Iterator[Client]:
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with asking(SERVICE, PHOTO, REASON):
        yield client


def send(browser: Client, page: str = "", **answers: object) -> str:
    """Send the form of ``page`` (a fresh one where none is given), and give the page that follows."""
    page = page or browser.get(APPLY).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="(\w*)"', page))
    hidden.pop("csrfmiddlewaretoken", None)
    sent = {"subject": SITI} | hidden | {f"answer-{code}": value for code, value in answers.items()}
    return browser.post(APPLY, sent, follow=True).content.decode()


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", content)


def test_the_photo_serves_the_case_that_was_sent_with_it(browser: Client) -> None:
    send(browser, photo=file(a_photo_of(SITI)), reason="Wedding")
    case = Case.objects.get()
    assert [photo.code for photo in list_photos_of(case.number)] == [case.answers["photo"]]
    assert list_photos_of(case.number)[0].agency_code == case.agency_code


def test_a_bad_photo_is_refused_beside_its_field_and_the_other_answers_stay(browser: Client) -> None:
    page = send(browser, photo=file(b"<html>"), reason="Wedding")
    assert "The file is not a photo." in page
    assert 'value="Wedding"' in page
    assert not Case.objects.exists()


def test_a_good_photo_is_kept_while_the_rest_is_put_right(browser: Client) -> None:
    page = send(browser, photo=file(a_photo_of(SITI)))
    photo = Photo.objects.get()
    assert f'src="/photos/{photo.code}.jpg"' in page
    send(browser, page, reason="Wedding")
    assert Case.objects.get().answers["photo"] == photo.code


def test_a_file_replaces_the_photo_that_was_kept(browser: Client) -> None:
    page = send(browser, photo=file(a_photo_of(SITI)))
    first = Photo.objects.get()
    send(browser, page, photo=file(a_photo_of("new look")), reason="Wedding")
    assert Case.objects.get().answers["photo"] != first.code
    assert find_photo(first.code).used_in == ""


def test_the_form_sent_twice_is_one_case(browser: Client) -> None:
    page = browser.get(APPLY).content.decode()
    for _ in range(2):
        send(browser, page, photo=file(a_photo_of(SITI)), reason="Wedding")
    assert Case.objects.count() == Photo.objects.count() == 1


def test_without_a_photo_it_is_asked_for(browser: Client) -> None:
    assert "This is needed." in send(browser, reason="Wedding")


@pytest.mark.parametrize("code", ["../../etc", "<b>", "0000000000000000"])
def test_a_code_that_is_none_is_refused(browser: Client, code: str) -> None:
    page = browser.post(
        APPLY, {"subject": SITI, "idempotency_key": "x" * 24, "answer-photo-kept": code, "answer-reason": "Wedding"}
    ).content.decode()
    assert "photo" in page
    assert not Case.objects.exists()


def test_the_photo_of_somebody_else_or_of_another_case_cannot_be_named(browser: Client) -> None:
    for photo in (make_photo(CHILD, now=NOW), make_photo(SITI, used_in="A-1", now=NOW)):
        answers = {"answer-photo-kept": photo.code, "answer-reason": "Wedding"}
        page = browser.post(APPLY, {"subject": SITI, "idempotency_key": photo.code} | answers).content.decode()
        assert "This photo cannot be used for this application." in page
    assert not Case.objects.exists()


def test_the_official_of_the_case_sees_the_photo_and_each_look_is_recorded(browser: Client) -> None:
    send(browser, photo=file(a_photo_of(SITI)), reason="Wedding")
    case = Case.objects.get()
    address = f"/desk/cases/{case.number}/photos/{case.answers['photo']}.jpg"
    desk, elsewhere = Client(), Client()
    for client, office, person in ((desk, OFFICE, "3171010101800007"), (elsewhere, "32.73", "3273010101800001")):
        post = f"dukcapil/{office}/registrar"
        account = make_official(f"desk-{office}", person_number=person, post_code=post, roles=["civil.registrar"])
        sign_in(client, account, post_code=post)
    assert desk.get(address).content.startswith(b"\xff\xd8\xff")
    assert address in desk.get(f"/desk/cases/{case.number}/").content.decode()
    assert elsewhere.get(address).status_code == 404
    assert desk.get(f"/desk/cases/{case.number}/photos/0000.jpg").status_code == 404
    assert AuditEvent.objects.filter(action="photos.viewed", case_number=case.number).count() == 1
