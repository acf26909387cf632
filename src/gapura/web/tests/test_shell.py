"""The shell: headers, error pages, the words of dates and money, who sees which entry."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from jinja2 import UndefinedError

from gapura.web import jinja, navigation
from gapura.web.middleware import CONTENT_SECURITY_POLICY, SecurityHeadersMiddleware
from gapura.web.navigation import NOBODY, Entry, Place, list_entries, register_entry

SHEETS = Path(jinja.__file__).parent / "static" / "web"


def pages_with(answer: HttpResponse) -> SecurityHeadersMiddleware:
    return SecurityHeadersMiddleware(lambda request: answer)


def test_a_page_may_load_no_script_and_nothing_from_elsewhere() -> None:
    headers = pages_with(HttpResponse())(RequestFactory().get("/")).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "script-src" not in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert headers["X-Frame-Options"] == "DENY"


def test_what_a_signed_in_person_sees_is_stored_nowhere_and_what_all_see_may_be() -> None:
    request = RequestFactory().get("/")
    assert pages_with(HttpResponse())(request).headers["Cache-Control"] == "no-cache"
    request.COOKIES["session"] = "somebody"
    assert pages_with(HttpResponse())(request).headers["Cache-Control"] == "private, no-store"


def test_a_view_that_sets_its_own_header_keeps_it() -> None:
    answer = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert pages_with(answer)(RequestFactory().get("/")).headers["Cache-Control"] == "max-age=60"


def test_an_unreachable_database_gives_a_page_that_says_when_to_return() -> None:
    pages = pages_with(HttpResponse())
    answer = pages.process_exception(RequestFactory().get("/"), OperationalError("gone"))
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert b"<h1>" in answer.content
    assert pages.process_exception(RequestFactory().get("/"), ValueError("a mistake of ours")) is None


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "429.html", "500.html", "503.html"])
def test_an_error_page_needs_neither_request_nor_database(page: str) -> None:
    for language in ("id", "en", "ko"):
        with translation.override(language):
            assert f'<html lang="{language}">' in render_to_string(page)


@pytest.mark.django_db
def test_a_missing_page_offers_the_search(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert b'role="search"' in answer.content


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        engines.all()[0].from_string("{{ nothing_of_this_name }}").render({})


def test_markup_in_data_is_shown_as_text() -> None:
    template = engines.all()[0].from_string("{{ name }}")
    assert template.render({"name": "<script>"}) == "&lt;script&gt;"


def test_templates_of_libraries_stay_with_django() -> None:
    jinja_only = engines.all()[0]
    assert jinja_only.get_template("shell/page.html")
    with pytest.raises(TemplateDoesNotExist):
        jinja_only.get_template("allauth/layouts/base.html")
    assert get_template("allauth/layouts/base.html", using=engines.all()[1].name)


@pytest.mark.parametrize(
    ("language", "day", "money"),
    [
        ("id", "5 Agustus 2025", "Rp\xa0125.000"),
        ("en", "August 5, 2025", "IDR\xa0125,000"),
        ("ko", "2025년 8월 5일", "IDR\xa0125,000"),
    ],
)
def test_days_and_money_are_written_as_the_reader_writes_them(language: str, day: str, money: str) -> None:
    with translation.override(language):
        assert jinja.day(date(2025, 8, 5)) == day
        assert jinja.money(125000) == money


def test_a_moment_is_shown_in_the_time_of_the_country() -> None:
    late = datetime(2025, 8, 5, 20, 30, tzinfo=UTC)
    with translation.override("id"):
        assert jinja.day(late) == "6 Agustus 2025"
        assert jinja.moment(late) == "6 Agustus 2025, 03.30"
        assert (jinja.day(None), jinja.moment(None)) == ("", "")


@dataclass
class Somebody:
    kind: str
    roles: frozenset[str] = frozenset()


def test_an_entry_is_shown_to_those_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    register_entry(Entry(Place.PORTAL, "Second", "second", 2))
    register_entry(Entry(Place.PORTAL, "First", "first", 1, frozenset({"resident"})))
    register_entry(Entry(Place.PORTAL, "Third", "third", 3, roles=frozenset({"chief"})))
    register_entry(Entry(Place.PORTAL, "Fourth", "fourth", 4, frozenset({NOBODY})))
    register_entry(Entry(Place.FOOT, "Elsewhere", "elsewhere"))

    def shown_to(actor: Somebody | None) -> list[str]:
        return [entry.url_name for entry in list_entries("portal", actor)]

    assert shown_to(None) == ["second", "fourth"]
    assert shown_to(Somebody("resident")) == ["first", "second"]
    assert shown_to(Somebody("official", frozenset({"chief"}))) == ["second", "third"]


def luminance(color: str) -> float:
    digits = color.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_color_can_be_read_on_every_ground_in_both_schemes() -> None:
    light, dark = (SHEETS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    for scheme in (light, dark):
        colors = dict(re.findall(r"--([\w-]+): (#\w+);", scheme))
        for ground in ("paper", "surface", "sunken"):
            for text in ("ink", "ink-soft", "link", "primary", "danger"):
                assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
        for tone in ("info", "success", "warning", "danger"):
            assert contrast(colors[tone], colors[f"{tone}-wash"]) >= 4.5, tone
        assert contrast(colors["on-primary"], colors["primary"]) >= 4.5
        assert contrast(colors["line-strong"], colors["surface"]) >= 3


def test_the_stylesheets_leave_most_of_a_page_to_its_content() -> None:
    """What every page loads; the desk, a kiosk and a printer have a sheet of their own besides."""
    sizes = {sheet.stem: sheet.stat().st_size for sheet in SHEETS.glob("*.css")}
    assert sum(sizes.pop(name) for name in ("tokens", "elements", "components", "shell")) < 33_000
    assert max(sizes.values()) < 6_000
