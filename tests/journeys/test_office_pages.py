"""Every page of the office that the permission table shows to its people is accessible and narrow, light and dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page

from gapura.foundation import clock
from tests.journeys.looking import complaints_now, open_in
from tests.security.matrix import Rule, Town, read_rules
from tests.security.town import NOW, found_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = {
    "desk": "desk:work desk:line desk:absence office:search office:openness smart_work:",
    "documents": "office:doc office:edit office:new-doc office:send office:version office:compare office:disc "
    "office:redact office:register office:incoming office:dispatch office:reading",
    "work": "office:card office:new office:edit- office:instruction office:memo office:todo office:weekly office:hand "
    "office:archive office:destruction office:meeting office:calendar office:entry office:room office:booking "
    "office:duty",
    "people": "letters: public-documents:",
}


@pytest.fixture
def town(seal_keys: None) -> Iterator[Town]:
    with clock.frozen(NOW):
        yield found_town()


def list_pages(town: Town, place: str) -> Iterator[tuple[Client, str]]:
    """A browser and an address for each page that somebody of the town is shown."""
    for rule in read_rules():
        if rule.method == "GET" and rule.route.startswith(tuple(PLACES[place].split())):
            for state, arguments in town.objects[rule.object].items():
                if (who := find_reader(rule, town, state)) is not None:
                    yield town.browsers[who], reverse(rule.route, kwargs={**arguments, **rule.given}) + rule.query


def find_reader(rule: Rule, town: Town, state: str) -> str | None:
    return next((who for who in ("service authority", "applicant") if rule.expect(who, state) == "shown"), None)


def is_page(page: Page, address: str) -> bool:
    """Whether the address opens as a page; a file is kept and not opened."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return answer is not None and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("place", PLACES)
def test_every_page_is_accessible_and_narrow(chromium: Browser, live_server: Any, town: Town, place: str) -> None:
    found, seen = [], 0
    pages: dict[Client, Page] = {}
    for browser, address in dict.fromkeys(list_pages(town, place)):
        page = pages.get(browser) or pages.setdefault(browser, open_in(chromium, live_server.url, browser))
        if is_page(page, live_server.url + address):
            found += complaints_now(page)
            seen += 1
    assert "\n".join(found) == ""
    assert seen > 5
