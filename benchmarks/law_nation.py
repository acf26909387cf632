"""A law of twelve rules over a nation: fused loops against OpenFisca-Core, and against NumPy written by hand.

Compared per second of processor time at one million people; then 280 million in blocks by the clock, each block with
other salaries. ``GAPURA_BENCH_PEOPLE`` asks for another number than 280 million.
"""

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import law_peers
from benchmarks.harness import Result, rounded
from gapura.foundation.rules.columns import compute_columns
from gapura.foundation.rules.fused import Fused
from gapura.foundation.rules.populations import Population
from gapura.foundation.rules.tests.laws import get_household_law

NAME = "law-nation"
PEOPLE = int(os.environ.get("GAPURA_BENCH_PEOPLE", "280000000"))
COMPARED, BLOCK = 1_000_000, 1_000_000
LAW = get_household_law().on(law_peers.DAY)
TARGETS, DAY, AS_OF = law_peers.TARGETS, law_peers.DAY, 20240101


def run() -> list[Result]:
    fused = Fused(Path(os.environ["GAPURA_HOME"]) / "law")
    town = make_town(COMPARED)
    started = time.perf_counter()
    first = fused.compute(LAW, TARGETS, town, DAY)
    compiled = time.perf_counter() - started
    expected = compute_columns(LAW, TARGETS, town, DAY)
    hand = _make_hand(town)
    for target in TARGETS:
        if not (np.array_equal(first[target], expected[target]) and np.array_equal(first[target], hand()[target])):
            raise AssertionError(f"{target} differs between loops, columns and the hand.")
    walked = _walk_the_nation(fused)  # before the peers, for its memory
    ours, by_hand = _measure(lambda: fused.compute(LAW, TARGETS, town, DAY), hand, times=12)
    built, openfisca = _measure(lambda: fused.compute(LAW, TARGETS, _anew(town), DAY), _make_openfisca(town), times=4)
    columns, _ = _measure(lambda: compute_columns(LAW, TARGETS, town, DAY), lambda: None, times=4)
    return [
        _compared("law-nation", built, openfisca, "OpenFisca-Core; both with building and checking", 20),
        _compared("law-nation/hand", ours, by_hand, "NumPy by hand; the population is known to both", 4),
        Result("law-nation/columns", COMPARED / columns / 1e6, "million people per processor second, without Numba"),
        Result("law-nation/compiling", compiled, "s", "the first time; later from the file beside it"),
        *walked,
    ]


def make_town(people: int, seed: int = 1) -> Population:
    """Families of one to six: head, spouse, children; log-normal salaries of the grown."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 7, people // 3)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), people)) + 1]
    families = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    count = len(families)
    place = np.arange(count) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    role = np.minimum(place, 2).astype(np.int8)
    year = 2024 - np.where(role < 2, draw.integers(20, 90, count), draw.integers(0, 25, count))
    born_on = (year * 10_000 + draw.integers(1, 13, count) * 100 + draw.integers(1, 29, count)).astype(np.int32)
    salary = (np.exp(draw.normal(18, 1, count)) * (role < 2)).astype(np.int64)
    columns = {"salary": salary, "role": role, "born_on": born_on}
    return Population({"person": count, "family": len(sizes)}, columns, {("person", "family"): families})


def _anew(town: Population) -> Population:
    """The same, of which nothing is known yet."""
    return Population(town.rows, town.columns, town.groups)


def _make_hand(town: Population) -> Callable[[], dict[str, np.ndarray]]:
    families = town.groups["person", "family"]
    starts = np.flatnonzero(np.diff(families, prepend=-1))
    sizes = np.diff(starts, append=len(families))
    columns = [town.columns[name] for name in ("salary", "role", "born_on")]
    return lambda: law_peers.by_hand(*columns, starts, sizes, AS_OF)


def _make_openfisca(town: Population) -> Callable[[], object]:
    system = law_peers.make_openfisca_law()
    day = town.columns["born_on"]
    text = np.char.add(np.char.add((day // 10_000).astype("U4"), "-"), "01-01")
    days = text.astype("datetime64[D]") + ((day // 100 % 100 - 1) * 30 + day % 100 - 1).astype("timedelta64[D]")
    given = town.columns["salary"], town.columns["role"], days, town.groups["person", "family"], town.rows["family"]

    def simulate() -> object:
        simulation = law_peers.build_nation(system, *given)
        return [simulation.calculate(target, law_peers.YEAR) for target in TARGETS]

    return simulate


def _measure(ours: Callable[[], object], theirs: Callable[[], object], *, times: int) -> tuple[float, float]:
    """The least processor seconds of both, taken in turns."""
    best = [float("inf"), float("inf")]
    for _ in range(times):
        for which, action in enumerate((ours, theirs)):
            started = time.process_time()
            action()
            best[which] = min(best[which], time.process_time() - started)
    return best[0], best[1]


def _compared(name: str, ours: float, theirs: float, against: str, goal: int) -> Result:
    ratio = rounded(theirs / ours)
    rate = COMPARED / theirs / 1e6
    return Result(
        name, COMPARED / ours / 1e6, "million people per processor second", f"{against}, {rate:.2f}", ratio,
        f"≥ {goal} ×", ratio >= goal,
    )  # fmt: skip


def _walk_the_nation(fused: Fused) -> list[Result]:
    """Seconds of reckoning alone, checks included; making the blocks is not the law's work."""
    count, town = max(1, PEOPLE // BLOCK), make_town(BLOCK)
    seconds, processor = [], []
    for number in range(count):
        salary = town.columns["salary"] + number * 1_000
        block = Population(town.rows, {**town.columns, "salary": salary}, town.groups)
        started, used = time.perf_counter(), time.process_time()
        fused.compute(LAW, TARGETS, block, DAY)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    third = max(1, count // 3)
    straight = float(np.median(processor[-third:]) / np.median(processor[:third]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"{count * town.rows['person']:,} people in {count} blocks, {fused.threads} threads"
    last = "a block of the last third against one of the first"
    return [
        Result("law-nation/whole", sum(seconds), "s", what),
        Result("law-nation/whole/processor", sum(processor), "s of processor", what),
        Result("law-nation/straight", straight, "×", last, None, "≤ 1.5 ×", straight <= 1.5),
        Result("law-nation/memory", memory, "MiB peak", f"blocks of {BLOCK:,}"),
    ]
