"""From a clone to the first page: ``make run`` in a fresh folder, and once more when everything is there."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.harness import Result
from tools.tracked import ROOT, list_files

NAME = "cold-start"
PATIENCE_SECONDS = 900


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gapura-clone-") as folder:
        clone = Path(folder)
        for path in list_files():
            target = clone / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        set_up = _seconds_of(["make", ".venv/.ok"], clone)
        first = _seconds_to_first_page(clone)
        again = _seconds_to_first_page(clone)
    return [
        Result(NAME, set_up + first, "s", against="clone to first page, with 10,000 people"),
        Result(f"{NAME}/libraries", set_up, "s", against="make .venv/.ok"),
        Result(f"{NAME}/next-start", again, "s", against="make run when everything is there"),
    ]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}


def _seconds_of(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True)
    return time.perf_counter() - started


def _seconds_to_first_page(folder: Path) -> float:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = folder / "run.log"
    started = time.perf_counter()
    with log.open("w") as said:
        house = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=folder,
            env=_environment(),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if house.poll() is not None or time.perf_counter() - started > PATIENCE_SECONDS:
                raise RuntimeError(f"make run gave no page; it said:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)
        return time.perf_counter() - started
    finally:
        if house.poll() is None:
            os.killpg(house.pid, signal.SIGINT)
            house.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return page.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False
