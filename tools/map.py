"""`make map`: the house on one page: floors, modules, how much each shows to the others, who leans on whom.

With ``--check`` it only says whether docs/reference/map.md is the map of this tree.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import grimp

from tools.tracked import ROOT, list_files

FILE = ROOT / "docs" / "reference" / "map.md"
SOURCE = ROOT / "src" / "gapura"
# Top to bottom; within the kernel the same order as in .importlinter.
FLOORS = [
    ["config"],
    ["portal", "desk", "demo"],
    ["bundles"],
    ["sectors"],
    ["standards"],
    ["kernel"],
    ["web"],
    ["jurisdictions"],
    ["foundation"],
]
KERNEL = [
    *("cases", "catalogue", "approvals", "payments", "exchange", "notifications"),
    *("documents", "registers", "search", "identity", "audit", "outbox"),
]
HOUSES_OF_MODULES = ("sectors", "bundles", "kernel")


@dataclass(frozen=True)
class Module:
    """One module: its dotted name below ``gapura``, what it says of itself, and its size."""

    name: str
    purpose: str
    actions: int
    queries: int
    lines: int
    leans_on: tuple[str, ...]


def list_module_names() -> list[str]:
    """Every module from the top floor down."""
    names = []
    for floor in (name for row in FLOORS for name in row):
        inside = [path.name for path in (SOURCE / floor).iterdir() if (path / "__init__.py").exists()]
        if floor in HOUSES_OF_MODULES:
            rank = {name: KERNEL.index(name) if name in KERNEL else len(KERNEL) for name in inside}
            names += [f"{floor}.{name}" for name in sorted(inside, key=lambda name: (rank[name], name))]
        else:
            names.append(floor)
    return names


def read_modules() -> list[Module]:
    graph = grimp.build_graph("gapura", exclude_type_checking_imports=True, cache_dir=None)
    names = list_module_names()
    return [_read_module(name, names, graph) for name in names]


def _read_module(name: str, names: list[str], graph: grimp.ImportGraph) -> Module:
    folder = SOURCE.joinpath(*name.split("."))
    dotted = f"gapura.{name}"
    inside = {module for module in {dotted, *graph.find_descendants(dotted)} if ".tests" not in module}
    imported = set().union(*(graph.find_modules_directly_imported_by(module) for module in inside))
    below = [other for other in names if other != name and any(_is_in(module, other) for module in imported)]
    files = [path for path in list_files(f"src/gapura/{name.replace('.', '/')}/**.py") if "tests" not in path.parts]
    return Module(
        name=name,
        purpose=(ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or "").split("\n")[0],
        actions=_count_public_functions(folder, "actions"),
        queries=_count_public_functions(folder, "queries"),
        lines=sum(path.read_text().count("\n") for path in files if "migrations" not in path.parts),
        leans_on=tuple(below),
    )


def _is_in(module: str, name: str) -> bool:
    return module == f"gapura.{name}" or module.startswith(f"gapura.{name}.")


def _count_public_functions(folder: Path, kind: str) -> int:
    files = [folder / f"{kind}.py", *(folder / kind).glob("*.py")]
    trees = [ast.parse(file.read_text()) for file in files if file.exists()]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return sum(not function.name.startswith("_") for function in functions)


def draw(modules: list[Module]) -> str:
    """The map as Markdown that also reads well as plain text."""
    rows = [
        f"| `{module.name}` | {module.purpose} | {module.actions or ''} | {module.queries or ''} | "
        f"{', '.join(name.removeprefix('kernel.') for name in module.leans_on)} |"
        for module in modules
    ]
    return "\n".join(
        [
            "# The map of the house",
            "",
            "Written by `make map`; each floor uses only those below it. *Leans on* lists direct imports.",
            "",
            "| Module | What it is for | Actions | Queries | Leans on |",
            "|---|---|--:|--:|---|",
            *rows,
            "",
        ]
    )


def draw_for_terminal(modules: list[Module]) -> str:
    """Name, size and arrows, one line a module."""
    return "\n".join(
        f"{module.name:24}{module.actions:4} actions {module.queries:4} queries {module.lines:6} lines"
        + (f"  → {' '.join(name.removeprefix('kernel.') for name in module.leans_on)}" if module.leans_on else "")
        for module in modules
    )


def main() -> int:
    modules = read_modules()
    text = draw(modules)
    if "--check" in sys.argv:
        current = FILE.exists() and FILE.read_text() == text
        print("" if current else "docs/reference/map.md is not the map of this tree; run `make map`.")
        return 0 if current else 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)
    print(draw_for_terminal(modules))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
