"""``python -m tools.cryptography_page``: docs/reference/cryptography.md; ``--check`` only looks.

From its table and the schedule of secrets. What the code uses and the table does not declare is a mistake.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gapura.config.kept_secrets import list_kept_secrets
from tools.tracked import ROOT

TABLE, PAGE = ROOT / "tests/security/cryptography.yaml", ROOT / "docs/reference/cryptography.md"
FOLDERS = ("src", "deploy", "examples")
LIBRARIES = (
    *(
        "cryptography",
        "joserfc",
        "hashlib",
        "hmac",
        "secrets",
        "ssl",
        "asn1crypto",
        "fido2",
        "argon2",
        "nacl",
        "Crypto",
    ),
    *("pyhanko.pdf_utils", "pyhanko.sign", "pyhanko_certvalidator", "crypt", "OpenSSL", "jwt", "jwcrypto", "pkcs11"),
    *("django.core.signing", "django.contrib.auth.hashers", "django.utils.crypto"),
)
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Use:
    """A name of a library of cryptography in a file."""

    symbol: str
    file: str


def find_uses(root: Path = ROOT) -> set[Use]:
    """Every one, in everything that is delivered; tests try other things on purpose."""
    files = (file for folder in FOLDERS for file in (root / folder).rglob("*.py"))
    shipped = (file for file in files if "tests" not in file.parts and file.name != "testing.py")
    return {Use(symbol, str(file.relative_to(root))) for file in shipped for symbol in _symbols(file.read_text())}


def _symbols(source: str) -> set[str]:
    """Fully named: what is imported by name, and what is taken from an imported module."""
    tree, modules, found = ast.parse(source), dict[str, str](), set[str]()
    for node in ast.walk(tree):
        for local, full in _imported(node):
            if _is_watched(full):
                modules[local] = full
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            whole = modules[node.value.id]
            is_class = whole.rpartition(".")[2][0].isupper()
            found.add(whole if is_class else f"{whole}.{node.attr}")
            named.discard(node.value.id)
    return found | {full for local, full in modules.items() if local in named}


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((one.asname or one.name, one.name) for one in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _is_watched(name: str) -> bool:
    return any(name == library or name.startswith(f"{library}.") for library in LIBRARIES)


def find_mistakes(table: Line, uses: set[Use]) -> Iterator[str]:
    """What is used and not declared, and what is declared and not used."""
    used = defaultdict[str, set[str]](set)
    for use in sorted(uses, key=str):
        if any(use.symbol == name or use.symbol.startswith(f"{name}.") for name in table["handling"]):
            continue
        place = next((one["where"] for one in table["places"] if use.file.startswith(one["where"] + "/")), None)
        algorithm = next((one["name"] for one in table["algorithms"] if _is_one_of(use.symbol, one["symbols"])), None)
        if place is None or algorithm is None:
            yield f"{use.file} uses {use.symbol}, which tests/security/cryptography.yaml declares nowhere."
        else:
            used[place].add(algorithm)
    for place in table["places"]:
        for name in sorted(used[place["where"]] ^ set(place["with"])):
            has = "is used but not declared" if name in used[place["where"]] else "is declared but not used"
            yield f"{name} {has} in {place['where']}."


def _is_one_of(symbol: str, names: Sequence[str]) -> bool:
    return any(symbol == name or symbol.endswith(f".{name}") for name in names)


def draw_page(table: Line) -> str:
    """The whole page."""
    parts = (_algorithms, _places, _keys, _certificates)
    return "\n".join([table["introduction"], *(line for part in parts for line in part(table)), "", table["plans"]])


def _algorithms(table: Line) -> Iterator[str]:
    yield "## Algorithms\n\n| Algorithm | What it does here | Bits | With a quantum computer |\n|---|---|---|---|"
    for one in table["algorithms"]:
        yield f"| {one['name']} | {one['does']} | {one['bits'] or 'none'} | {one['quantum']} |"


def _places(table: Line) -> Iterator[str]:
    yield "\n## Places\n\nNo other file uses any of them.\n\n| Where | What for | With |\n|---|---|---|"
    for one in table["places"]:
        yield f"| `{one['where']}` | {one['does']} | {', '.join(one['with'])} |"


def _keys(table: Line) -> Iterator[str]:
    yield "\n## Keys in the house's folder\n\n| File | What it does | Days | How it is replaced |\n|---|---|---|---|"
    for secret in list_kept_secrets():
        yield f"| `{secret.path}` | {secret.does} | {secret.most_days} | {secret.replace} |"
    yield "\n## Keys elsewhere\n\n| Key | Where it lies | How it is replaced |\n|---|---|---|"
    for one in table["keys_elsewhere"]:
        yield f"| {one['key']} | {one['where']} | {one['replace']} |"


def _certificates(table: Line) -> Iterator[str]:
    yield "\n## Certificates\n\n| Certificate | Life | Before it ends |\n|---|---|---|"
    for one in table["certificates"]:
        yield f"| {one['name']} | {one['life']} | {one['ends']} |"


def main() -> int:
    table = yaml.safe_load(TABLE.read_text("utf-8"))
    mistakes, page = list(find_mistakes(table, find_uses())), draw_page(table)
    if "--check" not in sys.argv and not mistakes:
        PAGE.write_text(page)
    if PAGE.read_text() != page:
        mistakes.append("docs/reference/cryptography.md is out of date: run python -m tools.cryptography_page")
    print("\n".join(mistakes) or f"{PAGE.relative_to(ROOT)}: {len(table['algorithms'])} algorithms")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
