"""Every page of the desk is accessible and narrow, in both color schemes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from gapura.desk.tests import office
from gapura.foundation import clock
from gapura.kernel.approvals.queries import list_open_approvals
from gapura.kernel.approvals.testing import official

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.frozen(office.NOW):
        yield


def look_up(registrar: Client) -> str:
    """The address of the register of Ani, after searching for her."""
    form = {"ground": "counter", "reason": "At the counter.", "number": office.ANI}
    return str(registrar.post("/desk/civil/", form)["Location"])


def propose_correction(registrar: Client, person: str) -> str:
    """The address of the correction's form, after sending one."""
    html = registrar.get(person).content.decode()
    address = html[: html.index('/correct/"')].rpartition('"')[2] + "/correct/?field=religion"
    sent = registrar.post(address, {"value": "catholic", "evidence": "Letter 1"})
    assert sent.status_code == 302
    return address


def open_in(chromium: Browser, house: str, browser: Client) -> Page:
    context = chromium.new_context(viewport=NARROW, reduced_motion="reduce")
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": house}])
    return context.new_page()


def complaints(page: Page, address: str) -> list[str]:
    response = page.goto(address)
    assert response is not None
    assert (response.status, page.url) == (200, address)
    found = []
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        found.append(f"{address} is too wide")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page).response["violations"]:
            found += [f"{address} ({scheme}) {violation['id']}: {n['html'][:120]}" for n in violation["nodes"]]
    return found


def test_every_page_of_the_desk_is_accessible_and_narrow(chromium: Browser, live_server: object) -> None:
    house = str(live_server)
    office.register_ani()
    number = office.open_case()
    registrar, supervisor = office.knock("registrar"), office.knock("supervisor")
    person = look_up(registrar)
    correct = propose_correction(registrar, person)
    (approval,) = list_open_approvals(official())
    of_registrar = [
        "/desk/",
        "/desk/?status=appealed",
        f"/desk/cases/{number}/",
        f"/desk/cases/{number}/refuse/",
        "/desk/civil/",
        person,
        f"{person}?register=residence&as_of=2019-01-01",
        f"{person}?register=family",
        correct.partition("?")[0],
        correct,
    ]
    of_supervisor = ["/desk/approvals/", f"/desk/approvals/{approval.pk}/"]
    found = []
    for browser, addresses in ((registrar, of_registrar), (supervisor, of_supervisor)):
        page = open_in(chromium, house, browser)
        for address in addresses:
            found += complaints(page, house + address)
    assert found == []
