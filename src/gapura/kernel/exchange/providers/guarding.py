"""What keeps one bad provider from hurting others: few calls at once, and none while it is known to be out of order."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from gapura.foundation.telemetry import BREAKERS, SILENT_SINCE
from gapura.kernel.exchange.types import ProviderUnavailable

CALLS_AT_ONCE = 8
FAILURES_BEFORE_PAUSE = 3
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0
SLOW_SECONDS = 2.5  # an answer that took longer counts as a failure: it held a worker as long


class Circuit(IntEnum):
    """As the figure ``gapura_breaker_open`` shows it."""

    CLOSED = 0
    TRYING = 1
    OPEN = 2


class ProviderGuard:
    """Bulkhead and circuit breaker of one provider in one process.

    After FAILURES_BEFORE_PAUSE failures in a row nothing is asked for a while; then one call tries (half-open). It
    closes the circuit, or doubles the pause. The figures of ``agency`` say so (desk, status page).
    """

    def __init__(self, name: str, seconds: Callable[[], float] = time.monotonic, *, agency: str = "") -> None:
        self._name = name
        self._agency = agency
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(CALLS_AT_ONCE)
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = FIRST_PAUSE_SECONDS
        self._asks_again_at = 0.0
        self._is_trying = False
        self._shown = Circuit.CLOSED

    @property
    def is_paused(self) -> bool:
        return self._failures >= FAILURES_BEFORE_PAUSE

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around one call. Raises ProviderUnavailable at once when the call may not be made."""
        is_trial = self._enter()
        started = self._seconds()
        failed = True
        try:
            yield
            failed = False
        except ProviderUnavailable:
            raise
        except Exception:
            failed = False  # the provider answered: a refusal is no outage
            raise
        finally:
            self._leave(failed or self._seconds() - started > SLOW_SECONDS, is_trial)

    def _enter(self) -> bool:
        with self._lock:
            is_trial = self.is_paused
            if is_trial and (self._is_trying or self._seconds() < self._asks_again_at):
                raise ProviderUnavailable(f"{self._name} is out of order; it is asked again later.")
            if not self._places.acquire(blocking=False):
                raise ProviderUnavailable(f"{self._name} has {CALLS_AT_ONCE} calls open already.")
            self._is_trying = is_trial
            if is_trial:
                self._show(Circuit.TRYING)
            return is_trial

    def _leave(self, failed: bool, is_trial: bool) -> None:
        self._places.release()
        with self._lock:
            if is_trial:
                self._is_trying = False
            if not failed:
                self._failures, self._pause = 0, FIRST_PAUSE_SECONDS
                return self._show(Circuit.CLOSED)
            self._failures += 1
            if self.is_paused:
                self._asks_again_at = self._seconds() + self._pause
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS) if is_trial else self._pause
                self._show(Circuit.OPEN)
            return None

    def _show(self, circuit: Circuit) -> None:
        if self._agency and circuit is not self._shown:
            BREAKERS.labels(self._agency).set(circuit)
            if circuit is Circuit.CLOSED or self._shown is Circuit.CLOSED:
                SILENT_SINCE.labels(self._agency).set(0 if circuit is Circuit.CLOSED else time.time())
            self._shown = circuit
