"""Kill a writer at every system call that changes a file, one run a call, and look at what it left.

    python -m tests.reliability.crash_points [--keep]

The counter of ``strace -e inject=…:when=N`` is of one system call's name: each name is enumerated on its own.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from tests.reliability.published_log import AFTER, BEFORE, judge, publish
from tools import measured

CHANGES = (
    "write", "pwrite64", "writev", "fsync", "fdatasync", "rename", "renameat", "renameat2", "mkdir", "unlink",
    "unlinkat", "rmdir", "ftruncate", "truncate",
)  # fmt: skip


FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
WHOLE = {"old", "new"}


@dataclass(frozen=True)
class CrashPoint:
    """What was found after the ``number``-th ``call`` was not survived."""

    call: str
    number: int
    found: str


def try_every_point(
    command: Sequence[str],
    prepare: Callable[[], None],
    judge: Callable[[], str],
    *,
    fault: str = "signal=SIGKILL",
) -> Iterator[CrashPoint]:
    """``prepare`` makes the state before each run; ``judge`` says what the writer left behind.

    ``fault`` is what strace does to the call: kill the writer there, or let the call fail (``error=EIO``).
    """
    prepare()
    for call, times in count_calls(command).items():
        for number in range(1, times + 1):
            prepare()
            inject = f"inject={call}:{fault}:when={number}"
            done = _trace(["-e", f"trace={call}", "-e", inject], command)
            if fault.startswith("signal") and done.returncode not in (-signal.SIGKILL, 128 + signal.SIGKILL):
                raise RuntimeError(f"{call} number {number} did not kill the writer: {done.stderr[-500:]}")
            yield CrashPoint(call, number, judge())


def count_calls(command: Sequence[str]) -> Counter[str]:
    """How often the writer makes each changing call, in a run that nothing disturbs."""
    done = _trace(["-e", f"trace={','.join(CHANGES)}"], command)
    if done.returncode:
        raise RuntimeError(f"The writer fails undisturbed: {done.stderr[-500:]}")
    return Counter(re.findall(r"^(?:\[pid +\d+\] )?(\w+)\(", done.stderr, re.MULTILINE))


def _trace(options: Sequence[str], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # Bytecode caches would be written in some runs and not in others.
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": ":".join(path for path in sys.path if path),
    }
    return subprocess.run(
        ["strace", "-f", *options, *command], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def try_log(folder: Path, fault: str, *options: str) -> list[CrashPoint]:
    """What the writer of the published log leaves at each point."""
    before, log = folder / "before", folder / "log"
    publish(before, BEFORE)

    def prepare() -> None:
        shutil.rmtree(log, ignore_errors=True)
        shutil.copytree(before, log)

    command = [sys.executable, "-m", "tests.reliability.published_log", str(log), str(AFTER), *options]
    points = try_every_point(command, prepare, lambda: judge(log), fault=fault)
    return list(tqdm(points, desc=fault, unit=" points", disable=None, leave=False))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    options = parser.parse_args()
    points = []
    for fault in FAULTS:
        with tempfile.TemporaryDirectory(prefix="gapura-crash-") as folder:
            points += try_log(Path(folder), fault)
    torn = [point for point in points if point.found not in WHOLE]
    print(f"{len(points)} points, {len(torn)} torn")
    for point in torn:
        print(f"  {point.call} number {point.number}: {point.found}")
    if options.keep:
        figures = {"points": len(points), "torn": len(torn)}
        measured.keep("crash-points", kept=not torn, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return 1 if torn else 0


if __name__ == "__main__":
    sys.exit(main())
