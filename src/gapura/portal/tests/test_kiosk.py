"""A public terminal: what it offers, when it ends, and what is left of whoever went."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.testing import make_resident, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SITI = "3171014501900001"
PAUSE = "/kiosk/pause/?next=%2Fcases%2F"


@pytest.fixture
def terminal() -> Client:
    """A terminal at which Siti has just signed in."""
    client = Client(headers={"Accept-Language": "en"})
    client.get("/kiosk/")
    with clock.frozen(NOW):
        sign_in(client, make_resident("siti", person_number=SITI))
        assert client.get("/cases/").status_code == 200
    return client


def at(terminal: Client, seconds: int, path: str) -> object:
    with clock.frozen(NOW + timedelta(seconds=seconds)):
        return terminal.get(path)


def test_every_page_of_a_terminal_moves_on_by_itself_and_is_not_kept(terminal: Client) -> None:
    page = at(terminal, 1, "/cases/")
    asked = at(terminal, 2, PAUSE)

    assert page.headers["Refresh"] == f"60; url={PAUSE}"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Finish and leave" in page.content.decode()
    assert asked.headers["Refresh"] == "30; url=/kiosk/"
    assert 'href="/cases/"' in asked.content.decode()


def test_elsewhere_nothing_of_it_is_seen() -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/search/")

    assert "Refresh" not in page.headers
    assert "Finish and leave" not in page.content.decode()


def test_whoever_opens_the_first_page_is_nobody_and_the_session_is_gone_from_the_house(terminal: Client) -> None:
    assert Session.objects.count() == 1

    at(terminal, 1, "/kiosk/")

    assert Session.objects.count() == 0
    assert terminal.get("/cases/").status_code == 302
    assert {name for name, cookie in terminal.cookies.items() if cookie.value} <= {"kiosk", "csrf", "language"}


def test_the_secret_of_the_forms_is_another_for_the_next_person(terminal: Client) -> None:
    before = terminal.cookies["csrf"].value

    at(terminal, 1, "/kiosk/")

    assert terminal.cookies["csrf"].value not in ("", before)


def test_a_session_left_alone_ends_though_the_browser_does_nothing(terminal: Client) -> None:
    left = at(terminal, 91, "/cases/")

    assert left.headers["Location"] == "/kiosk/"
    assert Session.objects.count() == 0


def test_each_touch_begins_the_time_anew_and_the_question_is_no_touch(terminal: Client) -> None:
    for seconds in (60, 140):
        assert at(terminal, seconds, "/cases/").status_code == 200
    assert at(terminal, 210, PAUSE).status_code == 200

    assert at(terminal, 231, "/cases/").headers["Location"] == "/kiosk/"


@pytest.mark.parametrize("path", ["/", "/my-data/", "/security/", "/desk/", "/messages/", "/mandates/"])
def test_what_is_for_ones_own_device_is_not_shown(terminal: Client, path: str) -> None:
    answer = at(terminal, 1, path)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/kiosk/services/")


def test_it_offers_papers_that_are_had_at_once() -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/kiosk/services/").content.decode()

    assert 'href="/services/civil.family-card/apply/"' in page
    assert "records.correction" not in page


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_question_leads_back_into_the_house_only(there: str) -> None:
    page = Client().get("/kiosk/pause/", {"next": there}).content.decode()

    assert [link for link in re.findall(r'href="([^"]*)"', page) if "evil" in link or "alert" in link] == []
    assert 'href="/kiosk/services/"' in page


def test_no_other_site_makes_a_terminal_of_ones_own_device() -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.get("/kiosk/")
    assert "kiosk" not in client.cookies

    client.get("/kiosk/", headers={"Sec-Fetch-Site": "none"})
    assert "kiosk" in client.cookies
