"""One household of four under a law of twelve rules, against OpenFisca-Core's simulation from JSON; and both explained.

The law is that of ``foundation/rules/tests/household``; both are given the same JSON, dates as text included.
"""

import gc
import time
from collections.abc import Callable
from statistics import median

from benchmarks import law_peers
from benchmarks.harness import Result, rounded
from gapura.foundation.rules import scalar
from gapura.foundation.rules.tests.laws import get_household_law

NAME = "law-household"
TIMES = 300
OURS_AT_A_TIME = 20
HOUSEHOLD = {
    "person": [
        {"salary": 120_000_000, "role": "head", "born_on": "1980-01-01"},
        {"salary": 160_000_000, "role": "spouse", "born_on": "1981-03-04"},
        {"salary": 0, "role": "child", "born_on": "2015-01-01"},
        {"salary": 0, "role": "child", "born_on": "2018-05-06"},
    ],
    "family": [{}],
}


def run() -> list[Result]:
    law, system = get_household_law().on(law_peers.DAY), law_peers.make_openfisca_law()
    situation, targets, day = law_peers.as_openfisca_json(HOUSEHOLD), law_peers.TARGETS, law_peers.DAY

    def compute() -> dict[str, list[int]]:
        return scalar.compute(law, targets, HOUSEHOLD, as_of=day)

    _agree(compute(), law_peers.simulate_json(system, situation))
    plain = _measure(compute, lambda: law_peers.simulate_json(system, situation))
    explained = _measure(
        lambda: scalar.explain(law, targets, HOUSEHOLD, as_of=day),
        lambda: law_peers.simulate_json(system, situation, trace=True),
    )
    return [
        _result("law-household", *plain, "OpenFisca-Core, the same JSON", 100),
        _result("law-household/explained", *explained, "OpenFisca-Core with its trace", 40),
    ]


def _agree(ours: dict[str, list[int]], theirs: dict[str, list[float]]) -> None:
    for target, values in ours.items():
        if any(abs(one - other) > 16 for one, other in zip(values, theirs[target], strict=True)):
            raise AssertionError(f"{target}: {values} here, {list(theirs[target])} there.")


def _measure(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, in turns, so that a busy machine treats them alike; without the garbage collector."""
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    for _ in range(TIMES):
        for times, action, seconds in ((OURS_AT_A_TIME, ours, taken[0]), (1, theirs, taken[1])):
            started = time.perf_counter()
            for _ in range(times):
                action()
            seconds.append((time.perf_counter() - started) / times)
    gc.enable()
    return median(taken[0]), median(taken[1])


def _result(name: str, ours: float, theirs: float, against: str, goal: int) -> Result:
    ratio = rounded(theirs / ours)
    return Result(
        name, ours * 1e6, "µs", f"{against}, {theirs * 1e6:.0f} µs", ratio, f"≥ {goal} × faster", ratio >= goal
    )
