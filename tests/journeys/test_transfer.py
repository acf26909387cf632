"""Somebody sells shares and the buyer agrees, each on their own cheap phone without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.identity.testing import PASSWORD, current_code, make_resident
from gapura.sectors.business.models import ShareEntry
from gapura.sectors.business.testing import make_business, make_share
from gapura.sectors.civil.testing import make_person, make_residence
from tests.journeys.conftest import House, let_the_house_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RINA, TONO = "3171014502600004", "3171010101860006"


@pytest.fixture
def phones(chromium: Browser) -> Iterator[tuple[Page, Page]]:
    made = [
        chromium.new_context(locale="en-US", viewport={"width": 320, "height": 800}, java_script_enabled=False)
        for _ in range(2)
    ]
    yield made[0].new_page(), made[1].new_page()
    for context in made:
        context.close()


def settle() -> None:
    for login, number, name, sex in (("rina", RINA, "Rina Kartika", "female"), ("tono", TONO, "Tono Wibowo", "male")):
        make_person(number, name, sex=sex)
        make_residence(number)
        make_resident(login, person_number=number, with_authenticator=True)
    make_business()
    make_share(RINA)


def sign_in(page: Page, house: House, login: str) -> None:
    page.goto(f"{house.address}/sign-in/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("input[name=code]").fill(current_code())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(f"{house.address}/")


def test_the_seller_names_the_buyer_who_agrees_and_gets_the_paper(phones: tuple[Page, Page], house: House) -> None:
    settle()
    seller, buyer = phones
    sign_in(seller, house, "rina")
    seller.goto(f"{house.address}/services/business.share-transfer/apply/")
    seller.get_by_label("PT Maju Bersama").check()
    seller.get_by_label("How many to pass on").fill("20")
    seller.get_by_label("Buyer's ID number").fill(TONO)
    seller.get_by_label("Price (rupiah)").fill("20000000")
    seller.get_by_role("button", name="Send application").click()
    case_page = seller.url

    sign_in(buyer, house, "tono")
    buyer.goto(f"{house.address}/consents/")
    buyer.get_by_role("link", name="Transfer of company shares").click()
    expect(buyer.get_by_text("You buy these shares at the price named")).to_be_visible()
    buyer.get_by_role("button", name="I agree").click()
    let_the_house_work()

    held = ShareEntry.objects.known_at(None).filter(valid_until=None).values_list("holder_number", "shares")
    assert dict(held) == {RINA: 40, TONO: 20}
    seller.goto(case_page)
    expect(seller.get_by_text("20/100")).to_be_visible()
    buyer.goto(f"{house.address}/documents/")
    expect(buyer.get_by_text("Proof of shareholding").first).to_be_visible()
