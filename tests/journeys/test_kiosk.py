"""At a public terminal: a certificate from the first touch to the print, and nothing left for whoever comes next."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from gapura.portal import middleware
from tests.journeys.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def terminal(chromium: Browser, house: House) -> Page:
    """An upright screen without scripts."""
    made = chromium.new_context(java_script_enabled=False, locale="en-US", viewport={"width": 1080, "height": 1920})
    page = made.new_page()
    page.goto(f"{house.address}/kiosk/")
    return page


def _get_certificate(page: Page, house: House) -> str:
    """From the first touch to the finished paper; its page."""
    page.get_by_role("link", name="Begin").click()
    page.get_by_role("link", name="Family card copy").click()
    page.get_by_label("Sign-in name").fill(house.login)
    page.get_by_label("Password").fill(house.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Send application").click()
    expect(page.get_by_text("Your document is ready")).to_be_visible()
    return page.url


def test_a_paper_is_had_and_printed_and_going_back_shows_nothing(terminal: Page, house: House) -> None:
    page = terminal
    case = _get_certificate(page, house)
    file = page.get_by_role("link", name="Download (PDF)").get_attribute("href")
    answer = page.request.get(f"{house.address}{file}")
    assert answer.body().startswith(b"%PDF-")
    assert answer.headers["content-disposition"].startswith("inline")
    page.get_by_role("link", name="Finish and leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your papers, here and now")

    for _ in range(4):
        page.go_back()
        expect(page.get_by_text(re.compile("Your document is ready|Send application"))).to_have_count(0)
    for address in (case, f"{house.address}{file}", f"{house.address}/documents/"):
        page.goto(address)
        expect(page.get_by_label("Sign-in name")).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"kiosk", "csrf"}


def test_a_terminal_left_alone_asks_and_begins_anew(
    terminal: Page, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = terminal
    monkeypatch.setattr(middleware, "idle_limit", lambda: timedelta(seconds=2))
    monkeypatch.setattr(middleware, "warning_limit", lambda: timedelta(seconds=2))
    page.get_by_role("link", name="Begin").click()
    page.wait_for_url("**/kiosk/pause/**", timeout=10_000)
    page.get_by_role("link", name="Yes, go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which paper do you need?")
    page.wait_for_url(re.compile("/kiosk/$"), timeout=15_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your papers, here and now")
