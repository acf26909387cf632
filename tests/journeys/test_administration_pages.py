"""Every page of those who keep the house is accessible and narrow, empty and with mistakes, in both color schemes."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.identity import testing as identity
from tests.journeys.looking import complaints, complaints_now, open_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "identity.counter": ["/desk/accounts/"],
    "personnel.officer": ["/desk/people/", "/desk/people/new/"],
    "emergency.access": ["/desk/emergency/", "/desk/emergency/take/"],
    "federation.registrar": ["/desk/sites/", "/desk/sites/new/"],
    "records.officer": ["/desk/records/", "/desk/records/holds/"],
    "operations.duty": ["/desk/outages/"],
}
WITH_FORM = "main form:has(input:not([type=hidden]), textarea)"
POST = "dukcapil/31.71/keeper"


def sign_in_with(roles: list[str]) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    identity.sign_in(browser, identity.make_official("keeper", post_code=POST, roles=roles), post_code=POST)
    return browser


def test_every_page_of_the_keepers_is_accessible_and_narrow(chromium: Browser, live_server: object) -> None:
    house = str(live_server)
    page = open_in(chromium, house, sign_in_with(list(PAGES)))
    found = []
    for address in (one for pages in PAGES.values() for one in pages):
        found += complaints(page, house + address)
        if page.locator(WITH_FORM).count():
            page.locator(WITH_FORM).locator("button").last.click()
            expect(page.locator(".error-summary"), address).to_be_focused()
            found += complaints_now(page)
    assert found == []


def test_a_keeper_of_many_things_finds_them_behind_one_word(chromium: Browser, live_server: object) -> None:
    page = open_in(chromium, str(live_server), sign_in_with(list(PAGES)))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server}/desk/")
    before, kept = titles(page), {"People and powers", "Emergency access", "Records", "Outages"}
    assert "Accounts" in before
    assert not kept & set(before)
    page.get_by_text("Administration").press("Enter")
    assert kept <= set(titles(page)) - set(before)
    assert page.locator(".who a").inner_text() == "Keeper"


def test_a_keeper_of_one_thing_sees_it_at_once(chromium: Browser, live_server: object) -> None:
    page = open_in(chromium, str(live_server), sign_in_with(["office.clerk"]))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server}/desk/")
    before = titles(page)
    assert not page.get_by_text("Administration").is_visible()
    page.get_by_text("Office work").press("Enter")
    assert "Who answers now" in set(titles(page)) - set(before)


def titles(page: Page) -> list[str]:
    return [link.inner_text() for link in page.locator("#menu ul a").all() if link.is_visible()]
