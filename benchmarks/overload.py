"""Three times more people than can be served: how many still are, what the others are told, and how soon it is over."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.applicants import APPLY, settle
from benchmarks.harness import Result, percentile, start_django
from deploy.topology import write_balancer

NAME = "overload"
PORT, WEB_PORTS = 8480, (8481, 8482)
PEOPLE, TIMES = 16, 3
SECONDS = 12.0
WINDOWS = 3  # the best of these is the peak
# What people open: mostly the form that reads registers, sometimes the page that lets them in.
PAGES = (APPLY, APPLY, APPLY, "/cases/", "/sign-in/")


@dataclass(frozen=True)
class Answer:
    """One request: what was asked, the status (0: none), whether a 503 said when to come back, seconds, end."""

    page: str
    status: int
    says_when: bool
    seconds: float
    ended_at: float


def run() -> list[Result]:
    if shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        raise RuntimeError("This benchmark needs the balancer: apt install haproxy.")
    start_django()
    cookies = settle(PEOPLE)
    with ExitStack() as house, tempfile.TemporaryDirectory(prefix="gapura-overload-") as folder:
        for process in _open(Path(folder)):
            house.callback(process.wait)
            house.callback(process.terminate)
        found = asyncio.run(_measure(cookies))
    source = f"{TIMES} × {found['peak']:.0f} requests/s for {SECONDS:.0f} s"

    def result(what: str, figure: str, unit: str, goal: str = "", held: bool | None = None) -> Result:
        return Result(f"{NAME}: {what}", found[figure], unit, source, goal=goal, held=held, figure=figure)

    return [
        Result(f"{NAME}: served at the peak", found["peak"], "1/s", f"{PEOPLE} people, each asks when answered"),
        result("served of that peak", "goodput", "ratio", "≥ 0.8", found["goodput"] >= 0.8),
        result("sign-in page served", "first", "of all", "≥ 0.99", found["first"] >= 0.99),
        result("refused without a time", "silent", "requests", "0", found["silent"] == 0),
        result("p95 of a refusal", "refusal", "s"),
        result("until as quick as before", "recovery", "s", "≤ 30", found["recovery"] <= 30),
    ]


def _open(folder: Path) -> Sequence["subprocess.Popen[bytes]"]:
    config = write_balancer(folder, PORT, WEB_PORTS)
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    balancer = subprocess.Popen(["haproxy", "-db", "-f", str(config)], env=environment, stderr=subprocess.DEVNULL)
    nodes = []
    for port in WEB_PORTS:
        flags = f"--interface wsgi --port {port} --workers 1 --blocking-threads 1 --no-log"
        command = [sys.executable, "-m", "granian", *flags.split(), "gapura.config.wsgi:application"]
        nodes.append(subprocess.Popen(command))
    time.sleep(6)  # the balancer asks every two seconds who is there
    return [balancer, *nodes]


async def _measure(cookies: Sequence[str]) -> dict[str, float]:
    await asyncio.gather(*(_ask(page, cookies[0]) for page in PAGES * 2))
    rate = max([len(await _ask_in_turn(cookies, SECONDS / 2)) / (SECONDS / 2) for _ in range(WINDOWS)])
    usual = statistics.median(answer.seconds for answer in [await _ask(APPLY, cookies[0]) for _ in range(10)])
    flood = await _ask_at_rate(cookies, rate * TIMES, SECONDS)
    recovery = await _wait_until_quick(cookies[0], usual)
    served = [answer for answer in flood if answer.status == 200]
    first = [answer for answer in flood if answer.page == "/sign-in/"]
    refused = [answer for answer in flood if answer.status != 200]
    if not refused:
        raise RuntimeError(f"At {rate * TIMES:.0f}/s nobody was refused: the peak was measured on a busy machine.")
    span = max(answer.ended_at for answer in flood) - min(answer.ended_at - answer.seconds for answer in flood)
    return {
        "peak": rate,
        "goodput": len(served) / span / rate,
        "first": sum(answer.status == 200 for answer in first) / len(first),
        "silent": sum(not answer.says_when for answer in refused),
        "refusal": percentile([answer.seconds for answer in refused] or [0.0], 95),
        "recovery": recovery,
    }


async def _ask_in_turn(cookies: Sequence[str], seconds: float) -> list[Answer]:
    """Everybody asks for the next page when they have the last."""
    ends_at = time.perf_counter() + seconds

    async def person(cookie: str) -> list[Answer]:
        answers: list[Answer] = []
        while time.perf_counter() < ends_at:
            answers.append(await _ask(PAGES[len(answers) % len(PAGES)], cookie))
        return answers

    every = await asyncio.gather(*(person(cookie) for cookie in cookies))
    return [answer for answers in every for answer in answers if answer.status == 200]


async def _ask_at_rate(cookies: Sequence[str], rate: float, seconds: float) -> list[Answer]:
    """Requests come whether or not the ones before were answered, as people do."""
    asked, started = [], time.perf_counter()
    for turn in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + turn / rate - time.perf_counter()))
        asked.append(asyncio.create_task(_ask(PAGES[turn % len(PAGES)], cookies[turn % len(cookies)])))
    return list(await asyncio.gather(*asked))


async def _wait_until_quick(cookie: str, usual: float) -> float:
    """Seconds after the flood until three answers in a row take at most twice the usual time."""
    started, in_a_row = time.perf_counter(), 0
    while in_a_row < 3 and time.perf_counter() - started < 60:
        answer = await _ask(APPLY, cookie)
        in_a_row = in_a_row + 1 if answer.status == 200 and answer.seconds <= 2 * usual else 0
    return time.perf_counter() - started


async def _ask(page: str, cookie: str) -> Answer:
    started = time.perf_counter()
    status, says_when = 0, False
    try:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            given = "" if page == "/sign-in/" else f"Cookie: {cookie}\r\n"  # who signs in is not signed in
            writer.write(f"GET {page} HTTP/1.1\r\nHost: 127.0.0.1\r\n{given}Connection: close\r\n\r\n".encode())
            head, _, _ = (await reader.read()).partition(b"\r\n\r\n")
            status, says_when = int(head.split()[1]), b"retry-after:" in head.lower()
            writer.close()
    except (OSError, TimeoutError, IndexError, ValueError):
        pass
    ended = time.perf_counter()
    return Answer(page, status, says_when, ended - started, ended)
