"""Passkeys in a real browser with a virtual authenticator: set up, sign in, confirm; and what is left without one."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gapura.foundation import clock
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.identity.actions import decide_visit, enter_visit
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import PASSWORD, make_official, make_resident
from gapura.sectors.civil.testing import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NEW = "3171010101900003"


@pytest.fixture
def address(chromium: Browser, live_server: Any, settings: Any) -> str:
    """The house under its name: passkeys are kept for names, not for IP addresses."""
    settings.GAPURA_PUBLIC_ADDRESS = f"http://localhost:{live_server.thread.port}"
    return str(settings.GAPURA_PUBLIC_ADDRESS)


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return context.new_page()


def give_device(page: Page, **bent: Any) -> tuple[Any, str]:
    """A device with a fingerprint sensor; its name is for taking it away again."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    made = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | bent})
    return protocol, made["authenticatorId"]


def sign_in_by_password(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("Sign-in name").fill("citra")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def set_up_passkey(page: Page, address: str) -> None:
    page.goto(f"{address}/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of this passkey").fill("My telephone")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


def sign_in_by_passkey(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/?next=/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()


def test_a_passkey_is_set_up_signs_in_and_confirms(page: Page, address: str) -> None:
    make_resident()
    give_device(page)
    sign_in_by_password(page, address)
    set_up_passkey(page, address)
    sign_out(page)
    sign_in_by_passkey(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your security")
    expect(page.get_by_role("link", name="citra")).to_be_visible()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My telephone")


def test_without_a_finger_nobody_gets_in_and_the_page_says_what_else_to_do(page: Page, address: str) -> None:
    make_resident()
    protocol, device = give_device(page)
    sign_in_by_password(page, address)
    set_up_passkey(page, address)
    sign_out(page)
    protocol.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    sign_in_by_passkey(page, address)
    expect(page.get_by_text("The passkey did not answer")).to_be_visible()
    protocol.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your security")


def test_without_scripts_the_pages_say_so_and_the_password_works(chromium: Browser, address: str) -> None:
    make_resident()
    browser = chromium.new_context(java_script_enabled=False, locale="en-US", viewport={"width": 320, "height": 640})
    page = browser.new_page()
    page.goto(f"{address}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This browser cannot use passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Use my passkey")).not_to_be_visible()
    page.get_by_role("link", name="Sign in another way").click()
    sign_in_by_password(page, address)
    page.goto(f"{address}/security/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your security")
    browser.close()


def test_from_the_counter_to_the_first_sign_in(page: Page, address: str) -> None:
    now = clock.now()
    clerks = [
        list_capacities(_clerk(name, number), on=now.date())[1].actor
        for name, number in (("clerk", "3171010101800001"), ("head", "3171010101800002"))
    ]
    make_person(NEW, "Nina Kartika")
    stand_all_agreements()
    visit = enter_visit(
        actor=clerks[0],
        person_number=NEW,
        full_name="Nina Kartika",
        document="passport",
        reason="First account.",
        now=now,
    )
    code = decide_visit(actor=clerks[1], visit_id=visit.pk, confirmed=True, now=now)
    give_device(page)
    page.goto(f"{address}/activate/")
    page.get_by_label("Your person number").fill(NEW)
    page.get_by_label("The code from the counter").fill(code.lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Sign-in name").fill("nina")
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is ready")
    expect(page.locator("code.code")).to_have_count(10)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is ready")  # not without the tick
    page.get_by_label("I kept them").check()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("link", name="nina")).to_be_visible()
    page.goto(f"{address}/security/stop/")
    page.get_by_role("button", name="Stop the account now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The account is stopped")
    sign_in_by_passkey(page, address)
    expect(page.get_by_role("alert").get_by_text(re.compile("not accepted"))).to_be_visible()


def _clerk(name: str, number: str) -> Account:
    return make_official(name, person_number=number, post_code=f"dukcapil/31.71/{name}", roles=["identity.counter"])
