"""A form that is long can be left and gone on with; nothing is judged or begun before it is sent."""

import re

import pytest
from django.conf import settings
from django.test import Client

from gapura.bundles.models import BundleDraft, BundleRequest
from gapura.bundles.tests.conftest import BUDI, SITI, tell
from gapura.kernel.cases.queries import Case
from gapura.kernel.identity.testing import make_resident, sign_in

FORM = "/together/business-start-up/"


def browse(person: str) -> Client:
    browser = Client()
    sign_in(browser, make_resident(f"r{person}", person_number=person), second_factor=True)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


@pytest.mark.usefixtures("town")
def test_what_was_saved_stands_in_the_form_again_for_its_writer_alone() -> None:
    siti = browse(SITI)
    page = siti.post(FORM, {"saving": "1", "founding.chosen_name": "Sinar Pagi Jaya", "founding.paid_in": "x" * 900})
    assert (page.status_code, page["Location"]) == (302, FORM)
    assert not BundleRequest.objects.exists()
    assert not Case.objects.exists()
    page = siti.get(FORM).content.decode()
    assert "What you saved stands in the form" in page
    assert 'value="Sinar Pagi Jaya"' in page
    assert "Sinar Pagi Jaya" not in browse(BUDI).get(FORM).content.decode()


@pytest.mark.usefixtures("town")
def test_saving_again_replaces_and_what_the_form_does_not_ask_is_not_kept() -> None:
    siti = browse(SITI)
    siti.post(
        FORM,
        {"saving": "1", "founding.chosen_name": "Sinar Pagi Jaya", "founding.secret": "1", "licence.business": "9"},
    )
    siti.post(FORM, {"saving": "1", "founding.chosen_name": "Sinar Sore Jaya"})
    assert BundleDraft.objects.get().answers == {"founding": {"chosen_name": "Sinar Sore Jaya"}}


@pytest.mark.usefixtures("town")
def test_what_is_sent_is_no_draft_any_more() -> None:
    tell()
    siti = browse(SITI)
    form = "/together/happy-birth/"
    siti.post(form, {"saving": "1", "birth.child_name": "Ratna Santoso"})
    key = re.search(r'name="idempotency_key" value="(\w+)"', siti.get(form).content.decode())
    assert key
    sent = {"idempotency_key": key.group(1), "subject": SITI, "birth.child_name": "Ratna Santoso", "birth.twin": "1"}
    siti.post(form, sent | {"consent": "on"})
    assert BundleRequest.objects.count() == 1
    assert not BundleDraft.objects.exists()
