"""A mother asks for everything about her child before the hospital tells of it, on a cheap phone without scripts."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from gapura.bundles.actions import advance_request
from gapura.bundles.models import BundleRequest
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.testing import official
from gapura.kernel.identity.testing import PASSWORD, current_code, make_resident
from gapura.sectors.civil.testing import make_family, make_marriage, make_person, make_residence
from gapura.sectors.health.actions import report_birth
from gapura.sectors.health.testing import make_insurance
from gapura.sectors.health.types import BirthTold
from tests.journeys.conftest import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RINA, TONO = "3171014502600004", "3171010101860006"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    made = chromium.new_context(locale="en-US", viewport={"width": 360, "height": 800}, java_script_enabled=False)
    yield made.new_page()
    made.close()


def settle_couple() -> None:
    make_person(RINA, "Rina Kartika", marital_status="married")
    make_person(TONO, "Tono Kartika", sex="male", marital_status="married")
    for number in (RINA, TONO):
        make_residence(number)
        make_insurance(number)
    make_family("3171010101150002", {TONO: "head", RINA: "wife"})
    make_marriage(TONO, RINA, date(2020, 1, 4))
    make_resident("rina", person_number=RINA, with_authenticator=True)


def sign_in(page: Page, house: House) -> None:
    page.goto(f"{house.address}/sign-in/")
    page.locator("input[name=login]").fill("rina")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("input[name=code]").fill(current_code())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(f"{house.address}/")


def tell_of_birth() -> None:
    told = BirthTold(
        mother=RINA,
        father=TONO,
        born_on=clock.today(settings.TIME_ZONE),
        born_at="00:05",
        birth_place="Jakarta Pusat",
        sex="male",
        child_order=1,
        weight_grams=3150,
        facility_code="R317101",
        facility_name="RSIA Cideng",
    )
    report_birth(actor=official("health.birth-reporter", agency="kemenkes"), told=told, now=clock.now())
    advance_request(actor=system_actor("test"), number=BundleRequest.objects.get().number, now=clock.now())


def test_one_form_before_the_birth_is_told_and_ten_answers_after(page: Page, house: House) -> None:
    settle_couple()
    sign_in(page, house)
    page.get_by_role("link", name="Having a child").click()
    page.get_by_role("link", name="Happy birth").click()
    page.get_by_label("What shall the child be called?").fill("Bima Kartika")
    page.get_by_label("I ask all these agencies to do this for me.").check()
    page.get_by_role("button", name="Send everything").click()
    expect(page.get_by_text("0 of 10 are settled.")).to_be_visible()
    expect(page.get_by_text("No health facility has told of this birth yet.")).to_be_visible()
    tell_of_birth()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("10 of 10 are settled.")).to_be_visible()
    expect(page.get_by_role("link", name="Download (PDF)")).to_have_count(4)
    expect(page.get_by_text("Not for you").first).to_be_visible()
    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not too_wide
    page.get_by_role("link", name="Registering a birth").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Registering a birth")
