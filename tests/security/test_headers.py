"""What every answer tells the browser, whoever asks; and that the browser obeys."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from gapura.kernel.identity.testing import PASSWORD, make_resident
from tests.test_consistency import list_addresses
from tools import fresh_house

ADDRESSES = sorted({path for _, path in list_addresses()})
# Pages with passkeys load our own script; no page runs another one, or one written into it.
SCRIPTS = {None, "'self'"}
# What scripts of other sites, and wallets, configure themselves with.
FOR_OTHER_SITES = {
    reverse(f"{kind}:{name}")
    for kind, names in {"federation": ("configuration", "keys"), "credentials": ("issuer", "server", "keys")}.items()
    for name in names
}


@pytest.fixture
def browsers(db: None) -> dict[str, Client]:
    make_resident("siti", person_number="3171014501900001")
    signed_in = Client(raise_request_exception=False)
    signed_in.post("/sign-in/", {"login": "siti", "password": PASSWORD})
    assert settings.SESSION_COOKIE_NAME in signed_in.cookies
    return {"anonymous": Client(raise_request_exception=False), "signed in": signed_in}


def faults(answer: Any, path: str, *, is_personal: bool) -> list[str]:
    """What is wrong with the headers of one answer."""
    headers = answer.headers
    policy = dict(part.partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split("; "))
    wanted = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
        "style-src": "'self'",
    }
    wrong = [f"policy: {name}" for name, value in wanted.items() if policy.get(name) != value]
    wrong += [] if policy.get("script-src") in SCRIPTS else ["policy: script-src"]
    wrong += ["policy: unsafe"] if "unsafe" in str(policy) else []
    exact = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    if path in FOR_OTHER_SITES and answer.status_code == 200:
        exact["Cross-Origin-Resource-Policy"] = "cross-origin"
    wrong += [name for name, value in exact.items() if headers.get(name) != value]
    wrong += [] if "camera=()" in headers.get("Permissions-Policy", "") else ["Permissions-Policy"]
    stored = headers.get("Cache-Control", "")
    wrong += ["Cache-Control"] if is_personal and "no-store" not in stored and "public" not in stored else []
    wrong += ["a script in the page"] if _has_inline_code(answer) else []
    return wrong


def _has_inline_code(answer: Any) -> bool:
    if "html" not in answer.headers.get("Content-Type", ""):
        return False
    page = answer.content.lower()
    return b"<script>" in page or b" onclick=" in page or b"javascript:" in page or b" style=" in page


@pytest.mark.parametrize("who", ["anonymous", "signed in"])
def test_every_address_answers_with_every_header(browsers: dict[str, Client], who: str) -> None:
    complaints = []
    for path in [*ADDRESSES, "/no-such-page/"]:
        for method in ("get", "post"):
            answer = getattr(browsers[who], method)(path)
            if path == "/sign-out/" and method == "post":
                browsers[who].post("/sign-in/", {"login": "siti", "password": PASSWORD})
            wrong = faults(answer, path, is_personal=who == "signed in")
            complaints += [f"{method} {path} ({answer.status_code}): {', '.join(wrong)}"] if wrong else []
    assert complaints == []


def test_an_answer_without_them_is_noticed() -> None:
    assert len(faults(HttpResponse("<script>"), "/", is_personal=True)) >= 12


@pytest.mark.django_db
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_change_nothing_here(site: str) -> None:
    client = Client()
    assert client.post("/verify/", headers={"sec-fetch-site": site}).status_code == 403
    assert client.get("/verify/", headers={"sec-fetch-site": site, "sec-fetch-dest": "image"}).status_code == 200
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    assert client.get("/verify/", headers={"sec-fetch-site": site, "sec-fetch-dest": "iframe"}).status_code == 403
    assert client.get("/verify/", headers={"sec-fetch-site": site, "sec-fetch-dest": "image"}).status_code == 403


@pytest.mark.django_db
def test_our_own_pages_links_from_elsewhere_and_machines_get_through() -> None:
    client = Client()
    for site in ("same-origin", "none"):
        assert client.post("/verify/", headers={"sec-fetch-site": site}).status_code == 200
    assert client.post("/verify/").status_code == 200
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert client.get("/verify/", headers=link).status_code == 200
    machine = client.post("/federation/token", headers={"sec-fetch-site": "cross-site"})
    assert machine.status_code != 403


def test_with_https_cookies_are_bound_to_this_host_and_the_browser_is_told_to_stay(tmp_path: Path) -> None:
    fresh_house.furnish(tmp_path, with_keys=False)
    seen = subprocess.run(
        [sys.executable, "-c", _WITH_HTTPS],
        env={
            "GAPURA_HOME": str(tmp_path),
            "GAPURA_PUBLIC_ADDRESS": "https://gapura.example",
            "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
            "PYTHONPATH": "src",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    hsts, *cookies = seen.stdout.splitlines()
    assert hsts == "max-age=31536000; includeSubDomains"
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-session",
        "__Host-csrf",
        "__Host-language",
        "__Host-device",
    }
    for cookie in cookies:
        words = cookie.casefold()
        assert "secure" in words
        assert "httponly" in words
        assert "path=/" in words
        assert "samesite" in words
        assert "domain" not in words


_WITH_HTTPS = f"""
import django; django.setup()
from django.test import Client
from gapura.kernel.identity.testing import make_resident
make_resident("siti", person_number="3171014501900001")
client, host = Client(), {{"host": "gapura.example"}}
first = client.get("/sign-in/", secure=True, headers=host)
print(first.headers["Strict-Transport-Security"])
client.post("/language/", {{"language": "ko"}}, secure=True, headers=host)
answer = client.post("/sign-in/", {{"login": "siti", "password": {PASSWORD!r}}}, secure=True, headers=host)
assert answer.status_code == 302, answer.content
for cookie in client.cookies.values():
    if cookie.value:
        print(cookie.OutputString())
"""


PLANTED = """<h1 id=x></h1><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>
<a href='javascript:void(window.ran = 3)'>go</a>"""
WRITE_INTO_PAGE = "(() => { try { x.innerHTML = '<b>'; return '' } catch (error) { return String(error) } })()"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_script_written_into_a_page_does_not_run_and_the_house_says_nothing_wrong(
    chromium: Browser, live_server: Any
) -> None:
    page, said = chromium.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", "/sign-in/", "/sign-in/passkey/", "/search/?q=kartu", "/verify/", "/activate/"):
        page.goto(live_server.url + path)
    assert said == []

    policy = Client().get("/").headers["Content-Security-Policy"]
    ours = {"Content-Type": "text/html", "Content-Security-Policy": policy}
    page.route("**/planted", lambda route: route.fulfill(body=PLANTED, headers=ours))
    page.goto(live_server.url + "/planted")
    page.click("a")
    assert page.evaluate("typeof window.ran") == "undefined"
    assert any("Content Security Policy" in line for line in said)
    assert "TrustedHTML" in page.evaluate(WRITE_INTO_PAGE)

    page.route("**/open", lambda route: route.fulfill(body=PLANTED, headers={"Content-Type": "text/html"}))
    page.goto(live_server.url + "/open")
    assert page.evaluate("typeof window.ran") == "number"  # without the policy it would have run
    page.close()
