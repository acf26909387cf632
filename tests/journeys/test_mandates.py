"""A daughter asks for her mother's paper: granted, accepted, used, seen and revoked, in two browsers."""

import pytest
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.identity.testing import PASSWORD, current_code, make_resident
from gapura.sectors.civil.testing import make_family, make_person, make_residence
from tests.journeys.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RINA, TARI = "3171014502600004", "3171015503880005"


def sign_in(page: Page, house: House, login: str) -> None:
    """By password, then the authenticator's code."""
    page.goto(f"{house.address}/sign-in/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("input[name=code]").fill(current_code())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(f"{house.address}/")


def test_a_mother_lets_her_daughter_ask_and_ends_it(chromium: Browser, house: House) -> None:
    for number, name in ((RINA, "Rina Kartika"), (TARI, "Tari Kartika")):
        make_person(number, name)
        make_residence(number)
        make_family(f"{number[:-1]}9", {number: "head"})
        make_resident(name.split()[0].lower(), person_number=number, with_authenticator=True)
    mother, daughter = (chromium.new_context(locale="en-US").new_page() for _ in range(2))
    sign_in(mother, house, "rina")
    mother.goto(f"{house.address}/mandates/grant/")
    mother.get_by_label("Proxy").check()
    mother.get_by_label("Their national ID number").fill(TARI)
    mother.get_by_label("Their full name").fill("Tari Kartika")
    mother.get_by_label("Residence certificate").check()
    mother.get_by_role("button", name="Continue to sign").click()
    expect(mother.get_by_role("heading", level=1)).to_have_text("Sign the mandate")
    mother.get_by_role("button", name="Sign", exact=True).click()
    expect(mother.get_by_text("Not yet accepted: nothing can be done under it")).to_be_visible()

    sign_in(daughter, house, "tari")
    daughter.goto(f"{house.address}/mandates/")
    daughter.get_by_role("link", name="Rina Kartika").click()
    daughter.get_by_role("button", name="Accept").click()
    daughter.get_by_role("button", name="Act for them").click()
    banner = daughter.get_by_role("region", name="You are acting for somebody else")
    expect(banner).to_contain_text("Rina Kartika")
    daughter.goto(f"{house.address}/services/civil.residence-certificate/apply/")
    daughter.get_by_label("A person who gave me a mandate").check()
    daughter.get_by_role("button", name="Send application").click()
    expect(daughter.get_by_text("Your document is ready")).to_be_visible()
    expect(banner).to_be_visible()

    daughter.goto(f"{house.address}/messages/")
    expect(daughter.get_by_role("heading", level=1)).to_have_text("Not while you act for somebody else")

    mother.goto(f"{house.address}/messages/")
    mother.get_by_role("link", name="Somebody acted for you").first.click()
    expect(mother.get_by_text("Tari Kartika used your mandate")).to_be_visible()
    mother.goto(f"{house.address}/mandates/")
    mother.get_by_role("link", name="Tari Kartika").click()
    mother.get_by_role("button", name="End it now").click()
    expect(mother.get_by_text("Nothing can be done under it any more.")).to_be_visible()

    daughter.goto(f"{house.address}/cases/")
    expect(daughter.get_by_text("Your right to act for somebody else has ended")).to_be_visible()
    expect(banner).not_to_be_visible()
