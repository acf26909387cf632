"""What every benchmark shares: the form of a result, a clean home and database, and fair timing.

A benchmark is a module of this package with ``NAME`` and ``run()``, which gives one Result or several. It is
run in a process of its own; its GAPURA_HOME is empty and goes afterwards; ``start_django`` makes the tables.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """One figure. ``against`` says what it is compared with; ``held`` is None where there is no goal.

    ``figure`` names it in the promise that is called like the benchmark, where there is one.
    """

    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    goal: str = ""
    held: bool | None = None
    figure: str = ""

    def as_line(self) -> str:
        """The result as one line of JSON, figures rounded to what can be trusted."""
        fields = asdict(self)
        return json.dumps(
            {key: rounded(value) if isinstance(value, float) else value for key, value in fields.items()},
            ensure_ascii=False,
        )


def rounded(value: float) -> float:
    """Three significant digits, or all digits before the point."""
    return round(value) if abs(value) >= 100 else float(f"{value:.3g}")


def start_django() -> None:
    """Settings, and every table in an empty database."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def time_each(action: Callable[[], object], times: int, warm_up: int = 3) -> list[float]:
    """Seconds that each of ``times`` calls took, after a warm-up, without the garbage collector."""
    for _ in range(warm_up):
        action()
    gc.collect()
    gc.disable()
    try:
        return [_time(action) for _ in range(times)]
    finally:
        gc.enable()


def time_median(action: Callable[[], object], times: int, warm_up: int = 3) -> float:
    """The median seconds of a call."""
    return statistics.median(time_each(action, times, warm_up))


def percentile(seconds: list[float], percent: float) -> float:
    """The value below which ``percent`` of the measurements lie."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _time(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
