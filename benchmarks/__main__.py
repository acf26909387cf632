"""Run benchmarks and keep their last results: ``python -m benchmarks [NAME …]``, all when none is named.

Each result is one line of JSON; benchmarks/README.md keeps the newest of each as a table. The exit status is
1 when a goal was missed or a benchmark failed.
"""

import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.harness import Result
from tools import measured

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"
HEAD = "| Name | Value | Against | Ratio | Goal | Held | Measured |\n|---|---|---|---|---|---|---|"
NOT_BENCHMARKS = {"harness", "law_peers", "applicants", "exchange_ends", "processor_time", "__main__"}
INTRODUCTION = """\
# Benchmarks

`make bench` runs all, `make bench ONLY=name` one. Ratios compare two things measured in the same run on the
same machine, so they hold elsewhere; plain figures depend on the machine. A benchmark is one module here: see
`harness.py`.
"""


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--here"]:
        return _run_here(arguments[1])
    known = _find_benchmarks()
    unknown = [name for name in arguments if name not in known]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(sorted(known))}.")
        return 2
    names = arguments or sorted(known)
    outcomes = [_run_apart(name, known[name]) for name in names]
    return 0 if all(outcomes) else 1


def _find_benchmarks() -> dict[str, str]:
    """Modules by benchmark name, which is the module's with hyphens."""
    modules = (module.name for module in pkgutil.iter_modules([str(ROOT / "benchmarks")]))
    return {module.replace("_", "-"): module for module in modules if module not in NOT_BENCHMARKS}


def _run_apart(name: str, module: str) -> bool:
    """Run one benchmark in a process of its own; whether it ran and reached its goals."""
    print(f"== {name}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="gapura-bench-") as home:
        environment = os.environ | {
            "GAPURA_HOME": home,
            "GAPURA_SECRET_KEY": "the key of a benchmark",
            "GAPURA_RATE_LIMITS": "0",  # one address plays everybody
            "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        environment.pop("GAPURA_DATABASE", None)
        command = [sys.executable, "-m", "benchmarks", "--here", module]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        results = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.startswith("{"):
                results.append(json.loads(line))
        failed = process.wait() != 0
    if failed:
        print(f"{name} failed; its rows in {README.name} stay as they were.", file=sys.stderr)
        return False
    _keep(name, results)
    held = all(result["held"] is not False for result in results)
    if figures := {result["figure"]: result["value"] for result in results if result["figure"]}:
        measured.keep(name, kept=held, figures=figures, command=f"python -m benchmarks {name}")
    return held


def _run_here(module: str) -> int:
    benchmark = importlib.import_module(f"benchmarks.{module}")
    if benchmark.NAME.replace("-", "_") != module:
        raise ValueError(f"{module}.py calls itself {benchmark.NAME}; module and NAME must agree.")
    found = benchmark.run()
    for result in [found] if isinstance(found, Result) else found:
        print(result.as_line(), flush=True)
    return 0


def _keep(name: str, results: list[dict[str, Any]]) -> None:
    """Replace the rows of this benchmark in the table; all others stay."""
    text = README.read_text() if README.exists() else f"{INTRODUCTION}\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    ours = re.compile(rf"\| `{re.escape(name)}[`/:,]")
    kept = [row for row in table.splitlines() if row.startswith("| `") and not ours.match(row)]
    rows = sorted([*kept, *(_as_row(result) for result in results)])
    README.write_text("\n".join([f"{before}{BEGIN}\n", HEAD, *rows, f"\n{END}"]) + after)


def _as_row(result: dict[str, Any]) -> str:
    ratio = "" if result["ratio"] is None else f"{result['ratio']:g} ×"
    held = {True: "yes", False: "**no**", None: ""}[result["held"]]
    value = f"{result['value']:,} {result['unit']}"
    cells = [f"`{result['name']}`", value, result["against"], ratio, result["goal"], held, str(date.today())]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
