"""Twenty people apply at the same time over HTTP, each until they hold a sealed certificate; both databases."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.harness import Result, percentile, start_django
from tools import postgres

NAME = "http-apply"
PEOPLE, EACH, PORT = 20, 10, 8471
SERVICE = "civil.never-married"


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
    sessions = _prepare()
    workers = os.cpu_count() or 1
    flags = f"--interface wsgi --port {PORT} --workers {workers} --blocking-threads 1 --no-log"
    server = subprocess.Popen([sys.executable, "-m", "granian", *flags.split(), "gapura.config.wsgi:application"])
    try:
        _wait_for_server()
        for session in sessions[:workers]:
            _apply(session)  # every worker loads its fonts and keys once
        started = time.perf_counter()
        start = threading.Barrier(PEOPLE)
        with ThreadPoolExecutor(PEOPLE) as pool:
            each = list(pool.map(lambda session: _apply_often(session, start), sessions))
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


def _prepare() -> list[str]:
    """Agreements, keys, people who never married, and a signed-in browser's cookie for each."""
    from django.core.management import call_command
    from django.test import Client

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.queries import list_agreement_declarations
    from gapura.kernel.exchange.actions import adopt_agreement
    from gapura.kernel.identity.testing import make_resident, sign_in
    from gapura.sectors.civil.testing import make_person, make_residence

    call_command("pki_init", verbosity=0)
    for declared in list_agreement_declarations():
        terms = {name: getattr(declared, name) for name in declared.__dataclass_fields__}
        adopt_agreement(actor=system_actor("benchmark"), **terms)
    sessions = []
    for serial in range(1, PEOPLE + 1):
        number = f"317101420590{serial:04d}"
        make_person(number)
        make_residence(number)
        client = Client()
        sign_in(client, make_resident(f"person-{serial}", person_number=number))
        sessions.append(client.cookies["session"].value)
    return sessions


def _wait_for_server() -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/verify/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start.")


def _apply_often(session: str, start: threading.Barrier) -> list[float | None]:
    start.wait()
    return [_apply(session) for _ in range(EACH)]


def _apply(session: str) -> float | None:
    """Seconds from asking for the form to seeing the case decided; None when anything went wrong."""
    started = time.perf_counter()
    try:
        address = f"/services/{SERVICE}/apply/"
        cookies, form = _get(address, f"session={session}")
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|idempotency_key)"[^>]*value="([^"]+)"', form))
        fields["subject"] = re.findall(r'name="subject"[^>]*value="(\d{16})"', form)[0]
        cookie = f"session={session}; csrf={cookies['csrf'].value}"
        place = _post(address, cookie, fields)
        _, page = _get(place, cookie)
    except (OSError, KeyError, IndexError, http.client.HTTPException, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return None
    return time.perf_counter() - started if "/file/" in page else None


def _get(address: str, cookie: str) -> tuple[SimpleCookie, str]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookie})
    response = connection.getresponse()
    if response.status != 200:
        raise ValueError(f"{address} answered {response.status}")
    cookies: SimpleCookie = SimpleCookie()
    for header in response.headers.get_all("Set-Cookie") or []:
        cookies.load(header)
    return cookies, response.read().decode()


def _post(address: str, cookie: str, fields: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", address, body=urlencode(fields), headers=headers)
    response = connection.getresponse()
    if response.status != 302:
        raise ValueError(f"{address} answered {response.status}")
    return response.getheader("Location") or ""


if __name__ == "__main__":
    print(json.dumps(_measure()))
