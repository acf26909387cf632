"""The checks notice what they are for, and let pass what is right."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import forbidden_text, new_module, sizes, translations
from tools.call_graph import Actions
from tools.dead_templates import find_unused
from tools.tracked import ROOT, list_files


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def long_function(lines: int) -> str:
    return "def f():\n" + "    pass\n" * (lines - 1)


def test_a_long_file_and_a_long_function_are_named() -> None:
    folder = ROOT / "build" / "sizes"
    try:
        assert list(sizes.find_long(write(folder / "short.py", long_function(50) + "\n" * 450))) == []
        assert "f has 51 lines" in next(sizes.find_long(write(folder / "long.py", long_function(51))))
        assert "501 lines" in next(sizes.find_long(write(folder / "file.py", "\n" * 501)))
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", "open('/ho" + "me/someone/x')", True),
        ("a.py", "open('/tmp/x')", False),
        ("a.py", "url = 'https://example.invalid/home/page'", False),
        ("a.lock", "--extra-index-" + "url somewhere", True),
        ("a.lock", "thing==1.0 --hash=sha256:aa", False),
        ("a.lock", "# from https://mirror.invalid", True),
        ("a.md", "https://www.rfc-editor.org/rfc/rfc9162", False),
    ],
)
def test_paths_of_a_machine_and_addresses_in_locks_are_found(name: str, text: str, found: bool) -> None:
    assert bool(list(forbidden_text.find_forbidden(ROOT / name, text))) is found


def test_a_template_nobody_names_is_dead_and_others_live() -> None:
    names = ["portal/home.html", "inbox/issued.txt", "shell/page.html", "left/over.html"]
    templates = {name: Path(name) for name in names}
    sources = {
        Path("views.py"): 'render(request, "portal/home.html"); render(request, f"inbox/{kind}.txt")',
        Path("portal/home.html"): '{% extends "shell/page.html" %}',
        Path("left/over.html"): "left/over.html names itself, which does not count",
    }
    assert find_unused(templates, sources) == ["left/over.html"]


def test_what_a_translation_lacks_is_said_and_a_whole_one_passes() -> None:
    wanted = Catalog()
    wanted.add("Sent to %(name)s", locations=[("a.py", 1)])
    wanted.add("Welcome", locations=[("b.html", 1)])

    def problems(**texts: str) -> list[str]:
        have = Catalog(locale="id")
        for message, text in texts.items():
            have.add({"sent": "Sent to %(name)s", "welcome": "Welcome"}.get(message, message), text)
        return list(translations.find_problems(wanted, "id", have))

    assert problems(sent="Dikirim ke %(name)s", welcome="Selamat datang") == []
    assert ["not translated: 'Welcome'" in line for line in problems(sent="Dikirim ke %(name)s")] == [True]
    assert "not translated" in problems(sent="Dikirim ke %(name)s", welcome="")[0]
    assert "a placeholder is lost" in problems(sent="Dikirim", welcome="Selamat datang")[0]
    assert "placeholders differ" in problems(sent="Dikirim ke %(nama)s", welcome="Selamat datang")[0]
    assert "nobody asks for" in problems(sent="Ke %(name)s", welcome="Selamat", old="lama")[0]


def test_an_action_without_a_trace_is_found_and_a_trace_through_others_counts(tmp_path: Path) -> None:
    source = """
from gapura.kernel.audit.actions import record_event
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.outbox.actions import publish

def direct(*, actor): record_event(actor=actor, action="x")
def through_private(*, actor): _finish(actor)
def through_other_module(*, actor): submit_application(actor=actor)
def silent(*, actor): publish(actor)
def without_actor(*, now): pass
def _finish(actor): direct(actor=actor)
"""
    write(tmp_path / "actions.py", source)
    assert Actions(tmp_path).find_silent() == ["silent"]


def test_every_direct_dependency_is_locked_with_hashes() -> None:
    for name in ("requirements", "requirements-dev"):
        lines = (ROOT / f"{name}.in").read_text().splitlines()
        wanted = {re.split(r"[\[<>= #]", line)[0].lower() for line in lines if line[:1].isalpha()}
        lock = (ROOT / f"{name}.lock").read_text()
        pinned = {line.split("==")[0].split("[")[0] for line in lock.splitlines() if line[:1].isalpha()}
        assert wanted - pinned == set()
        assert lock.count("==") <= lock.count("--hash=sha256:")


def test_the_development_lock_pins_the_runtime_lock_s_versions() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" ")[0].split("[")[0] for line in lines if line[:1].isalpha() and "[" not in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.fixture(scope="module")
def copy_of_the_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    for path in list_files("src", "tools", "pyproject.toml", ".importlinter"):
        write(root / path.relative_to(ROOT), "").write_bytes(path.read_bytes())
    return root


def test_a_new_module_passes_the_checks_and_its_own_test(copy_of_the_house: Path) -> None:
    folder = new_module.create_module(copy_of_the_house, "sectors/bird_watching")
    assert (folder / "README.md").read_text().startswith("# Bird watching")

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(Path(sys.executable).parent / program), *arguments],
            cwd=copy_of_the_house,
            env={
                "PYTHONPATH": f"{copy_of_the_house / 'src'}",
                "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
                "GAPURA_HOME": str(copy_of_the_house / "var"),
                "PATH": "/usr/bin:/bin",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    module = "src/gapura/sectors/bird_watching"
    run("ruff", "check", module)
    run("ruff", "format", "--check", module)
    run("lint-imports", "--no-cache", "--config", ".importlinter")
    run("django-admin", "check")
    run("pytest", "-q", "-p", "no:randomly", "--ds=gapura.config.settings", f"{module}/tests")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("sectors/civil", "exists already"),
        ("kernel/weather", "needs a rank first"),
        ("welfare", "Say where it goes"),
        ("sectors/Welfare", "Say where it goes"),
        ("sectors/../x", "Say where it goes"),
        ("", "Say where it goes"),
    ],
)
def test_a_module_that_cannot_be_made_is_refused_with_what_to_type(place: str, said: str) -> None:
    with pytest.raises(new_module.CannotScaffold, match=said):
        new_module.create_module(ROOT, place)
