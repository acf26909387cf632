"""The house of the bulkhead drill: few hands, one request for the healthy holder and one for another at each beat.

Reads orders from its input: ``measure N``, ``recover``, ``unguarded N``; answers each with one line of JSON.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import cycle

import django

BEAT_SECONDS = 0.1
RECOVERY_SECONDS = 90
SUBJECT = "3171014205900001"
GROUND = "UU 23/2006 Pasal 61"


class House:
    """Asks on as many threads as a web process has."""

    def __init__(self, holders: dict[str, str], hands: int) -> None:
        self._others = holders
        self._hands = ThreadPoolExecutor(hands)

    def ask(self, evidence_type: str) -> bool:
        """Whether the holder answered."""
        from django.db import close_old_connections

        from gapura.foundation import clock
        from gapura.kernel.audit.types import system_actor
        from gapura.kernel.exchange.actions import request_evidence
        from gapura.kernel.exchange.plugin import find_evidence_type
        from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal

        close_old_connections()
        declared = find_evidence_type(evidence_type)
        assert declared
        fields = frozenset({min(declared.field_codes)})
        purpose = {"en": "drill"}
        asked = EvidenceRequest(
            evidence_type, SUBJECT, "dukcapil", "DRILL1", GROUND, purpose, date(2026, 5, 4), fields=fields
        )
        try:
            request_evidence(actor=system_actor("drill"), request=asked, now=clock.now())
        except ExchangeRefusal:
            return False
        return True

    def measure(self, beats: int) -> dict[str, float]:
        """Seconds from a request for the healthy holder until its answer, waiting for a hand included."""
        begun = time.monotonic()
        taken: list[Future[float]] = []
        answered = []
        most_files = 0
        for beat, other in zip(range(beats), cycle(self._others.values()), strict=False):
            time.sleep(max(0.0, begun + beat * BEAT_SECONDS - time.monotonic()))
            answered.append(self._hands.submit(self.ask, other))
            taken.append(self._hands.submit(self._timed, time.monotonic()))
            most_files = max(most_files, len(os.listdir("/proc/self/fd")))
        seconds = sorted(one.result() for one in taken)
        return {
            "p50": round(seconds[len(seconds) // 2], 4),
            "p95": round(seconds[int(len(seconds) * 0.95)], 4),
            "others_answered": sum(one.result() for one in answered),
            "files": most_files,
            "threads": threading.active_count(),
        }

    def _timed(self, submitted: float) -> float:
        assert self.ask("civil.family"), "the healthy holder did not answer"
        return time.monotonic() - submitted

    def recover(self) -> dict[str, float]:
        """How long until every holder answers again."""
        begun = time.monotonic()
        silent = set(self._others.values())
        while silent and time.monotonic() - begun < RECOVERY_SECONDS:
            silent = {one for one in silent if not self.ask(one)}
            time.sleep(0.5)
        return {"seconds": round(time.monotonic() - begun, 1), "silent": len(silent)}


@contextmanager
def without_breakers() -> Iterator[None]:
    """The planted fault: nobody counts failures."""
    from gapura.kernel.exchange.providers.guarding import ProviderGuard

    @contextmanager
    def calling(_: ProviderGuard) -> Iterator[None]:
        yield

    before, ProviderGuard.calling = ProviderGuard.calling, calling  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProviderGuard.calling = before  # type: ignore[method-assign]


def main() -> None:
    django.setup()
    from gapura.kernel.exchange.testing import agree

    holders = json.loads(sys.argv[1])
    for evidence_type in holders.values():
        agree("dukcapil", evidence_type, GROUND)
    house = House(holders, int(sys.argv[2]))
    for line in sys.stdin:
        verb, _, beats = line.strip().partition(" ")
        if verb == "recover":
            figures = house.recover()
        elif verb == "unguarded":
            with without_breakers():
                figures = house.measure(int(beats))
        else:
            figures = house.measure(int(beats))
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
