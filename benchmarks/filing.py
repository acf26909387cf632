"""Filing season: a return reckoned and explained, and fifty people who file at once over HTTP on PostgreSQL."""

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

from benchmarks.applicants import NotServed
from benchmarks.harness import Result, percentile, start_django, time_median
from tools import postgres

NAME = "filing"
PEOPLE, PORT, YEARS = 50, 8472, ("2024", "2025")


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gp-") as folder, tempfile.TemporaryDirectory(prefix="gapura-") as home:
        address = postgres.start(Path(folder), durable=True)
        try:
            variables = os.environ | {"GAPURA_DATABASE": address, "GAPURA_HOME": home}
            command = [sys.executable, "-m", "benchmarks.filing"]
            output = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout
        finally:
            postgres.stop(Path(folder))
    found = json.loads(output.splitlines()[-1])
    crowd, every = f"{PEOPLE} people at once", PEOPLE * len(YEARS)
    reckoned = found["reckoned"] * 1e3
    complete = found["errors"] == 0 and found["filed"] == every
    return [
        Result(f"{NAME}: reckoned and explained", reckoned, "ms", "two slips, a family", goal="< 1", held=reckoned < 1),
        Result(f"{NAME}: its page", found["page"] * 1e3, "ms", "alone, over HTTP"),
        Result(f"{NAME}: returns filed", found["per_second"], "1/s", crowd),
        Result(f"{NAME}: p95 from filling in to the receipt", found["p95"], "s", crowd),
        Result(f"{NAME}: errors", found["errors"], "errors", f"{every} returns", goal="0", held=complete),
    ]  # fmt: skip


def _measure() -> dict[str, float]:
    """In a process whose home and database are its own: the server, the people, their returns."""
    start_django()
    people = [_Filer(cookie) for cookie in _settle()]
    workers = os.cpu_count() or 1
    flags = f"--interface wsgi --port {PORT} --workers {workers} --blocking-threads 1 --no-log"
    server = subprocess.Popen([sys.executable, "-m", "granian", *flags.split(), "gapura.config.wsgi:application"])
    try:
        _wait_for_server()
        page = time_median(lambda: people[0].get("/tax/returns/annual/2025/"), 20)
        started, start = time.perf_counter(), threading.Barrier(PEOPLE)
        with ThreadPoolExecutor(PEOPLE) as pool:
            each = list(pool.map(lambda person: _file_all(person, start), people))
        seconds = time.perf_counter() - started
    finally:
        server.terminate()
        server.wait()
    from gapura.sectors.tax.queries.returns import count_versions

    times = [taken for person in each for taken in person if taken is not None]
    return {
        "reckoned": _time_reckoning(),
        "page": page,
        "per_second": len(times) / seconds,
        "p95": percentile(times, 95),
        "errors": sum(taken is None for person in each for taken in person),
        "filed": count_versions(),
    }


def _settle() -> list[str]:
    """Agreements, keys, so many people with a slip for each year; the cookie of each one's signed-in browser."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.actions import adopt_declared_agreements
    from gapura.kernel.identity.testing import make_resident, sign_in
    from gapura.sectors.civil.testing import make_person
    from gapura.sectors.withholding.testing import make_slip

    call_command("pki_init", verbosity=0)
    adopt_declared_agreements(actor=system_actor("benchmark"))
    cookies = []
    for serial in range(1, PEOPLE + 1):
        number = f"317101420590{serial:04d}"
        make_person(number)
        for year in YEARS:
            make_slip(number, int(year))
        client = Client()
        sign_in(client, make_resident(f"person-{serial}", person_number=number))
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


def _time_reckoning() -> float:
    """Seconds for every figure of a return with two slips and a family, and its explanation."""
    from gapura.sectors.tax.queries.returns import reckon
    from gapura.sectors.tax.return_kinds import get_kinds
    from gapura.sectors.tax.types import Item, Origin

    slip = {"bruto_bukti": 120_000_000, "iuran_bukti": 3_600_000, "pph_bukti": 2_000_000, "bulan_bukti": 6}
    items = [Item(f"slip:{n}", "slip", slip, Origin.REGISTER, label="PT Maju") for n in range(2)]
    items.append(Item("status", "status", {"status": "K"}, Origin.REGISTER))
    items += [Item(f"dependant:{n}", "dependant", {"tanggungan": 1}, Origin.REGISTER) for n in range(2)]
    return time_median(lambda: reckon(get_kinds()["annual"], items, "2025"), 500)


class _Filer:
    """One signed-in browser. Raises NotServed, OSError or HTTPException when it is not served."""

    def __init__(self, cookie: str) -> None:
        self.cookie, self.token = cookie, ""

    def get(self, address: str) -> str:
        page, _place = self._ask("GET", address, None, 200)
        self.token = _field(page, "csrfmiddlewaretoken")
        return page

    def post(self, address: str, **fields: str) -> str:
        """Where the answer leads."""
        _page, place = self._ask("POST", address, urlencode({"csrfmiddlewaretoken": self.token, **fields}), 302)
        return place

    def _ask(self, method: str, address: str, body: str | None, expected: int) -> tuple[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        headers = {"Cookie": self.cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        try:
            connection.request(method, address, body=body, headers=headers)
            response = connection.getresponse()
            page = response.read().decode(errors="replace")
        finally:
            connection.close()
        if response.status != expected:
            raise NotServed(address, response.status)
        self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
        return page, response.getheader("Location") or ""

    def _keep_cookies(self, headers: list[str]) -> None:
        cookies: SimpleCookie = SimpleCookie()
        for header in headers:
            cookies.load(header)
        if "csrf" in cookies:
            self.cookie = f"{self.cookie.split(';')[0]}; csrf={cookies['csrf'].value}"


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    if found is None:
        raise NotServed(name, 200)
    return found[1]


def _file_all(person: _Filer, start: threading.Barrier) -> list[float | None]:
    start.wait()
    return [_file(person, f"/tax/returns/annual/{year}/") for year in YEARS]


def _file(person: _Filer, address: str) -> float | None:
    """Seconds from the first page to the one with the receipt; None when anything went wrong."""
    started = time.perf_counter()
    try:
        person.get(address)
        person.post(f"{address}prepare/")
        place = person.post(f"{address}file/", revision=_field(person.get(address), "revision"))
        has_receipt = "/receipt/" in person.get(place)
    except (OSError, NotServed, http.client.HTTPException) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return None
    return time.perf_counter() - started if has_receipt else None


def _wait_for_server() -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/verify/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start.")


if __name__ == "__main__":
    print(json.dumps(_measure()))
