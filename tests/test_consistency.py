"""The house agrees with itself: what must hold for every address, action, model, template and service."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.template import engines
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jinja2 import StrictUndefined

from gapura.foundation import clock
from gapura.foundation.personal_data import find_faults
from gapura.kernel.catalogue.queries import list_services
from gapura.kernel.records.queries import list_declarations, list_tables
from tools.call_graph import Actions
from tools.tracked import ROOT, list_files, show

# Addresses anybody may open, and why. Everything else asks for a sign-in first.
PUBLIC = {
    "portal:home": "the front door",
    "portal:search": "what the state offers is no secret",
    "portal:life-event": "what the state offers is no secret",
    "portal:help": "a page to read",
    "portal:kiosk": "a public terminal's first page",
    "portal:kiosk-services": "what the state offers is no secret",
    "portal:kiosk-pause": "a question to nobody in particular",
    "portal:about": "a page to read",
    "portal:privacy": "a page to read",
    "portal:accessibility": "a page to read",
    "catalogue:service": "what the state offers is no secret",
    "catalogue:service-jsonld": "open data",
    "catalogue:catalogue-jsonld": "open data",
    "office:feed": "calendar programs cannot sign in: the secret address opens it, its digest is kept",
    "law:index": "the law is everybody's",
    "law:rule": "the law is everybody's; what is tried there is not kept",
    "law:benefits": "what the law gives is no secret; the answers are not kept",
    "cases:public-statistics": "everybody may know how the services do; small counts are hidden",
    "cases:public-statistics-csv": "open data",
    "public-documents:list": "what the state's papers say is everybody's",
    "public-documents:csv": "open data",
    "public-documents:json": "open data",
    "public-documents:feed": "open data",
    "public-documents:document": "only what was made for everybody to read",
    "public-documents:file": "only what was made for everybody to read",
    "public-documents:attachment": "only what was made for everybody to read",
    "documents:verify": "anybody who is shown a document may check it",
    "documents:verify-code": "anybody who is shown a document may check it",
    "production:verify-card": "anybody who is shown a card may ask whether it is in force",
    "invoicing:api-submit": "between machines: the call is signed with a registered key",
    "invoicing:api-invoice": "between machines: the call is signed with a registered key",
    "withholding:api-deliver": "between machines: the key of the reporter opens it",
    "withholding:api-delivery": "between machines: the key of the reporter opens it",
    "wallet:shared": "who has the link and its code needs no account; without the code it says nothing",
    "wallet:shared-file": "the same, for the page that the code has opened",
    "federation:configuration": "what sites configure themselves with",
    "federation:keys": "what sites check signatures with",
    "federation:authorize": "where sites send people; it asks for the sign-in on the next page",
    "federation:sign-out": "the way out",
    "federation:push": "between machines: the site proves itself",
    "federation:token": "between machines: the site proves itself",
    "federation:introspect": "between machines: the site proves itself",
    "federation:revoke": "between machines: the site proves itself",
    "federation:userinfo": "between machines: the token opens it",
    "federation:start": "the way in, by an outside provider",
    "federation:come-back": "the way in, by an outside provider",
    "wallet:fetch-facts": "between machines: the receiver signs each request",
    "credentials:issuer": "what wallets configure themselves with",
    "credentials:server": "what wallets configure themselves with",
    "credentials:keys": "what verifiers check signatures with",
    "credentials:type": "what a credential may say is no secret",
    "credentials:status": "whoever is shown a credential may know whether it stands; a list names nobody",
    "credentials:nonce": "a number to sign, which says nothing",
    "credentials:token": "between machines: a code and its digits open it",
    "credentials:credential": "between machines: the token and a proof of the wallet's key open it",
    "credentials:request": "what an official asks to be shown; the secret in the scanned code opens it",
    "credentials:answer": "between machines: the same, and what is shown proves itself",
    "agreements:register": "which agency may ask which for what is no secret",
    "agreements:register-jsonld": "open data",
    "payments:callback": "between machines: the bank signs each callback",
    "exchange:openapi": "how to ask is no secret; asking needs a member's keys",
    "browser-reports": "what browsers kept pages from doing; it is counted and not kept",
    "openapi": "what addresses there are is no secret; the source is open",
    "identity:sign-in": "the way in",
    "identity:sign-out": "the way out",
    "identity:passkey-sign-in": "the way in",
    "identity:phone-sign-in": "the way in at a terminal; it shows a code and nothing else",
    "identity:stop-by-link": "who lost their telephone cannot sign in; the link is signed and works once",
    "identity:activate": "the way in for who was at a counter",
    "identity:choose-credentials": "the way in for who was at a counter; leads back to the first step",
    "identity:language": "everybody reads in their language",
    "operations:live": "machines ask it every second; it says one word",
    "operations:ready": "machines ask it every second; it says one word",
    "operations:metrics": "for this machine or for who has the token; no personal data",
    "operations:status": "everybody may know how the house is",
    "appointments:scim": "personnel systems show a token of their own",
    "appointments:scim-one": "personnel systems show a token of their own",
    "account_login": "the way in",
    "account_logout": "the way out",
}
SAMPLES = {
    "int": "1",
    "str": "sample",
    "slug": "sample",
    "path": "sample/one",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
# Actions whose trace is not an audit event, and what it is instead.
TRACE_ELSEWHERE: dict[str, str] = {}


def list_addresses() -> Iterator[tuple[str, str]]:
    """Every address of the house: its full name and a sample path."""

    def walk(resolver: URLResolver, prefix: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = (*names, pattern.namespace) if pattern.namespace else names
                yield from walk(pattern, route, inner)
            elif isinstance(pattern, URLPattern):
                path = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match.group(1) or "str"], route)
                yield ":".join((*names, pattern.name or route)), f"/{path}"

    yield from walk(get_resolver(), "", ())


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), sorted(list_addresses()))
def test_an_address_is_public_by_name_or_asks_for_a_sign_in(client: Client, name: str, path: str) -> None:
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    asks = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")
    assert asks != (name in PUBLIC), f"{name} ({path}) answered {answer.status_code}"


def test_the_list_of_public_addresses_names_only_what_exists() -> None:
    assert set(PUBLIC) <= {name for name, _ in list_addresses()}


def test_every_address_named_in_code_and_templates_exists() -> None:
    known = {name for name, _ in list_addresses()}
    named = re.compile(r"""\b(?:url|reverse|reverse_lazy|redirect)\(\s*["'](\w[\w-]*:[\w-]+)["']""")
    unknown = {
        f"{show(path)}: {name}"
        for path in list_files("src/gapura/**.py", "src/gapura/**.html", "src/gapura/**.txt")
        for name in named.findall(path.read_text())
        if name not in known
    }
    assert unknown == set()


def list_modules() -> list[Path]:
    places = [*(ROOT / "src/gapura/kernel").iterdir(), *(ROOT / "src/gapura/sectors").iterdir()]
    return sorted(path for path in places if (path / "__init__.py").exists())


@pytest.mark.parametrize("module", list_modules(), ids=lambda path: path.name)
def test_every_action_writes_an_audit_event(module: Path) -> None:
    silent = [f"{module.name}.{name}" for name in Actions(module).find_silent()]
    assert [name for name in silent if name not in TRACE_ELSEWHERE] == []


def test_every_column_says_what_personal_data_it_holds_and_how_long() -> None:
    assert find_faults(list_declarations(), list_tables()) == []
    page = (ROOT / "docs/reference/retention.md").read_text()
    assert set(re.findall(r"^\| `([\w.]+)` \|", page, re.M)) == set(list_tables())


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_an_undefined_variable_in_a_template_is_an_error() -> None:
    environment = engines.all()[0].env
    assert issubclass(environment.undefined, StrictUndefined)


def test_every_public_service_has_name_ground_and_steps_in_every_language() -> None:
    services = list_services(on=clock.today("Asia/Jakarta"))
    assert services
    for item in services:
        for text in (item.title, item.summary, *item.steps):
            assert {language for language, words in text.items() if words.strip()} >= {"id", "en", "ko"}, item.code
        assert item.law, f"{item.code} names no legal ground"
        assert item.applicants, f"{item.code} says nobody may ask for it"


def test_nothing_in_the_house_uses_signals_or_reads_the_clock_by_itself() -> None:
    forbidden = re.compile(r"from django\.(?:db\.models|dispatch|core)\S* import .*\b(?:receiver|post_save|pre_save)\b")
    wrong = []
    for path in list_files("src/gapura/**.py"):
        text = path.read_text()
        if forbidden.search(text):
            wrong.append(f"{show(path)}: signals")
        if path.name != "clock.py" and "tests" not in path.parts and _reads_clock(ast.parse(text)):
            wrong.append(f"{show(path)}: reads the clock; take `now` as a parameter")
    assert wrong == []


def _reads_clock(tree: ast.AST) -> bool:
    readings = {("datetime", "now"), ("date", "today"), ("timezone", "now"), ("datetime", "utcnow")}
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in readings
        for node in ast.walk(tree)
    )


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    table = (ROOT / "docs/reference/settings.md").read_text()
    documented = set(re.findall(r"^\| `(GAPURA_\w+)` \|", table, re.M))
    read = re.compile(r"""environ(?:\.get\(|\[)\s*["'](GAPURA_\w+)""")
    files = [path for path in list_files("src/gapura/**.py") if "tests" not in path.parts]
    assert documented == {name for path in files for name in read.findall(path.read_text())}


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    link = re.compile(r"\]\(([^)#:\s]+)(?:#[\w-]+)?\)")
    broken = [
        f"{show(page)}: {target}"
        for page in list_files("*.md")
        for target in link.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _list_cut_texts(content: Any, path: str) -> Iterator[str]:
    """Texts that a comma cut: without quotation marks the rest of ``{en: this, and that}`` is a key of its own."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    if isinstance(content, dict) and "en" in content and None in content.values():
        yield path
    for key, value in inner:
        yield from _list_cut_texts(value, f"{path} › {key}")


def test_no_text_of_a_country_is_cut_at_a_comma() -> None:
    planted = yaml.safe_load("[{id: a, en: this, and that}, {id: a, en: this}]")
    assert list(_list_cut_texts(planted, "planted")) == ["planted › 0"]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    files = {show(path): path for path in list_files("src/gapura/jurisdictions") if path.suffix == ".yaml"}
    read = {name: yaml.load(path.read_text(), Loader=loader) for name, path in files.items()}
    assert [cut for name, content in read.items() for cut in _list_cut_texts(content, name)] == []
    assert read
