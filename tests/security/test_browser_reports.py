"""What browsers report of our pages is counted, cheaply, and nothing of it is kept."""

import json
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from gapura.config.browser_reports import MOST_BYTES, VIOLATIONS

OLD = {"csp-report": {"effective-directive": "script-src-elem", "document-uri": "https://gapura.test/cases/SECRET/"}}
NEW = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src", "sample": "SECRET"}}, {"type": "other"}]


def counted(directive: str) -> float:
    return float(VIOLATIONS.labels(directive)._value.get())


def send(body: Any, kind: str = "application/csp-report") -> int:
    text = body if isinstance(body, str) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post("/browser-reports/", text, content_type=kind).status_code


@pytest.mark.django_db
def test_both_forms_are_counted_by_their_rule_and_nothing_is_said_of_the_page(caplog: pytest.LogCaptureFixture) -> None:
    before = {name: counted(name) for name in ("script-src-elem", "img-src", "other")}
    assert send(OLD) == 204
    assert send(NEW, "application/reports+json") == 204
    assert send({"csp-report": {"violated-directive": "made-up"}}) == 204
    assert {name: counted(name) - before[name] for name in before} == dict.fromkeys(before, 1)
    assert "SECRET" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("nonsense", ["{", "1", "null", '"x"', "[1]", '{"csp-report": 1}', "[" * 5000])
def test_nonsense_is_refused(nonsense: str) -> None:
    assert send(nonsense) == 400


@pytest.mark.django_db
def test_a_long_report_is_not_read_and_many_in_one_count_as_few() -> None:
    assert send("x" * (MOST_BYTES + 1)) == 413
    before = counted("img-src")
    assert send([NEW[0]] * 100) == 204
    assert counted("img-src") - before == 20
    assert Client().get("/browser-reports/").status_code == 405
    assert Client().post("/browser-reports/", {"a": "form"}).status_code == 415


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_knows_the_way(chromium: Browser, live_server: Any) -> None:
    page, sent = chromium.new_page(), []
    page.on("request", lambda request: sent.append(request.url) if "browser-reports" in request.url else None)
    policy = Client().get("/").headers["Content-Security-Policy"].replace("; report-to house", "")
    planted = {"Content-Type": "text/html", "Content-Security-Policy": policy}
    page.route("**/planted", lambda route: route.fulfill(body="<script>1</script>", headers=planted))
    with page.expect_request("**/browser-reports/"):
        page.goto(live_server.url + "/planted")
    assert sent == [f"{live_server.url}/browser-reports/"]
    page.close()
