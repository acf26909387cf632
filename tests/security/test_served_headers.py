"""What every answer carries when the house is served over HTTPS, and what nobody gets."""

import runpy
from datetime import timedelta
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.test import Client

from gapura.config import settings as written
from gapura.foundation import clock
from gapura.kernel.identity import actions as identity_actions
from gapura.kernel.identity import testing as identity

pytestmark = pytest.mark.django_db
ADDRESS = "https://gapura.test"
SAMPLES = [
    "/",
    "/sign-in/",
    "/services.jsonld",
    "/.well-known/openid-configuration",
    "/health/live",
    "/nothing/",
    "/cases/",
]
HEADERS = {
    "Content-Security-Policy": ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"),
    "Strict-Transport-Security": ("max-age=31536000", "includeSubDomains"),
    "X-Content-Type-Options": ("nosniff",),
    "Referrer-Policy": ("same-origin",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "Cross-Origin-Resource-Policy": ("same-origin",),
    "Content-Type": ("/",),
}
OPEN = ("/.well-known/openid-configuration",)  # other sites' programs in browsers read it; nothing in it is anybody's
SECRETS = (
    "/.git/config",
    "/.env",
    "/static/",
    "/static/../secret.key",
    "/secret.key",
    "/gapura.sqlite3",
    "/server-status",
)


@pytest.fixture
def browser(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser over HTTPS at a house whose settings were read for that address."""
    monkeypatch.setenv("GAPURA_PUBLIC_ADDRESS", ADDRESS)
    for name, value in runpy.run_path(written.__file__).items():
        if name.isupper() and name not in ("DATABASES", "SECRET_KEY") and getattr(settings, name, None) != value:
            setattr(settings, name, value)
    return Client(SERVER_NAME="gapura.test", headers={"Accept-Language": "en"}, raise_request_exception=False)


@pytest.mark.parametrize("path", SAMPLES)
def test_every_answer_carries_the_headers(browser: Client, path: str) -> None:
    answer = browser.get(path, secure=True, headers={"Origin": "https://elsewhere.test"})
    for name, parts in HEADERS.items():
        if (name == "Content-Type" and not answer.content) or (path in OPEN and name.endswith("Resource-Policy")):
            continue
        assert all(part in answer.headers.get(name, "") for part in parts), f"{name}: {answer.headers.get(name)}"
    assert answer.headers.get("Access-Control-Allow-Origin", "") in (("", "*") if path in OPEN else ("",))
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_every_cookie_is_for_this_host_alone(browser: Client, settings: Any) -> None:
    identity.make_resident("citra")
    page = browser.get("/sign-in/", secure=True)
    browser.post("/sign-in/", {"login": "citra", "password": identity.PASSWORD}, secure=True)
    browser.post("/language/", {"language": "ko"}, secure=True)
    assert page.cookies or browser.cookies
    assert {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME} <= set(browser.cookies)
    for name, cookie in browser.cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] in ("Lax", "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert len(name) + len(cookie.value) < 4096


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])
@pytest.mark.parametrize("path", ["/help/", "/verify/", "/services.jsonld"])
def test_a_method_that_nobody_offers_is_refused(browser: Client, method: str, path: str) -> None:
    browser.handler.enforce_csrf_checks = False
    assert browser.generic(method, path, secure=True).status_code == 405


@pytest.mark.parametrize("path", SECRETS)
def test_nothing_but_declared_addresses_is_served(browser: Client, path: str) -> None:
    answer = browser.get(path, secure=True)
    assert answer.status_code == 404
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


def test_debugging_is_off_and_an_error_tells_nothing(
    browser: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any, **named: Any) -> None:
        raise ZeroDivisionError("the secret word")

    assert settings.DEBUG is False
    monkeypatch.setattr("gapura.kernel.documents.views.verify_code", fail)
    seen: list[str] = []
    note = lambda **_: seen.append("raised")  # noqa: E731  a receiver that must outlive one call
    got_request_exception.connect(note)
    try:
        answer = browser.get("/verify/ABCD/", secure=True)
    finally:
        got_request_exception.disconnect(note)
    page = answer.content.decode()
    assert (answer.status_code, seen) == (500, ["raised"])
    assert not any(word in page for word in ("secret word", "ZeroDivision", "Traceback", "django"))


def test_the_end_of_a_session_empties_the_browser_and_nothing_else_does(browser: Client, settings: Any) -> None:
    account = identity.make_resident("citra")
    signs_in = {"login": "citra", "password": identity.PASSWORD}
    for end in ("sign-out", "disabled", "too long idle"):
        account.is_active = True
        account.save()
        began = browser.post("/sign-in/", signs_in, secure=True)
        during = browser.get("/security/", secure=True)
        assert (began.status_code, during.status_code) == (302, 200)
        assert "Clear-Site-Data" not in {*began.headers, *during.headers}
        if end == "sign-out":
            over = browser.post("/sign-out/", secure=True)
        elif end == "disabled":
            identity_actions.disable_account(actor=identity.HOUSE, account_id=account.pk)
            over = browser.get("/security/", secure=True)
        else:
            with clock.frozen(clock.now() + timedelta(minutes=31)):
                over = browser.get("/security/", secure=True)
        assert over.headers["Clear-Site-Data"] == '"cache", "storage"', end
        del browser.cookies[settings.SESSION_COOKIE_NAME]  # a browser does; the test's keeps it, empty
    assert "Clear-Site-Data" not in browser.get("/", secure=True).headers
