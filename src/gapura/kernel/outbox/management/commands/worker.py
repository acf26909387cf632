import logging
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.outbox.leases import LEASE
from gapura.kernel.outbox.plugin import Periodic, list_periodics

# Between two batches the worker looks whether it shall stop and whether periodic work is due.
BATCH = 20
PAUSE_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Deliver events, run jobs and periodic work until SIGTERM; start as many as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")
        parser.add_argument(
            "--lease-seconds",
            type=float,
            default=LEASE.total_seconds(),
            help="how long the job of a killed worker waits before another takes it over (default: 60)",
        )

    def handle(self, *, once: bool, lease_seconds: float, **options: Any) -> None:
        lease = timedelta(seconds=lease_seconds)
        schedule = Schedule()
        if once:
            while self._turn(schedule, lease):
                pass
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            close_old_connections()
            if not self._turn(schedule, lease):
                stopping.wait(PAUSE_SECONDS)

    def _turn(self, schedule: "Schedule", lease: timedelta) -> int:
        try:
            for periodic in schedule.take_due():
                self._run(periodic)
            return deliver_pending(limit=BATCH, lease=lease)
        except DatabaseError:
            # The database restarts or is busy; what was leased comes back by itself.
            logger.exception("The database did not answer; trying again.")
            return 0

    def _run(self, periodic: Periodic) -> None:
        try:
            periodic.function()
        except Exception:  # one kind of periodic work must not stop the others
            logger.exception("%s failed; it is tried again in %s s.", periodic.name, periodic.every_seconds)


class Schedule:
    """When each periodic work is next due; all of it at the start."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    def take_due(self) -> Iterator[Periodic]:
        """The work due now, which is then put off by its interval."""
        now = time.monotonic()
        for periodic in list_periodics():
            if self._next.get(periodic.name, now) <= now:
                self._next[periodic.name] = now + periodic.every_seconds
                yield periodic
