"""Figures of the whole house, read when they are asked for: what waits, what is late, what is red."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.openmetrics.exposition import generate_latest

from gapura.foundation import clock
from gapura.foundation.sandbox import find_walls
from gapura.kernel.audit.queries import find_oldest_waiting, get_latest_checkpoint
from gapura.kernel.cases.queries import count_open_cases
from gapura.kernel.operations.backup.watching import find_copy_age, find_log_age
from gapura.kernel.outbox.queries import get_status

_CONNECTIONS = """
    SELECT application_name, CASE WHEN wait_event_type = 'Lock' THEN 'waiting' WHEN state = 'idle' THEN 'idle'
        ELSE 'in_use' END AS how, COUNT(*)
    FROM pg_stat_activity
    WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid()
    GROUP BY 1, 2 ORDER BY 1, 2
"""
Sample = tuple[tuple[str, ...], float]


def is_database_answering() -> bool:
    """Whether a query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def forget_processes() -> None:
    """Remove what processes of an earlier start counted. Call it before any process of this one begins."""
    for file in Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")).glob("*_[0-9]*.db"):
        file.unlink(missing_ok=True)


def draw_metrics() -> bytes:
    """All figures as OpenMetrics text: those the processes count together, and those of this moment."""
    registry = CollectorRegistry()
    if os.path.isdir(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")):
        MultiProcessCollector(registry)
    registry.register(_House(clock.now()))
    return bytes(generate_latest(registry))


class _House:
    """The figures of this moment. A database that does not answer is a figure, too."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        up = is_database_answering()
        yield _gauge("gapura_database_up", "Whether the database answers.", [((), float(up))])
        yield from self._files()
        yield from self._log()
        if up:
            yield from self._connections()
            yield from self._work()

    def _files(self) -> Iterator[Metric]:
        yield _gauge(
            "gapura_sandbox_namespaces",
            "Whether files from outside are opened in namespaces of their own.",
            [((), float(find_walls().is_apart))],
        )
        age = find_copy_age(self._now)
        if age is not None:
            yield _gauge("gapura_copy_age_seconds", "Age of the last outside copy.", [((), age)])

    def _log(self) -> Iterator[Metric]:
        age = find_log_age(self._now)
        if age is not None:
            yield _gauge("gapura_wal_age_seconds", "Since when PostgreSQL's log is not in the vault.", [((), age)])

    def _connections(self) -> Iterator[Metric]:
        """Of every process that has our role; the server counts, so that no statement becomes slower by it."""
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute(_CONNECTIONS)
            counts = [((process, state), float(number)) for process, state, number in cursor.fetchall()]
            cursor.execute("SELECT current_setting('max_connections')::integer")
            [most] = cursor.fetchone()
        said = "Connections to the database by process: idle, in use, or in use and waiting for another's lock."
        yield _gauge("gapura_database_connections", said, counts, "process", "state")
        yield _gauge("gapura_database_connections_most", "Connections that the server takes.", [((), float(most))])

    def _work(self) -> Iterator[Metric]:
        status, newest, waiting = get_status(now=self._now), get_latest_checkpoint(), find_oldest_waiting()
        queue = [
            (("due",), float(status.jobs_due)),
            (("later",), float(status.jobs_later)),
            (("running",), float(status.jobs_running)),
            (("events",), float(status.events_waiting)),
        ]
        yield _gauge("gapura_outbox_jobs", "Background work by state.", queue, "state")
        yield self._age(
            "gapura_outbox_oldest_seconds", "How long the oldest work due has waited.", status.oldest_due_at
        )
        dead = float(len(status.dead_letters))
        yield _gauge("gapura_outbox_dead_letters", "Work given up, waiting for somebody to look.", [((), dead)])
        if newest is not None:
            yield self._age("gapura_checkpoint_age_seconds", "Age of the newest checkpoint.", newest.signed_at)
        yield self._age("gapura_log_waiting_seconds", "How long the oldest event has waited for the log.", waiting)
        counts = count_open_cases(today=clock.local_day(self._now, settings.TIME_ZONE))
        cases = [((name, "yes" if late else "no"), float(number)) for (name, late), number in counts.items()]
        yield _gauge("gapura_cases_open", "Open cases by status, and whether overdue.", cases, "status", "overdue")

    def _age(self, name: str, said: str, since: datetime | None) -> Metric:
        return _gauge(name, said, [((), max(0.0, (self._now - since).total_seconds()) if since else 0.0)])


def _gauge(name: str, said: str, samples: Sequence[Sample], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for values, number in samples:
        family.add_metric(list(values), number)
    return family
