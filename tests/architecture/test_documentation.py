"""What the documentation names is there: files, and commands of the house."""

import re
from collections.abc import Iterator

from django.core.management import get_commands

from tools.tracked import list_files, show

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(r"(?<![\w/.~$:=*{}<>-])[\w.-]++(?:/[\w.-]++)*+(?![*<{@])")
COMMAND = re.compile(r"(?:^|`|bin/|\s)gapura((?: [a-z][a-z-]*)+)", re.MULTILINE)
ENDINGS = (".py", ".yaml", ".toml", ".sh", ".css", ".typ", ".service")
MADE_BY_THE_READER = {
    "CASES.yaml",
    "file.yaml",
    "policy.yaml",
    "reform.yaml",
    "services/civil.parents-certificate.yaml",
    "templates/parents-certificate.typ",
}
"""What a reader writes while following a page."""
KEPT_AT_HOME = ("GAPURA_HOME/", "endings.yaml")
"""What a house in operation keeps or writes."""


def list_tails(paths: list[str]) -> set[str]:
    """Every way to name one of the files or a folder of one: any run of the parts of its path."""
    tails = set()
    for path in paths:
        parts = path.split("/")
        tails |= {"/".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)}
    return tails


def find_missing_files(page: str, tails: set[str], folders: set[str]) -> Iterator[str]:
    """Files that code on the page names and nobody has; other words with a stroke are no files."""
    for code in CODE.findall(page):
        for name in (found.strip(".") for found in PATH.findall(code)):
            is_file = name.endswith(ENDINGS) or ("/" in name and name.partition("/")[0] in folders)
            if is_file and name not in tails and f"{name}.py" not in tails:
                yield name


def find_missing_commands(page: str, commands: set[str]) -> Iterator[str]:
    """Commands that code on the page gives and the house does not know."""
    for words in (found for code in CODE.findall(page) for found in COMMAND.findall(code)):
        first = words.split()[:3]
        names = {"_".join(first[:end]).replace("-", "_") for end in range(1, 4)}
        if not names & commands:
            yield f"gapura{words}"


def test_every_file_that_the_documentation_names_exists() -> None:
    paths = [show(path) for path in list_files()]
    folders = {path.split("/")[0] for path in paths if "/" in path}
    folders |= {path.split("/")[2] for path in paths if path.startswith("src/gapura/") and path.count("/") > 2}
    tails = list_tails(paths)
    missing = [
        f"{show(page)}: {name}"
        for page in list_files("*.md")
        for name in find_missing_files(page.read_text(), tails, folders)
        if name not in MADE_BY_THE_READER and not name.startswith(KEPT_AT_HOME)
    ]
    assert missing == []


def test_every_command_that_the_documentation_gives_exists() -> None:
    commands = set(get_commands())
    missing = [
        f"{show(page)}: {name}"
        for page in list_files("*.md")
        for name in find_missing_commands(page.read_text(), commands)
    ]
    assert missing == []


def test_a_file_and_a_command_that_are_no_more_are_found() -> None:
    page = """`kernel/cases/old.py`, `src/gapura/web`, yes/no, `K/0`
```console
$ .venv/bin/gapura audit verify --all
$ gapura audit forget
```"""
    tails = list_tails(["src/gapura/web/jinja.py", "src/gapura/kernel/cases/new.py"])
    assert list(find_missing_files(page, tails, {"src", "kernel"})) == ["kernel/cases/old.py"]
    assert list(find_missing_commands(page, {"audit_verify"})) == ["gapura audit forget"]
