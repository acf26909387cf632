"""The form, the page that tells how everything stands, and the hospital's desk, over HTTP."""

import re

import pytest
from django.conf import settings
from django.test import Client

from gapura.bundles.models import BundleRequest
from gapura.bundles.tests.conftest import BORN, BUDI, SITI, ask, states, tell
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.health.testing import BirthAttendedEntry

FORM = "/together/happy-birth/"
OPTIONAL = ["child-card", "insurance", "contribution", "assistance", "local-gift", "electricity"]


@pytest.fixture
def siti(town: None, client: Client) -> Client:
    """Siti's browser, signed in with her second factor, in English."""
    sign_in(client, make_resident("siti", person_number=SITI), second_factor=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def fill_in(browser: Client, **changes: object) -> dict[str, object]:
    page = browser.get(FORM).content.decode()
    key = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert key, page
    filled = {
        "idempotency_key": key.group(1),
        "subject": SITI,
        "birth.child_name": "Ratna Santoso",
        "birth.twin": "1",
        "wanted": OPTIONAL,
        "consent": "on",
    }
    return filled | changes


def test_one_form_leads_to_one_page_with_ten_items_done(siti: Client) -> None:
    tell()
    page = siti.post(FORM, fill_in(siti), follow=True).content.decode()
    request = BundleRequest.objects.get()
    assert "10 of 10 are settled" in page
    assert len(re.findall(r'class="timeline__title"', page)) == 10
    assert "The child&#39;s number (NIK)" in page
    assert "3171014305260001" in page
    assert page.count("Download (PDF)") == 4
    assert "/together/requests/" + request.number in siti.get("/").content.decode()


def test_the_life_event_page_leads_to_the_form(siti: Client) -> None:
    assert FORM in siti.get("/life-events/having-a-child/").content.decode()
    page = siti.get(FORM).content.decode()
    assert "One form instead of 10 applications" in page
    assert "What shall the child be called?" in page


def test_while_it_waits_the_page_looks_again_by_itself_and_says_for_what(siti: Client) -> None:
    answer = siti.post(FORM, fill_in(siti), follow=True)
    page = answer.content.decode()
    assert "0 of 10 are settled" in page
    assert "No health facility has told of this birth yet." in page
    assert answer.headers["Refresh"] == "10"
    tell()
    deliver_pending()
    assert "Refresh" not in siti.get(answer.redirect_chain[-1][0]).headers


def test_what_is_not_ticked_is_not_done(siti: Client) -> None:
    tell()
    siti.post(FORM, fill_in(siti, wanted=["insurance"]))
    assert set(states(BundleRequest.objects.get())) == {"birth", "extract", "number", "family-card", "insurance"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"birth.child_name": ""}, "This is needed."),
        ({"birth.twin": "many"}, "Enter a whole number"),
        ({"birth.child_name": "a" * 61}, "at most 60"),
        ({"consent": ""}, "Tick this"),
        ({"subject": BUDI}, "not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_nothing_is_sent(
    siti: Client, changes: dict[str, str], said: str
) -> None:
    page = siti.post(FORM, fill_in(siti, **changes)).content.decode()
    assert said in page
    assert not BundleRequest.objects.exists()


def test_a_strangers_request_and_an_unknown_bundle_are_absent(siti: Client) -> None:
    tell()
    other = ask(BUDI)
    assert siti.get(f"/together/requests/{other.number}/").status_code == 404
    assert siti.get("/together/nothing/").status_code == 404


def test_the_hospital_tells_of_a_birth_and_the_parents_read_it(town: None, client: Client) -> None:
    post = "kemenkes/31.71/midwife"
    account = make_official(
        "midwife", person_number="3171015505850024", post_code=post, roles=["health.birth-reporter"]
    )
    sign_in(client, account, post_code=post)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/desk/health/births/").content.decode()
    notice = re.search(r'name="notice_number" value="(\w+)"', page)
    assert notice
    told = {
        "notice_number": notice.group(1),
        "mother": SITI,
        "father": BUDI,
        "born_on": BORN.isoformat(),
        "born_at": "07:45",
        "sex": "female",
        "child_order": "1",
        "weight_grams": "3150",
        "birth_place": "Jakarta Pusat",
        "facility_code": "R317101",
        "facility_name": "RSIA Cideng",
    }
    assert "The birth is told" in client.post("/desk/health/births/", told, follow=True).content.decode()
    client.post("/desk/health/births/", told)
    assert BirthAttendedEntry.objects.count() == 1
    again = client.post("/desk/health/births/", told | {"notice_number": "OTHER"}).content.decode()
    assert "was told already" in again
    assert "16 digits" in client.post("/desk/health/births/", told | {"mother": "12"}).content.decode()
    assert BirthAttendedEntry.objects.count() == 1
    assert [one.kind for one in list_messages(SITI)] == [one.kind for one in list_messages(BUDI)] == ["birth_told"]
    assert "RSIA Cideng" in list_messages(SITI)[0].body
