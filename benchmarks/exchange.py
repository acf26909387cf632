"""The exchange against the same provider called over the same mutual TLS without it, one client and eight.

``python -m benchmarks exchange`` measures on SQLite and on PostgreSQL (durable both), in turns, so that a busy
machine treats all ways alike; by the clock, and in processor time of both ends and their databases. The call without
an exchange asks the same question and checks the answer as the exchange does; it judges, signs and logs nothing.
*together* asks IN_BULK questions in one message, *direct together* the same without an exchange.
``python -m benchmarks.exchange memory 1000000`` asks so often and tells what grew.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median

from benchmarks.exchange_ends import IN_BULK
from benchmarks.harness import Result, rounded
from benchmarks.processor_time import server_of

NAME = "exchange"
PROMISE, COMMAND = "exchange-network", "python -m benchmarks exchange"
GOAL, LARGEST_GROWTH = 0.6, 1.0
ROUNDS, SECONDS = 3, 2.0
MESSAGES, STEP = 2_000, 100
# What each way leaves out of the exchange, at both ends. The first is no exchange at all; the last only what none can
# leave out.
WAYS = {"direct": "", "through": "", "unsigned": "signing", "unlogged": "logging", "bare": "signing logging"}
WAYS |= {"unavoidable": "", "together": "", "direct together": ""}
PORTS = {"direct": "direct_port", "unavoidable": "unavoidable_port", "direct together": "direct_together_port"}
# Against whom each is compared: one answer that came alone, without an exchange, unless something else is said.
PEERS = {"here": "register", "together, direct together": "direct together"}
SAID = {
    "direct": "the provider over mutual TLS",
    "register": "the provider called in the same process",
    "direct together": f"the provider over mutual TLS, {IN_BULK} questions in one call",
}
CLIENTS = {"one client": 1, "8 clients": 8}


def run() -> list[Result]:
    from tools import measured

    results = []
    for database in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="gapura-exchange-") as folder, _nodes(Path(folder), database) as nodes:
            turns = _measure(*nodes)
            results += _results(database, turns)
            if database == "postgresql":
                growth, error = _memory(*nodes, MESSAGES)
    results.append(_memory_result(MESSAGES, growth, error))
    ratio, single, possible = (
        next(one.ratio for one in results if one.name == f"{NAME}/postgresql/{way}, 8 clients, processor")
        for way in ("together", "through", "unavoidable")
    )
    figures = {"ratio": ratio, "single": single, "possible": possible, "kib_a_message": rounded(growth)}
    measured.keep(PROMISE, kept=ratio >= GOAL and growth <= LARGEST_GROWTH, figures=figures, command=COMMAND)
    return results


@contextmanager
def _nodes(folder: Path, database: str) -> Iterator[tuple]:
    from tests.reliability.two_nodes import portal_and_register
    from tools import postgres

    with ExitStack() as stack:
        addresses = {}
        if database == "postgresql":
            addresses = {name: stack.enter_context(postgres.temporary(durable=True)) for name in ("portal", "register")}
        services = "bulk,civil.family,civil.family-member"
        yield stack.enter_context(portal_and_register(folder, databases=addresses, services=services))


@dataclass(frozen=True)
class Turn:
    """What one way gave in one round."""

    rate: float
    milliseconds: float  # of processor time, for an answer


@dataclass
class Asker:
    """A process of the asking node, and those that work with it: the holder's, and the databases' servers."""

    process: subprocess.Popen[str]
    others: tuple[int, ...] = ()

    def order(self, *words: str | float | list[int]) -> None:
        self.process.stdin.write(f"{json.dumps(words)}\n")
        self.process.stdin.flush()

    def hear(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("An asker died; its words are above.")
        return json.loads(line)


@contextmanager
def _asker(portal, way: str, port: int, holder: int) -> Iterator[Asker]:
    from tests.reliability.two_nodes import ROOT

    command = [sys.executable, "-m", "benchmarks.exchange_ends", way, str(port)]
    environment = portal.environment | {"EXCHANGE_WITHOUT": WAYS.get(way, "")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as process:
        yield Asker(process, (holder,) if holder else ())
        process.stdin.close()


@contextmanager
def _port(register, way: str) -> Iterator[tuple[int, int]]:
    """A server that answers this way; the same for all."""
    from tests.reliability.two_nodes import ROOT, free_port, wait_for

    port, folder = free_port(), register.home / "node"
    application = f"benchmarks.exchange_ends:{PORTS.get(way, 'message_port')}"
    options = f"--interface wsgi --factory --port {port} --workers 1 --blocking-threads 1 --ssl-client-verify"
    secured = ["--ssl-certificate", "tls.crt", "--ssl-keyfile", "tls.key", "--ssl-ca", "authority.crt"]
    files = [word if word.startswith("--") else str(folder / word) for word in secured]
    command = [sys.executable, "-m", "granian", *options.split(), "--log-level", "warning", *files, application]
    environment = register.environment | {"EXCHANGE_WITHOUT": WAYS[way], "GAPURA_RATE_LIMITS": "0"}
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()  # killed, granian would leave its workers behind
        process.wait()


Turns = dict[tuple[str, str], list[Turn]]


def _measure(portal, register) -> Turns:
    """A turn a round, by way and number of clients."""
    turns: Turns = defaultdict(list)
    servers = tuple(filter(None, map(server_of, (portal.database, register.database))))
    with ExitStack() as stack:
        ports = {way: stack.enter_context(_port(register, way)) for way in WAYS} | {"here": (0, 0), "register": (0, 0)}
        askers = {way: stack.enter_context(_asker(portal, way, *port)) for way, port in ports.items()}
        for _ in range(ROUNDS):
            for clients, number in CLIENTS.items():
                for way, asker in askers.items():
                    turns[way, clients].append(_turn(asker, servers, number))
    return turns


def _turn(asker: Asker, servers: tuple[int, ...], clients: int) -> Turn:
    others = [*asker.others, *servers]
    asker.order("ask", clients, 0.2, others)  # its connections and caches
    asker.hear()
    asker.order("ask", clients, SECONDS, others)
    told = asker.hear()
    return Turn(told["answers"] / told["seconds"], 1000 * told["processor"] / max(1, told["answers"]))


def _results(database: str, turns: Turns) -> list[Result]:
    results = []
    for clients in CLIENTS:
        for way in (*WAYS, "here", "together, direct together"):
            if way != "direct":
                results += _compare(f"{NAME}/{database}/{way}, {clients}", way, clients, turns)
    return results


def _compare(name: str, way: str, clients: str, turns: Turns) -> list[Result]:
    """By the clock and in processor time, against the call without an exchange."""
    other = PEERS.get(way, "direct")
    pairs = list(zip(turns[way.partition(",")[0], clients], turns[other, clients], strict=True))
    against = SAID[other]
    by_clock = rounded(median(one.rate / other.rate for one, other in pairs))
    by_processor = rounded(median(other.milliseconds / one.milliseconds for one, other in pairs))
    goal = {"goal": f"≥ {GOAL} ×", "held": by_processor >= GOAL} if way == "together" else {}
    rates = f"{against}, {median(other.rate for _, other in pairs):.0f}/s"
    times = f"{against}, {median(other.milliseconds for _, other in pairs):.2f} ms"
    return [
        Result(name, median(one.rate for one, _ in pairs), "answers/s", rates, by_clock),
        Result(f"{name}, processor", median(one.milliseconds for one, _ in pairs), "ms", times, by_processor, **goal),
    ]


def _memory(portal, register, messages: int) -> tuple[float, float]:
    """What the asker's memory grows a message (KiB), after the first fifth, and the standard error of that."""
    with _port(register, "through") as port, _asker(portal, "through", *port) as asker:
        asker.order("grow", messages, STEP)
        return slope(asker.hear()["kib"][messages // STEP // 5 :])


def slope(sizes: list[float]) -> tuple[float, float]:
    """The growth a message of sizes measured every STEP messages, and its standard error."""
    counts = [STEP * number for number in range(len(sizes))]
    line = linear_regression(counts, sizes)
    rest = sum((size - line.intercept - line.slope * count) ** 2 for count, size in zip(counts, sizes, strict=True))
    spread = sum((count - sum(counts) / len(counts)) ** 2 for count in counts)
    return line.slope, (rest / (len(sizes) - 2) / spread) ** 0.5


def _memory_result(messages: int, growth: float, error: float) -> Result:
    against = f"the asker, over {messages} messages on PostgreSQL, ± {error:.2g}"
    held = growth <= LARGEST_GROWTH
    return Result(f"{NAME}/memory", growth, "KiB a message", against, None, f"≤ {LARGEST_GROWTH:g}", held)


def _main(verb: str, messages: str = str(MESSAGES)) -> None:
    if verb != "memory":
        raise SystemExit("python -m benchmarks.exchange memory [MESSAGES]")
    with tempfile.TemporaryDirectory(prefix="gapura-exchange-") as folder, _nodes(Path(folder), "postgresql") as nodes:
        print(_memory_result(int(messages), *_memory(*nodes, int(messages))).as_line())


if __name__ == "__main__":
    _main(*sys.argv[1:])
