"""Siti signs in on her phone with a passkey, lets a terminal go on in her name, and finds the paper in her wallet."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.documents.testing import Document
from gapura.kernel.identity.models import PhoneSignIn
from tests.journeys.conftest import House
from tests.journeys.test_passkeys import give_device

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(house: House, settings: Any) -> str:
    """The house under its name: passkeys are kept for names, not for IP addresses."""
    settings.GAPURA_PUBLIC_ADDRESS = house.address.replace("127.0.0.1", "localhost")
    return str(settings.GAPURA_PUBLIC_ADDRESS)


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(locale="en-US", viewport=PHONE, base_url=address, is_mobile=True, has_touch=True)
    page = context.new_page()
    give_device(page)
    yield page
    context.close()


@pytest.fixture
def terminal(chromium: Browser, address: str) -> Iterator[Page]:
    """A device that is nobody's own."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 800}, base_url=address)
    yield context.new_page()
    context.close()


def keep_passkey(phone: Page, house: House) -> None:
    """The first sign-in is by password; the passkey made then opens the second."""
    phone.goto("/sign-in/")
    phone.get_by_label("Sign-in name").fill(house.login)
    phone.get_by_label("Password").fill(house.password)
    phone.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    phone.goto("/security/")
    phone.get_by_role("link", name="Add a passkey").click()
    phone.get_by_label("Password").fill(house.password)
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("Name of this passkey").fill("My telephone")
    phone.get_by_role("button", name="Set up").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    phone.context.clear_cookies()


def code_shown_at(terminal: Page) -> str:
    """The path that the picture at the terminal leads to."""
    terminal.goto("/sign-in/phone/?next=/services/civil.never-married/")
    terminal.get_by_role("button", name="Show the code").click()
    expect(terminal.locator("main svg").first).to_be_visible()
    [session] = [one["value"] for one in terminal.context.cookies() if "session" in one["name"]]
    return f"/sign-in/phone/{SessionStore(session)['phone_sign_in']['secret']}/"


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def sign_in_by_passkey(phone: Page) -> None:
    phone.get_by_role("button", name="Sign in with a passkey").click()
    phone.get_by_role("button", name="Use my passkey").click()


def test_the_phone_signs_in_by_passkey_and_the_terminal_brings_the_paper(
    phone: Page, terminal: Page, house: House
) -> None:
    keep_passkey(phone, house)
    phone.goto(code_shown_at(terminal))
    assert fits(phone)
    sign_in_by_passkey(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in at this device?")
    expect(phone.get_by_text(PhoneSignIn.objects.get().digits)).to_be_visible()
    assert fits(phone)
    phone.get_by_role("button", name="Yes, sign me in there").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Confirmed")
    # The page looks every few seconds whether the phone confirmed, and goes on by itself.
    terminal.get_by_role("link", name="Apply now").click()
    terminal.get_by_role("button", name="Send application").click()
    expect(terminal.get_by_text("Your document is ready")).to_be_visible()
    phone.goto("/documents/")
    expect(phone.get_by_role("main").get_by_text(Document.objects.get().code[:4]).first).to_be_visible()
    assert fits(phone)


def test_who_says_no_on_the_phone_signs_nobody_in(phone: Page, terminal: Page, house: House) -> None:
    keep_passkey(phone, house)
    phone.goto(code_shown_at(terminal))
    sign_in_by_passkey(phone)
    phone.get_by_role("link", name="No", exact=True).click()
    terminal.get_by_role("link", name="I have confirmed: continue").click()
    expect(terminal.get_by_role("heading", level=1)).to_have_text("Sign in with your phone")
    assert PhoneSignIn.objects.get().confirmed_at is None
    terminal.goto("/documents/")
    assert "/sign-in/" in terminal.url
