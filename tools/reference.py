"""The reference pages that are read from the source: docs/reference/events.md and audit-events.md.

With ``--check`` it only says which pages are out of date.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.tracked import ROOT, list_files, show

FOLDER = ROOT / "docs" / "reference"
AUDIT_EVENT = re.compile(r"[a-z_]+\.([a-z_]+|<\w+>)")
WRITTEN = "Written by `make map` from the source."


def list_events() -> Iterator[tuple[str, str, str, str]]:
    """Module, class, what it says and its fields, of every domain event."""
    for path in list_files("src/gapura/*/*/events.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                fields = [
                    f"`{field.target.id}: {ast.unparse(field.annotation)}`"
                    for field in node.body
                    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                ]
                said = (ast.get_docstring(node) or "").replace("\n", " ").replace("``", "`")
                yield path.parent.name, node.name, said, ", ".join(fields)


def list_audit_events() -> Iterator[tuple[str, str]]:
    """Name of every audit event, and the function that records it."""
    for path in list_files("src/gapura/*/*/**.py"):
        module = _module_of(path)
        if "tests" in path.parts or path.name == "testing.py" or module is None:
            continue
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                for name in sorted(_audit_names(function, module)):
                    yield name, f"{function.name} ({show(path).removeprefix('src/gapura/')})"


def _module_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT / "src" / "gapura").parts
    return parts[1] if parts[0] in ("kernel", "sectors", "bundles") else None


def _audit_names(function: ast.FunctionDef, module: str) -> set[str]:
    """Texts like ``cases.case_withdrawn`` handed to a call: as ``action=``, or to a private recorder."""
    texts: set[str] = set()
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and _may_record(call.func):
            values = [*call.args, *(word.value for word in call.keywords if word.arg == "action")]
            texts |= {_text(node) for outer in values for node in ast.walk(outer)}
    return {text for text in texts if AUDIT_EVENT.fullmatch(text) and text.startswith(f"{module}.")}


def _text(node: ast.AST) -> str:
    """A constant as it is, and ``f"cases.{step}"`` as ``cases.<step>``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return re.sub(r"{(\w+)}", r"<\1>", ast.unparse(node)[2:-1])
    return ""


def _may_record(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and ("record" in function.id or function.id.startswith(("_", "New")))


def draw_pages() -> dict[Path, str]:
    """Every generated page with its text."""
    events = [f"| {module} | `{name}` | {said} | {fields} |" for module, name, said, fields in list_events()]
    audit = [f"| `{name}` | {where} |" for name, where in sorted(set(list_audit_events()))]
    return {
        FOLDER / "events.md": "\n".join(
            [
                "# Domain events",
                "",
                WRITTEN,
                "",
                "| Module | Event | Meaning | Fields |",
                "|---|---|---|---|",
                *events,
                "",
            ]
        ),
        FOLDER / "audit-events.md": "\n".join(
            ["# Audit events", "", WRITTEN, "", "| Event | Recorded by |", "|---|---|", *audit, ""]
        ),
    }


def main() -> int:
    stale = [path for path, text in draw_pages().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        print("\n".join(f"{show(path)} is out of date; run `make map`." for path in stale))
        return 1 if stale else 0
    for path in stale:
        path.write_text(draw_pages()[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
