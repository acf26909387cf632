"""Every page of the desk is accessible and narrow, in both color schemes."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from gapura.desk.tests import office
from gapura.foundation import clock
from gapura.kernel.approvals.queries import list_open_approvals
from gapura.kernel.approvals.testing import official
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.sectors.civil.testing import make_death, make_person, make_residence
from tests.journeys.looking import complaints, complaints_now, open_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOCTOR = "3171015505850024"


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


def test_the_pages_of_a_death_are_accessible_and_narrow_also_with_mistakes(
    chromium: Browser, live_server: object
) -> None:
    house, warti = str(live_server), "3171014205400007"
    office.register_ani()
    make_person(warti, "Warti")
    make_residence(warti)
    death = make_death(warti, date(2026, 4, 20))
    registrar = office.knock("registrar")
    form = {"ground": "counter", "reason": "She stands here.", "number": warti}
    person = str(registrar.post("/desk/civil/", form)["Location"])
    physician = Client(headers={"Accept-Language": "en"})
    post, roles = "kemenkes/31.71/physician", ["health.death-reporter"]
    sign_in(physician, make_official("physician", person_number=DOCTOR, post_code=post, roles=roles), post_code=post)
    annulment = f"{person}death/{death.pk}/annul/"
    addresses = {registrar: [f"{person}?register=death", annulment], physician: ["/desk/health/deaths/"]}
    found = []
    for browser, its in addresses.items():
        page = open_in(chromium, house, browser)
        for address in its:
            found += complaints(page, house + address)
            if "?" not in address:
                page.locator("main form .button--primary").click()
                expect(page.locator(".error-summary")).to_be_visible()
                found += complaints_now(page)
    assert found == []
