"""What is wrong with a page as it stands: wider than its window, or what axe finds in both color schemes."""

import json
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

NARROW = {"width": 320, "height": 640}
# The dark scheme changes colors and nothing else.
SCHEMES = {"light": {"resultTypes": ["violations"]}, "dark": {"runOnly": ["color-contrast"]}}


@cache
def _axe() -> str:
    return f"if (!window.axe) {{ {Axe().axe_script} }}"


def open_in(chromium: Browser, house: str, browser: Client) -> Page:
    """A narrow page of whoever is signed in there; without motion colors are measured where they end."""
    context = chromium.new_context(viewport=NARROW, reduced_motion="reduce")
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": house}])
    return context.new_page()


def complaints(page: Page, address: str) -> list[str]:
    response = page.goto(address)
    assert response is not None
    assert (response.status, page.url) == (200, address)
    return complaints_now(page)


def complaints_now(page: Page) -> list[str]:
    found = []
    size, width = page.viewport_size, page.evaluate("document.documentElement.scrollWidth")
    if size is None or width > size["width"]:
        found.append(f"{page.url} is {width} pixels wide")
    page.evaluate(_axe())
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        violations = page.evaluate(f"axe.run({json.dumps(options)}).then(found => found.violations)")
        found += [f"{page.url} ({scheme}) {one['id']}: {n['html'][:120]}" for one in violations for n in one["nodes"]]
    page.emulate_media(color_scheme="light")
    return found
