"""Who works on a job, and for how long others leave it alone."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from gapura.foundation import clock
from gapura.kernel.outbox.models import Job

# A killed worker's job waits this long before another takes it over.
LEASE = timedelta(seconds=60)

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took the job over because this one was silent for too long."""


@contextmanager
def lease_owner(lease: timedelta) -> Iterator[str]:
    """A name to lease jobs under; a heartbeat renews its leases until the block ends."""
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(6)}"
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(owner, lease, ended), daemon=True, name="outbox-heartbeat")
    heart.start()
    try:
        yield owner
    finally:
        ended.set()
        heart.join()


def list_due(now: datetime) -> QuerySet[Job]:
    """Jobs that may be taken now, in the order in which they became due."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return Job.objects.filter(free, dead_at__isnull=True, run_at__lte=now).order_by("run_at", "id")


def lease_next(owner: str, lease: timedelta) -> Job | None:
    """Take the next due job for ``owner``, if there is one. Committed at once, so that all workers see it."""
    now = clock.now()
    if not list_due(now).exists():  # On SQLite a transaction takes the write lock: do not when idle.
        return None
    with transaction.atomic():
        job = list_due(now).select_for_update(skip_locked=True).first()
        if job is not None:
            job.attempts += 1
            job.lease_owner, job.lease_until = owner, now + lease
            job.save(update_fields=["attempts", "lease_owner", "lease_until"])
        return job


def _beat(owner: str, lease: timedelta, ended: threading.Event) -> None:
    pause = lease.total_seconds() / 3
    try:
        while not ended.wait(pause):
            try:
                Job.objects.filter(lease_owner=owner).update(lease_until=clock.now() + lease)
            except DatabaseError:
                # Busy or away: the next beat comes before the lease ends.
                logger.warning("The heartbeat of %s was missed.", owner, exc_info=True)
                connection.close()
    finally:
        connection.close()
