"""Siti puts her identity into a phone wallet and shares facts with a bank: on a small screen, without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from gapura.kernel.credentials.testing import Credential, Wallet, read_offer
from gapura.kernel.wallet.models import Sharing
from tests.journeys.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, house: House) -> Any:
    """A telephone of 320 px without JavaScript, signed in."""
    context = chromium.new_context(
        locale="en-US", viewport={"width": 320, "height": 640}, java_script_enabled=False, base_url=house.address
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=login]", house.login)
    page.fill("input[name=password]", house.password)
    page.locator("input[name=password]").press("Enter")
    yield page
    context.close()


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether anything sticks out to the right."""
    box = page.locator("main").bounding_box()
    picture = page.locator("main svg").first
    inner = picture.bounding_box() if picture.count() else box
    assert box is not None
    assert inner is not None
    return box["width"] > 320 or inner["x"] + inner["width"] > 320


def test_siti_puts_her_identity_into_her_wallet_and_stops_it(page: Page) -> None:
    page.goto("/documents/")
    page.click("main >> text=Put into a phone wallet")
    page.click("article:has-text('Digital identity') >> text=Put into a phone wallet")
    page.click("button:has-text('Show the code')")
    assert not is_wider_than_the_screen(page)
    address = page.get_attribute("a:has-text('Open the wallet on this phone')", "href") or ""
    [grant] = read_offer(address)["grants"].values()
    code = "".join(re.findall(r"\d", page.inner_text("code.code")))
    wallet = Wallet()
    token = wallet.redeem(grant["pre-authorized_code"], code).json()["access_token"]
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 200
    page.click("text=See whether it arrived")
    assert "Valid" in page.inner_text("article:has(h3)")
    page.click("button:has-text('Stop')")
    assert "Stopped" in page.inner_text("article:has(h3)")
    assert Credential.objects.get().end_reason == "stopped"


def test_siti_shares_facts_for_a_bank_account_and_stops_it(page: Page) -> None:
    page.goto("/documents/")
    page.click("main >> text=Share facts")
    page.click("text=Opening a bank account")
    assert page.is_checked("text=Full name")
    page.uncheck("text=Occupation")
    page.fill("input[name=purpose]", "A savings account")
    page.click("button:has-text('Share')")
    assert not is_wider_than_the_screen(page)
    assert "occupation" not in Sharing.objects.get().facts["civil.person"]
    page.click("button:has-text('Stop')")
    assert Sharing.objects.get().stopped_at is not None
