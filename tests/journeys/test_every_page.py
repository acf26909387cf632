"""Every page a resident sees is accessible, narrow and light, in every language and both color schemes."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Response

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.cases.actions import request_supplement, submit_application, take_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import official
from gapura.kernel.exchange.actions import suspend_agreement
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.notifications.queries import list_messages
from tests.journeys.conftest import SITI, House
from tests.journeys.looking import NARROW, complaints_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ("id", "en", "ko")
PAGE_BYTES = 60_000


def apply(service_code: str) -> Case:
    actor = Actor(ActorKind.RESIDENT, "siti", person_number=SITI, assurance=AssuranceLevel.SUBSTANTIAL)
    return submit_application(
        actor=actor,
        service_code=service_code,
        subject=SITI,
        relation="self",
        answers={},
        language="id",
        idempotency_key=new_code(),
        now=clock.now(),
    )


@pytest.fixture
def addresses(house: House) -> list[str]:
    """A finished case, a refused one, one that waits for an answer, and every page around them."""
    done, refused = apply("civil.person-extract"), apply("civil.marriage-extract")
    for agreement in list_agreements(consumer="dukcapil"):
        suspend_agreement(actor=system_actor("test"), code=agreement.code, now=clock.now())
    asked = apply("civil.never-married")
    registrar = official("civil.registrar")
    take_case(actor=registrar, number=asked.number, now=clock.now())
    request_supplement(actor=registrar, number=asked.number, question="Nama sekolah?", now=clock.now())
    message = list_messages(SITI)[0]
    return [
        "/",
        "/search/",
        "/search/?q=kartu",
        "/search/?q=zzzz",
        "/life-events/having-a-child/",
        "/services/civil.residence-certificate/",
        "/services/civil.residence-certificate/apply/",
        "/cases/",
        f"/cases/{done.number}/",
        f"/cases/{refused.number}/",
        f"/cases/{refused.number}/appeal/",
        f"/cases/{asked.number}/",
        f"/cases/{asked.number}/supplement/",
        f"/cases/{asked.number}/withdraw/",
        "/documents/",
        "/my-data/",
        "/messages/",
        f"/messages/{message.pk}/",
        "/verify/",
        "/verify/?code=hello",
        f"/verify/{done.document_code}/",
        f"/verify/{new_code()}/",
        "/security/",
        "/security/stop/",
        "/sign-in/step-up/?level=2",
        "/sign-in/proof/",
        "/capacity/",
        "/connected-sites/",
        "/mandates/",
        "/mandates/clients/",
        "/mandates/grant/",
        "/my-data/rights/",
        "/status/",
        "/help/",
        "/about/",
        "/privacy/",
        "/accessibility/",
        "/no-such-page/",
    ]


@pytest.fixture
def signed_in(language: str, chromium: Browser, house: House) -> Iterator[Page]:
    """Siti's browser, told a language."""
    context = chromium.new_context(locale=language, viewport=NARROW, reduced_motion="reduce")
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": house.address}])
    page = context.new_page()
    page.goto(f"{house.address}/sign-in/")
    page.fill("input[name=login]", house.login)
    page.fill("input[name=password]", house.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{house.address}/")
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_narrow_and_light(
    signed_in: Page, language: str, house: House, addresses: list[str]
) -> None:
    page, complaints = signed_in, []
    weights: list[int] = []
    page.on("response", lambda response: weights.append(_weight(response)))
    for address in addresses:
        weights.clear()
        page.goto(house.address + address)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1, address
        complaints += complaints_now(page)
        if sum(weights) > PAGE_BYTES:
            complaints.append(f"{address}: {sum(weights)} bytes")
    assert complaints == []


def _weight(response: Response) -> int:
    """Bytes of markup and style; pictures are not counted."""
    kind = response.headers.get("content-type", "")
    return len(response.body()) if response.ok and kind.startswith(("text/html", "text/css")) else 0
