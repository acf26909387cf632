"""From home to a verified certificate: by keyboard alone, without scripts, and when something goes wrong."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = 60
FOCUSED = """() => {
    const element = document.activeElement;
    const shown = getComputedStyle(element.closest('.card') || element);
    return {
        text: (element.innerText || element.value || element.name || '').trim(),
        name: element.name || '',
        isPage: element === document.body,
        isSeen: shown.outlineStyle !== 'none' && parseFloat(shown.outlineWidth) >= 2,
    };
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control called ``wanted`` (its text or its name) has the focus, visibly."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["isSeen"] or focused["isPage"], f"The focus cannot be seen on {focused}"
        if wanted in (focused["text"], focused["name"]):
            return
    pytest.fail(f"{wanted} was not reached with {TABS} tabs on {page.url}")


def follow(page: Page) -> None:
    """Press Enter and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_alone_from_home_to_a_verified_certificate(context: BrowserContext, house: House) -> None:
    page = context.new_page()
    page.goto(house.address)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the content"
    tab_to(page, "q")
    page.keyboard.type("residence")
    follow(page)
    tab_to(page, "Residence certificate")
    follow(page)
    tab_to(page, "Apply now")
    follow(page)
    tab_to(page, "login")
    page.keyboard.type(house.login)
    tab_to(page, "password")
    page.keyboard.type(house.password)
    follow(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Residence certificate")
    tab_to(page, "subject")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Send application")
    follow(page)
    expect(page.get_by_text("Your document is ready")).to_be_visible()
    tab_to(page, "Check it as others see it")
    follow(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Genuine and valid")


def test_without_scripts_the_document_is_had_and_its_file_verified(
    chromium: Browser, house: House, tmp_path: Path
) -> None:
    browser = chromium.new_context(java_script_enabled=False, locale="en-US", viewport={"width": 360, "height": 740})
    page = browser.new_page()
    page.goto(f"{house.address}/services/civil.never-married/")
    page.get_by_role("link", name="Apply now").click()
    page.get_by_label("Sign-in name").fill(house.login)
    page.get_by_label("Password").fill(house.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Send application").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (PDF)").click()
    file = tmp_path / "certificate.pdf"
    download.value.save_as(file)
    page.goto(f"{house.address}/verify/")
    page.get_by_label("The file (PDF)").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Genuine and valid")
    page.goto(f"{house.address}/my-data/")
    expect(page.get_by_text(re.compile("UU 23/2006")).first).to_be_visible()
    browser.close()


def test_after_an_error_the_focus_stands_on_the_summary(context: BrowserContext, house: House) -> None:
    page = context.new_page()
    page.goto(f"{house.address}/verify/?code=hello")
    expect(page.locator(".error-summary")).to_be_focused()
    tab_to(page, page.locator(".error-summary a").inner_text())
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "code"


def test_the_language_is_switched_on_the_page_one_is_on(context: BrowserContext, house: House) -> None:
    page = context.new_page()
    page.goto(f"{house.address}/services/civil.family-card/")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert page.url.endswith("/services/civil.family-card/")
