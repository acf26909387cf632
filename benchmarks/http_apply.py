"""Twenty people apply at the same time over HTTP, each until they hold a sealed certificate; both databases."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.applicants import Applicant, NotServed, settle
from benchmarks.harness import Result, percentile, start_django
from tools import postgres

NAME = "http-apply"
PEOPLE, EACH, PORT = 20, 10, 8471


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gp-") as folder:
        address = postgres.start(Path(folder), durable=True)
        try:
            return [*_measure_on("SQLite", {}), *_measure_on("PostgreSQL", {"GAPURA_DATABASE": address})]
        finally:
            postgres.stop(Path(folder))


def _measure_on(database: str, environment: dict[str, str]) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gapura-bench-") as home:
        variables = os.environ | environment | {"GAPURA_HOME": home}
        output = subprocess.run(
            [sys.executable, "-m", "benchmarks.http_apply"],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = json.loads(output.splitlines()[-1])
    name = f"{NAME} on {database}"
    return [
        Result(f"{name}: certificates", found["per_second"], "1/s", f"{PEOPLE} people at once"),
        Result(f"{name}: p95 of applying", found["p95"], "s", f"{PEOPLE} people at once"),
        Result(
            f"{name}: errors",
            found["errors"],
            "errors",
            f"{PEOPLE * EACH} applications",
            goal="0",
            held=found["errors"] == 0 and found["documents"] == PEOPLE * EACH,
        ),
    ]


def _measure() -> dict[str, float]:
    """In a process whose home and database are its own: the server, the people, the applications."""
    start_django()
    people = [Applicant(PORT, cookie) for cookie in settle(PEOPLE)]
    workers = os.cpu_count() or 1
    flags = f"--interface wsgi --port {PORT} --workers {workers} --blocking-threads 1 --no-log"
    server = subprocess.Popen([sys.executable, "-m", "granian", *flags.split(), "gapura.config.wsgi:application"])
    try:
        _wait_for_server()
        for person in people[:workers]:
            _apply(person)  # every worker loads its fonts and keys once
        started = time.perf_counter()
        start = threading.Barrier(PEOPLE)
        with ThreadPoolExecutor(PEOPLE) as pool:
            each = list(pool.map(lambda person: _apply_often(person, start), people))
        seconds = time.perf_counter() - started
    finally:
        server.terminate()
        server.wait()
    from gapura.kernel.documents.queries import count_documents

    times = [t for person in each for t in person if t is not None]
    return {
        "per_second": len(times) / seconds,
        "p95": percentile(times, 95),
        "errors": sum(t is None for person in each for t in person),
        "documents": count_documents() - workers,
    }


def _wait_for_server() -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/verify/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start.")


def _apply_often(person: Applicant, start: threading.Barrier) -> list[float | None]:
    start.wait()
    return [_apply(person) for _ in range(EACH)]


def _apply(person: Applicant) -> float | None:
    """Seconds from asking for the form to seeing the case decided; None when anything went wrong."""
    started = time.perf_counter()
    try:
        number = person.send(person.open_form())
        has_document = person.has_document(number)
    except (OSError, NotServed, http.client.HTTPException) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return None
    return time.perf_counter() - started if has_document else None


if __name__ == "__main__":
    print(json.dumps(_measure()))
