"""The house agrees with itself: what must hold for every address, action, model, template and service."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import engines
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jinja2 import StrictUndefined

from gapura.foundation import clock
from gapura.kernel.catalogue.queries import list_services
from tools.call_graph import Actions
from tools.tracked import ROOT, list_files, show

# Addresses anybody may open, and why. Everything else asks for a sign-in first.
PUBLIC = {
    "portal:home": "the front door",
    "portal:search": "what the state offers is no secret",
    "portal:life-event": "what the state offers is no secret",
    "portal:help": "a page to read",
    "portal:about": "a page to read",
    "portal:privacy": "a page to read",
    "portal:accessibility": "a page to read",
    "catalogue:service": "what the state offers is no secret",
    "catalogue:service-jsonld": "open data",
    "catalogue:catalogue-jsonld": "open data",
    "documents:verify": "anybody who is shown a document may check it",
    "documents:verify-code": "anybody who is shown a document may check it",
    "identity:sign-in": "the way in",
    "identity:sign-out": "the way out",
    "identity:language": "everybody reads in their language",
    "account_login": "the way in",
    "account_logout": "the way out",
}
SAMPLES = {"int": "1", "str": "sample", "slug": "sample", "uuid": "00000000-0000-4000-8000-000000000000"}
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


def test_every_model_says_what_personal_data_it_holds_and_how_long() -> None:
    table = (ROOT / "docs/reference/retention.md").read_text()
    declared = set(re.findall(r"^\| `([\w.]+)` \|", table, re.M))
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("gapura.")}
    assert declared == ours


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
