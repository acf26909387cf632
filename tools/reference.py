"""The reference pages read from the source: promises, events, audit-events and retention (docs/reference/*.md).

With ``--check`` it only says which pages are out of date.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from gapura.foundation.measurements import Measurement, list_measurements
from gapura.foundation.personal_data import FILE, ColumnClass, read_declarations, read_retention
from gapura.kernel.operations.promise_files import SHIPPED, load_promises
from gapura.kernel.operations.types import Figure, Promise
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


def list_kept() -> Iterator[str]:
    """What every table holds and how long it is kept, one line a table, by module."""
    rules = read_retention(ROOT / "src/gapura/jurisdictions/indonesia/retention.yaml")
    folders = tuple(sorted({path.parent for path in (ROOT / "src/gapura").glob(f"**/{FILE}")}))
    for table, declared in sorted(read_declarations(folders).items()):
        rule = rules[declared.retention]
        columns = [
            f"{said}: {' '.join(declared.columns_of(said))}"
            for said in ColumnClass
            if said is not ColumnClass.NONE and declared.columns_of(said)
        ]
        period = " ".join(f"{n} {unit}" for n, unit in ((rule.years, "years"), (rule.days, "days")) if n)
        since = f" after `{declared.since}`" if period and declared.since else ""
        kept = f"{period}{since}" if period else "without end"
        ends = f"with its `{declared.part_of}`" if declared.part_of and not declared.since else rule.then
        holds = "; ".join(columns) or "nothing personal"
        yield f"| `{table}` | {holds} | {kept} | {ends} | {rule.code}: {rule.why} | {rule.law} |"


KEPT = """# What is kept how long

Written by `make map` from each module's `personal_data.yaml` and the country's `retention.yaml`. A test fails for a
table or column that is classed nowhere. *destroy*, *erase-content* and *erase-subject* are carried out by
`gapura records dispose` (the worker does it every hour), *module* by the module itself; nothing under a disposal
hold ends. Why it is so: [ADR 18](../why/adr/0018-records.md).

| Table | Columns about people | Kept | Then | Rule and reason | Law |
|---|---|---|---|---|---|
"""


def list_promises() -> Iterator[str]:
    """Every promise with the newest figures that ``gapura promises --keep`` brought; none is typed by hand."""
    measured = {one.promise: one for one in list_measurements(SHIPPED)}
    for promise in load_promises():
        one = measured.get(promise.code)
        yield f"## {promise.title['en']}\n\n`{promise.command}`\n"
        if one is None:
            yield "**Not measured yet: counts as not kept.**\n"
        else:
            verdict = "Kept" if one.kept else "**Not kept**"
            commit, by = one.commit or "unknown", _measured_by(one, promise)
            yield f"{verdict}, measured {one.measured_at[:10]} at commit {commit}{by}.\n"
        yield "| Figure | Measured | Bound |\n|---|---|---|"
        for figure in promise.figures:
            value = one.figures.get(figure.name, "–") if one else "–"
            yield f"| {figure.title['en']} | {value} | {_bound(figure)} |"
        needs = f" Needs {promise.needs['en']}." if promise.needs else ""
        yield f"\nStale after {promise.stale_after.days} days. Source: {promise.source}.{needs}\n"


def _measured_by(one: Measurement, promise: Promise) -> str:
    """By which command, where it was another (a shorter run, say) than the one that the promise names."""
    plain = one.command if one.command.startswith(("gapura", "make", "python")) else f"python {one.command}"
    same = plain.removesuffix(" --keep") == promise.command.removesuffix(" --keep")
    return "" if same else f" with `{plain}`"


def _bound(figure: Figure) -> str:
    least = "" if figure.at_least is None else f"at least {figure.at_least:g}"
    most = "" if figure.at_most is None else f"at most {figure.at_most:g}"
    return ", ".join(filter(None, (least, most))) or "–"


def draw_pages() -> dict[Path, str]:
    """Every generated page with its text."""
    events = [f"| {module} | `{name}` | {said} | {fields} |" for module, name, said, fields in list_events()]
    audit = [f"| `{name}` | {where} |" for name, where in sorted(set(list_audit_events()))]
    return {
        FOLDER / "retention.md": KEPT + "\n".join([*list_kept(), ""]),
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
        FOLDER / "promises.md": "\n".join(["# Promises", "", WRITTEN, "", *list_promises()]),
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
