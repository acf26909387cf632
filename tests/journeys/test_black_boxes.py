"""Black boxes drawn on a page in a real browser: with the mouse, by numbers, and seen before they are kept."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import Account, Post, sign_in
from gapura.sectors.office.actions.redaction import redact_document
from gapura.sectors.office.models import Redaction
from gapura.sectors.office.testing import AGENCY, NOW, make_office, make_picture, make_record
from gapura.sectors.office.types import DISCLOSURE_ROLE
from tests.journeys.looking import complaints_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def redaction() -> Redaction:
    office = make_office()
    Post.objects.filter(code=f"{AGENCY}//analyst").update(roles=["office.clerk", DISCLOSURE_ROLE])
    document = make_record(office.analyst, disclosure="closed", disclosure_ground="h")
    make_picture(document)
    account = Account.objects.get(login="analyst")
    actor = next(one.actor for one in list_capacities(account, on=NOW.date()) if one.actor.post_code)
    return redact_document(actor=actor, code=document.code, now=NOW)


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, redaction: Redaction) -> Any:
    def open_it(**options: Any) -> Page:
        client = Client(headers={"Accept-Language": "en"})
        sign_in(client, Account.objects.get(login="analyst"), post_code=f"{AGENCY}//analyst")
        context = chromium.new_context(locale="en-US", reduced_motion="reduce", **options)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{live_server.url}/desk/office/redactions/{redaction.code}/")
        return page

    complaints: list[str] = []
    yield open_it
    assert [text for text in complaints if "Content Security Policy" in text] == []


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the page to another, in parts of its width and height."""
    glass = page.locator("[data-glass]")
    expect(glass).to_be_visible()
    page.wait_for_function("document.querySelector('.boxes img').naturalWidth > 0")
    glass.scroll_into_view_if_needed()
    edge = glass.bounding_box()
    assert edge
    places = [(edge["x"] + edge["width"] * x, edge["y"] + edge["height"] * y) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def boxes(page: Page) -> Any:
    return page.get_by_role("textbox", name="Black boxes")


def test_a_box_is_drawn_seen_removed_and_kept(open_page: Any) -> None:
    page = open_page()
    drag(page, (0.1, 0.1), (0.5, 0.5))
    expect(boxes(page)).to_have_value("")  # not before drawing is switched on
    page.get_by_role("button", name="Draw boxes on the page").click()
    drag(page, (0.1, 0.2), (0.5, 0.6))
    drag(page, (0.9, 0.9), (0.6, 0.7))
    expect(page.locator("[data-glass] > div")).to_have_count(2)
    lines = [list(map(int, line.split())) for line in boxes(page).input_value().split("\n")]
    assert [line[0] for line in lines] == [1, 1]
    assert all(abs(one - other) <= 2 for one, other in zip(lines[0][1:], (10, 20, 40, 40), strict=True))
    assert page.get_by_label("Its pages are given with black boxes").is_checked()
    page.get_by_role("button", name="Remove box").last.click()
    expect(page.locator("[data-glass] > div")).to_have_count(1)
    assert complaints_now(page) == []
    page.get_by_label("Ground in the law").last.select_option("h")
    page.get_by_role("button", name="Keep", exact=True).click()
    (choice,) = Redaction.objects.get().files.values()
    assert choice["boxes"] == [lines[0]]
    expect(page.locator("[data-glass] > div")).to_have_count(1)


def test_what_is_written_by_keyboard_is_seen_on_the_page_and_a_page_that_is_not_there_is_told(open_page: Any) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    boxes(page).fill("1 10 20 50 5\n2 1 1 5 5\nnonsense")
    expect(page.locator("[data-glass] > div")).to_have_count(1)
    page.get_by_role("button", name="Page after").click()
    expect(page.locator("[data-place]")).to_have_text("That was the last page.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_the_script_the_numbers_stay(open_page: Any) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator(".boxes")).to_be_hidden()
    expect(boxes(page)).to_be_visible()
