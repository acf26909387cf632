"""`make check`: everything that can be known without running the house, side by side, in under 30 seconds."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable
SHOWN = 40

# The slow ones first: they decide how long the whole takes.
CHECKS = {
    "types": [PYTHON, "-m", "mypy", "--no-error-summary"],
    "missing migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "-m", "tools.translations", "check"],
    "templates' style": [str(BIN / "djlint"), "--lint", "--quiet", "src"],
    "import contracts": [str(BIN / "lint-imports"), "--config", ".importlinter", "--no-logo"],
    "style": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "sizes": [PYTHON, "-m", "tools.sizes"],
    "dead templates": [PYTHON, "-m", "tools.dead_templates"],
    "forbidden text": [PYTHON, "-m", "tools.forbidden_text"],
    "map": [PYTHON, "-m", "tools.map", "--check"],
    "reference": [PYTHON, "-m", "tools.reference", "--check"],
}


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    seconds: float
    said: str


def main() -> int:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(_run, name, command, home) for name, command in CHECKS.items()]
        outcomes = []
        for future in as_completed(running):
            outcomes.append(future.result())
            _print_line(outcomes[-1])
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        lines = outcome.said.strip().splitlines()
        more = [f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
        print("\n".join([f"\n== {outcome.name}: {' '.join(CHECKS[outcome.name][-3:])}", *lines[:SHOWN], *more]))
    seconds = time.perf_counter() - started
    print(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} checks passed in {seconds:.0f} s.")
    return 1 if failed else 0


def _run(name: str, command: list[str], home: str) -> Outcome:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
        "GAPURA_HOME": home,
        "GAPURA_SECRET_KEY": "checks need none",
        "PYTHONPATH": "src",
    }
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return Outcome(name, done.returncode == 0, time.perf_counter() - started, done.stdout + done.stderr)


def _print_line(outcome: Outcome) -> None:
    print(f"{'ok  ' if outcome.passed else 'FAIL'} {outcome.name:20} {outcome.seconds:5.1f} s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
