"""Five checks of a passport on five real nodes with planted delays: asked at once, they take as long as the slowest.

``python -m benchmarks passport``. Beside the whole stand the slowest check alone, and the same five asked in turn,
which must come near the sum of the delays: the control that the measure can tell.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

from benchmarks.harness import Result

NAME = "passport"
GOAL, ROUNDS = 1.3, 5
SUBJECT, GROUND, DAY = "3171014205900001", "UU 6/2011 Pasal 91", date(2026, 5, 4)
# Evidence type: the agency that answers, the question (or field) asked, its planted delay in seconds.
CHECKS = {
    "civil.person": ("dukcapil", "?is-alive", 0.6),
    "civil.residence": ("dukcapil", "village", 0.7),
    "civil.family": ("dukcapil", "head_name", 0.8),
    "immigration.passport": ("imigrasi", "?has-valid-passport", 0.9),
    "justice.bar": ("kejaksaan", "?has-travel-bar", 1.0),
}
SLOWEST = max(CHECKS, key=lambda one: CHECKS[one][2])
SUM = sum(delay for _, _, delay in CHECKS.values())
_DELAY = "PASSPORT_DELAY"
_SERVE = """
from gapura.kernel.nodes.serving import serve_members
serve_members("benchmarks.passport:delayed_port", host="127.0.0.1", port={port}, workers=1, threads=1)
"""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gapura-passport-") as folder, _asker(Path(folder)) as asker:
        taken = json.loads(asker.script("from benchmarks.passport import tell_times", "tell_times()").splitlines()[-1])
    whole, alone, in_turn = (median(taken[way]) for way in ("whole", "alone", "in turn"))
    nodes = f"{len(CHECKS)} nodes, delays of 0.6 to 1 s"
    ratio, control = whole / alone, in_turn / alone
    return [
        Result(NAME, whole, "s", f"the slowest check alone ({nodes})", ratio, f"≤ {GOAL} ×", ratio <= GOAL, "seconds"),
        Result(f"{NAME}/ratio", ratio, "×", "the slowest check alone", None, f"≤ {GOAL}", ratio <= GOAL, "ratio"),
        Result(f"{NAME}/in turn", control, "×", "the control", None, f"≥ {SUM:g} s", in_turn >= SUM, "in_turn"),
    ]


@contextmanager
def _asker(folder: Path) -> Iterator:
    """The node that asks; five others answer, each a member with a home, a database and a process of its own."""
    from tests.reliability.two_nodes import Node, found_network

    nodes = {}
    for number, evidence_type in enumerate(CHECKS):
        (folder / evidence_type).mkdir()
        nodes[evidence_type] = Node(folder / evidence_type, f"ID/GOV/HOLDER{number}", limits="0")
    for name in ("authority", "asker"):
        (folder / name).mkdir()
    asker = Node(folder / "asker", "ID/GOV/ASKER", limits="0")
    answering = {nodes[code]: f"HELD={check[0]}:{code}" for code, check in CHECKS.items()}
    found_network(Node(folder / "authority", ""), {asker: "TRAVEL=imigrasi"} | answering)
    asker.script(*map(_agreeing, CHECKS))
    for code, node in nodes.items():
        node.script(_agreeing(code))
    with ExitStack() as stack:
        for code, node in nodes.items():
            stack.callback(node.kill)
            _start(node, CHECKS[code][2])
        yield asker


def _agreeing(evidence_type: str) -> str:
    return f"from gapura.kernel.exchange.testing import agree; agree('imigrasi', {evidence_type!r}, {GROUND!r})"


def _start(node, delay: float) -> None:
    from tests.reliability.two_nodes import ROOT, wait_for

    environment = node.environment | {_DELAY: str(delay)}
    command = [sys.executable, "-c", "import django; django.setup()" + _SERVE.format(port=node.port)]
    node.process = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
    wait_for(node.port)


@cache
def _message_port() -> Callable:
    from gapura.config.node_wsgi import application

    return application


def delayed_port(environ, start_response):
    """A node's message port that thinks before it answers."""
    time.sleep(float(os.environ[_DELAY]))
    return _message_port()(environ, start_response)


def tell_times() -> None:
    """In the asker's process: seconds of each way, ROUNDS times in turns after one round to warm up."""
    from gapura.kernel.exchange.actions import answering as actions

    at_once = actions.HOLDERS_AT_ONCE
    taken: dict[str, list[float]] = {"whole": [], "alone": [], "in turn": []}
    ways = {"whole": (at_once, [*CHECKS]), "alone": (at_once, [SLOWEST]), "in turn": (1, [*CHECKS])}
    for _ in range(ROUNDS + 1):
        for way, (actions.HOLDERS_AT_ONCE, evidence_types) in ways.items():
            started = time.perf_counter()
            _ask(evidence_types)
            taken[way].append(time.perf_counter() - started)
    print(json.dumps({way: seconds[1:] for way, seconds in taken.items()}))


def _ask(evidence_types: list[str]) -> None:
    from django.db import transaction

    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.exchange.actions import answer_requests, open_requests
    from gapura.kernel.exchange.types import EvidenceRequest

    requests = []
    for code in evidence_types:
        asked = CHECKS[code][1]
        what = {"question": asked[1:]} if asked.startswith("?") else {"fields": frozenset({asked})}
        purpose = {"en": "benchmark"}
        requests.append(EvidenceRequest(code, SUBJECT, "imigrasi", "BENCH1", GROUND, purpose, DAY, **what))
    with transaction.atomic():
        opened = open_requests(actor=system_actor("benchmark"), requests=requests, now=clock.now())
    answer_requests(opened)
