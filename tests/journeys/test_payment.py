"""A person asks for the map of their parcel, pays its fee at the bank and receives it, with no script on any page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.payments.testing import ServedBank, demo_bank
from gapura.sectors.property import testing as property_
from tests.journeys.conftest import SITI, House, let_the_house_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARCEL = "3171010100001"


@pytest.fixture
def bank(tmp_path: Path, live_server: Any, settings: Any) -> Iterator[ServedBank]:
    settings.GAPURA_PUBLIC_ADDRESS = live_server.url
    with demo_bank(tmp_path) as served:
        yield served


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A cheap phone without scripts."""
    made = chromium.new_context(locale="en-US", viewport={"width": 390, "height": 1000}, java_script_enabled=False)
    yield made.new_page()
    made.close()


def sign_in(page: Page, house: House) -> None:
    page.goto(f"{house.address}/sign-in/")
    page.get_by_label("Sign-in name").fill(house.login)
    page.get_by_label("Password").fill(house.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{house.address}/")


def test_a_map_is_asked_for_paid_and_received(page: Page, house: House, bank: ServedBank) -> None:
    property_.make_estate(SITI, PARCEL, "3171-0001", name="Siti Rahayu")
    sign_in(page, house)
    page.goto(f"{house.address}/services/property.cadastral-map/apply/")
    page.get_by_role("button", name="Continue").click()  # for herself, then for which parcel
    page.locator("input[type=radio][name$=parcel]").first.check()
    page.get_by_role("button", name="Send application").click()
    expect(page.get_by_text("One thing is left: the fee")).to_be_visible()
    page.get_by_role("link", name="To the bill").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Go to the bank and pay").click()
    expect(page.get_by_role("heading", name="Demonstration bank")).to_be_visible()
    page.get_by_label("What shall happen?").select_option("twice")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("This page is your receipt")).to_be_visible()
    expect(page.get_by_text("More came than was owed")).to_be_visible()
    let_the_house_work()
    page.get_by_role("navigation", name="You are here").get_by_role("link").last.click()
    expect(page.get_by_text("Your document is ready")).to_be_visible()
