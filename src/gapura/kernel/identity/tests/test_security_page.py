"""One's own security: sessions, password, and pages that nobody can make one send."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity import urls
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.testing import PASSWORD, make_resident, sign_in

pytestmark = pytest.mark.django_db
FORM = {"login": "citra", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "a gate stands open for all"


def is_signed_in(client: Client) -> bool:
    return client.get("/test/resident/").status_code == 200


@pytest.fixture
def two_browsers() -> tuple[Client, Client]:
    make_resident()
    browsers = Client(headers={"User-Agent": FIREFOX}), Client(REMOTE_ADDR="203.0.113.7")
    for browser in browsers:
        browser.post("/sign-in/", FORM)
    return browsers


def test_a_person_sees_from_where_they_signed_in(two_browsers: tuple[Client, Client]) -> None:
    page = two_browsers[0].get("/security/").content.decode()
    assert "Firefox, Linux" in page
    assert "203.0.113.0/24" in page
    assert page.count("This session") == 1


def test_another_session_is_ended_and_ones_own_stays(two_browsers: tuple[Client, Client]) -> None:
    here, there = two_browsers
    page = here.get("/security/").content.decode()
    address = page.split('action="/security/sessions/')[1].split('"')[0]
    here.post(f"/security/sessions/{address}")
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_all_other_sessions_are_ended_at_once(two_browsers: tuple[Client, Client]) -> None:
    here, there = two_browsers
    here.post("/security/sessions/end/")
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_nobody_ends_the_session_of_somebody_else(two_browsers: tuple[Client, Client]) -> None:
    stranger = Client()
    sign_in(stranger, make_resident("budi", person_number="3171010101900003"))
    for session_id in range(1, 50):
        stranger.post(f"/security/sessions/{session_id}/end/")
    assert all(is_signed_in(browser) for browser in two_browsers)


def test_changing_the_password_ends_the_other_sessions(two_browsers: tuple[Client, Client]) -> None:
    here, there = two_browsers
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post("/security/password/", form).headers["Location"] == "/security/"
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert Account.objects.get().check_password(NEW_PASSWORD)
    assert "identity.credentials_changed" in [event.action for event in list_events()]


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW_PASSWORD, NEW_PASSWORD),
        (PASSWORD, "fourteen chars", "fourteen chars"),
        (PASSWORD, "1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv"),
        (PASSWORD, NEW_PASSWORD, "something else entirely"),
    ],
)
def test_a_password_is_not_changed_to_a_weak_one_or_without_the_old_one(
    client: Client, old: str, new: str, again: str
) -> None:
    sign_in(client, make_resident())
    response = client.post("/security/password/", {"oldpassword": old, "password1": new, "password2": again})
    assert response.status_code == 200
    assert Account.objects.get().check_password(PASSWORD)


WITHOUT_ACCOUNT = re.compile("^/(sign-|activate/|stop/)")


def _routes(patterns: list[URLPattern | URLResolver]) -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _routes(pattern.url_patterns)
        else:
            found.append("/" + re.sub(r"<\w+:\w+>", "1", str(pattern.pattern)))
    return sorted(set(found))


@pytest.mark.parametrize("route", _routes(urls.urlpatterns))
def test_no_other_site_can_make_a_browser_send_anything(route: str) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, make_resident())
    assert client.post(route, FORM).status_code in (403, 405)


@pytest.mark.parametrize("route", [route for route in _routes(urls.urlpatterns) if not WITHOUT_ACCOUNT.search(route)])
def test_every_page_about_an_account_needs_signing_in(client: Client, route: str) -> None:
    client.raise_request_exception = False
    response = client.get(route)
    assert response.status_code in (302, 405)
    if response.status_code == 302:
        assert response.headers["Location"].startswith("/sign-in/")
