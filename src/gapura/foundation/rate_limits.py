"""How often something may be done: buckets that fill at a steady pace, counted in this process.

Not in the database: a flood would then be a flood of writes, and every page would wait for one. So each web process
counts for itself, and a house of four processes allows up to four times as much. What must be exact (failed
sign-ins) is counted in the database, by ``kernel.identity``.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """``times`` at once, and as many again in each ``seconds``."""

    times: int
    seconds: float


class Buckets:
    """One bucket for each key, at most ``most_keys``: the one unused the longest is forgotten first.

    Whoever comes from ever new places can so make old ones forgotten; therefore a limit for all strangers together
    stands behind those of the single ones.
    """

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most_keys, self._lock = most_keys, threading.Lock()
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, wanted: Sequence[tuple[str, Rate]], now: float) -> float:
        """Take one from the bucket of every key, or none from any; seconds to wait, 0 when taken."""
        with self._lock:
            levels = [self._level(key, rate, now) for key, rate in wanted]
            waits = [(1 - level) * rate.seconds / rate.times for level, (_, rate) in zip(levels, wanted, strict=True)]
            wait = round(max(0.0, *waits), 6)
            for level, (key, _) in zip(levels, wanted, strict=True):
                self._levels[key] = (level if wait else level - 1, now)
                self._levels.move_to_end(key)
            while len(self._levels) > self._most_keys:
                self._levels.popitem(last=False)
            return wait

    def _level(self, key: str, rate: Rate, now: float) -> float:
        level, at = self._levels.get(key, (float(rate.times), now))
        return min(rate.times, level + (now - at) * rate.times / rate.seconds)
