"""Kill the primary database while people apply: what was acknowledged, what was lost, how long nobody was served."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.applicants import Applicant, NotServed, settle
from benchmarks.harness import Result
from deploy.topology import Topology, running, start_database_node

NAME = "failover"
PEOPLE, PORT, KILLS = 6, 8300, 2
CALM_SECONDS, PATIENCE, CARELESS_KILLS = 5.0, 90.0, 3


@dataclass
class Crowd:
    """What people were promised, and when the last promise was made."""

    promised: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)

    def count(self) -> int:
        return len(self.times)

    def list_lost(self, kept: Mapping[str, int]) -> list[str]:
        """Numbers that were promised and are in no register."""
        return [number for number in set(self.promised.values()) if number not in kept]


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="gapura-failover-") as folder:
        found = drill(Path(folder), PORT, KILLS)
    source = f"{KILLS} primaries killed, {PEOPLE} people at once"

    def result(what: str, figure: str, unit: str, goal: str = "", held: bool | None = None) -> Result:
        return Result(f"{NAME}: {what}", found[figure], unit, source, goal=goal, held=held, figure=figure)

    return [
        result("acknowledged", "acknowledged", "applications"),
        result("lost", "lost", "applications", "0", found["lost"] == 0),
        result("twice", "twice", "applications", "0", found["twice"] == 0),
        result("nobody served", "seconds", "s, the longest", "≤ 30", found["seconds"] <= 30),
    ]


def drill(folder: Path, port: int, kills: int, *, fault: bool = False) -> dict[str, float]:
    """Run the topology, kill so many primaries under load, and hold the database against the promises.

    ``fault``: then let it acknowledge too early and kill another; ``lost_carelessly`` must count losses.
    """
    with running(folder, port) as topology:
        cookies = _in_the_house(topology, "settle")
        crowd, gaps = _kill_under_load(topology, cookies, kills)
        kept = _in_the_house(topology, "count")
        found = {
            "acknowledged": len(crowd.promised),
            "lost": len(crowd.list_lost(kept)),
            "twice": sum(documents != 1 for documents in kept.values()) + len(crowd.broken),
            "seconds": max(gaps),
        }
        if fault:
            topology.become_careless()
            found["lost_carelessly"] = _count_lost_carelessly(topology, cookies)
    return found


def _count_lost_carelessly(topology: Topology, cookies: Iterable[str]) -> int:
    """The log may have been written the moment before a kill, so that this one loses nothing: then kill again."""
    for _ in range(CARELESS_KILLS):
        crowd, _gaps = _kill_under_load(topology, cookies, 1)
        if lost := len(crowd.list_lost(_in_the_house(topology, "count"))):
            return lost
    return 0


def _kill_under_load(topology: Topology, cookies: Iterable[str], kills: int) -> tuple[Crowd, list[float]]:
    """What people were promised meanwhile, and the seconds of silence around each kill."""
    crowd = Crowd()
    people = [threading.Thread(target=_apply_for_ever, args=(topology.port, cookie, crowd)) for cookie in cookies]
    for person in people:
        person.start()
    try:
        return crowd, [_kill_once(topology, crowd) for _ in range(kills)]
    finally:
        crowd.is_over.set()
        for person in people:
            person.join()


def _kill_once(topology: Topology, crowd: Crowd) -> float:
    """Seconds between the last promise before the kill's silence and the first after it."""
    _wait_for_promises(crowd, 20)
    time.sleep(CALM_SECONDS)
    killed_at, node = time.monotonic(), topology.kill_primary()
    _wait_for_promises(crowd, 20, since=killed_at)
    after = [moment for moment in crowd.times if moment > killed_at - 1]
    start_database_node(topology, node)
    _wait_until_whole(topology)
    return max(later - earlier for earlier, later in pairwise(after))


def _wait_for_promises(crowd: Crowd, more: int, since: float = 0.0) -> None:
    goal, deadline = crowd.count() + more, time.monotonic() + PATIENCE
    while crowd.count() < goal or crowd.times[-1] < since + 1:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Nobody was served for {PATIENCE:.0f} seconds; read the logs in the folder.")
        time.sleep(0.1)


def _wait_until_whole(topology: Topology) -> None:
    deadline = time.monotonic() + PATIENCE
    while not topology.has_standby():
        if time.monotonic() > deadline:
            raise RuntimeError("No standby followed again.")
        time.sleep(0.2)


def _apply_for_ever(port: int, cookie: str, crowd: Crowd) -> None:
    """Send each form until it is acknowledged, the same form with the same key; then the next."""
    person = Applicant(port, cookie, timeout=10)
    fields: dict[str, str] | None = None
    while not crowd.is_over.is_set():
        try:
            fields = fields or person.open_form()
            number = person.send(fields)
        except (OSError, NotServed, http.client.HTTPException):
            time.sleep(0.2)
            continue
        with crowd.lock:
            crowd.promised[fields["idempotency_key"]] = number
            crowd.times.append(time.monotonic())
        if len(crowd.times) % 10 == 0:  # somebody impatient sends it twice
            with contextlib.suppress(OSError, NotServed, http.client.HTTPException):
                if (again := person.send(fields)) != number:
                    crowd.broken.append(f"{number} and {again} for one form")
        fields = None


def _in_the_house(topology: Topology, verb: str) -> dict[str, int]:
    """Run ``verb`` of this module in a process that is the topology's first web node."""
    environment = topology.environment(0, "worker")
    command = [sys.executable, "-m", "benchmarks.failover", verb]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def _count() -> dict[str, int]:
    """Documents of each case; a case that waits is finished first, as the worker would."""
    from datetime import timedelta

    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.cases.actions import finish_waiting_cases
    from gapura.kernel.cases.testing import Case
    from gapura.kernel.documents.testing import Document

    finish_waiting_cases(actor=system_actor("drill"), now=clock.now() + timedelta(minutes=5), limit=10_000)
    documents = Counter(Document.objects.values_list("case_number", flat=True))
    return {number: documents[number] for number in Case.objects.values_list("number", flat=True)}


def _main(verbs: Iterator[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    django.setup()
    print(json.dumps(settle(PEOPLE) if next(verbs) == "settle" else _count()))


if __name__ == "__main__":
    _main(iter(sys.argv[1:]))
