"""Publishing events and jobs with the change that causes them, and carrying them out afterwards.

These actions take no actor: whoever caused the change is in its audit event.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta

from django.db import transaction

from gapura.foundation import clock
from gapura.foundation.appending import Columns, append_values
from gapura.kernel.outbox.leases import LEASE, LeaseLost, lease_next, lease_owner
from gapura.kernel.outbox.models import Job, OutboxEvent
from gapura.kernel.outbox.plugin import dotted_name, get_job, get_subscription, list_subscribers
from gapura.kernel.outbox.types import JSON, CannotPublishEvent

# With the pauses below a job is tried for about nine hours: a whole night of a provider's maintenance.
MAX_ATTEMPTS = 20
LONGEST_PAUSE = timedelta(hours=1)
# Delivered events stay this long for whoever asks what happened last week.
KEEP_DELIVERED = timedelta(days=30)
_BATCH = 500

logger = logging.getLogger(__name__)


_gathered: ContextVar[list[Columns] | None] = ContextVar("gathered_outbox_events", default=None)


@contextmanager
def publishing_together() -> Iterator[None]:
    """Inside a transaction: what is published in the block is stored at its end, with one insert."""
    if _gathered.get() is not None:
        yield
        return
    events: list[Columns] = []
    token = _gathered.set(events)
    try:
        yield
    finally:
        _gathered.reset(token)
    append_values(OutboxEvent, events)


def publish(event: object) -> None:
    """Store a frozen dataclass of JSON values in the caller's transaction (one insert) for delivery after it.

    Raises CannotPublishEvent when it is anything else.
    """
    if not is_dataclass(event) or isinstance(event, type):
        raise CannotPublishEvent(f"{event!r} is not a dataclass instance; events are frozen dataclasses.")
    payload = asdict(event)
    try:
        json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise CannotPublishEvent(
            f"{type(event).__name__} holds something JSON does not know ({error}); "
            "write dates and the like as text in the event."
        ) from error
    stored: Columns = {
        "event_class": dotted_name(type(event)),
        "payload": payload,
        "published_at": clock.now(),
        "fanned_out_at": None,
    }
    gathered = _gathered.get()
    if gathered is None:
        append_values(OutboxEvent, [stored])
    else:
        gathered.append(stored)


def enqueue_job(
    *, name: str, arguments: Mapping[str, JSON], run_at: datetime | None = None, key: str | None = None
) -> None:
    """Let a worker call the job ``name`` at ``run_at`` (default: at once) with ``arguments``.

    One insert in the caller's transaction. While a job with the same ``key`` waits, no second one is added.
    """
    now = clock.now()
    job = Job(name=name, arguments=dict(arguments), key=key, created_at=now, run_at=run_at or now)
    Job.objects.bulk_create([job], ignore_conflicts=key is not None)


def deliver_pending(*, limit: int = 1000, lease: timedelta = LEASE) -> int:
    """Carry out up to ``limit`` due jobs and deliveries of events; returns how many succeeded.

    What fails is tried again after a pause that doubles each time, and becomes a dead letter after
    twenty attempts. Any number of workers may call this at once.
    """
    succeeded = 0
    with lease_owner(lease) as owner:
        for _ in range(limit):
            job = lease_next(owner, lease)
            if job is None and _fan_out_events():
                job = lease_next(owner, lease)
            if job is None:
                break
            succeeded += _carry_out(job)
    return succeeded


def retry_dead_letters(*, job_id: int | None = None) -> int:
    """Give dead letters (one, or all) another twenty attempts, at once; returns how many."""
    dead = Job.objects.filter(dead_at__isnull=False)
    if job_id is not None:
        dead = dead.filter(id=job_id)
    return dead.update(dead_at=None, attempts=0, run_at=clock.now())


def prune_delivered() -> int:
    """Delete events delivered to everybody over thirty days ago; returns how many."""
    old = OutboxEvent.objects.filter(fanned_out_at__lt=clock.now() - KEEP_DELIVERED, jobs__isnull=True).order_by(
        "fanned_out_at"
    )
    pruned = 0
    while ids := list(old.values_list("id", flat=True)[:_BATCH]):
        pruned += OutboxEvent.objects.filter(id__in=ids).delete()[0]
    return pruned


def _fan_out_events() -> int:
    """Turn the next waiting events into one job per subscriber, once; returns how many jobs."""
    waiting = OutboxEvent.objects.filter(fanned_out_at__isnull=True).order_by("id")
    now = clock.now()
    jobs: list[Job] = []
    while not jobs and waiting.exists():
        with transaction.atomic():
            events = list(waiting.select_for_update(skip_locked=True)[:_BATCH])
            jobs = [
                Job(name=subscriber, arguments={}, event=event, created_at=now, run_at=now)
                for event in events
                for subscriber in list_subscribers(event.event_class)
            ]
            Job.objects.bulk_create(jobs)
            OutboxEvent.objects.filter(id__in=[event.id for event in events]).update(fanned_out_at=now)
        if not events:  # another worker has them
            break
    return len(jobs)


def _carry_out(job: Job) -> bool:
    try:
        if job.attempts > MAX_ATTEMPTS:
            raise RuntimeError("The worker was killed in the middle of it each time.")
        if job.event is None:
            get_job(job.name)(**job.arguments)
            _finish(job)
        else:
            _deliver(job, job.event)
    except LeaseLost:
        logger.warning("Job %s (%s) took so long that another worker repeats it.", job.pk, job.name)
        return False
    except Exception as error:  # whatever a job raises is kept with it, and the others go on
        _put_back(job, error)
        return False
    return True


def _deliver(job: Job, event: OutboxEvent) -> None:
    """What the subscriber writes and the note that it is done are one transaction."""
    subscription = get_subscription(job.name)
    with transaction.atomic():
        subscription.handler(subscription.event_class(**event.payload))
        if not _finish(job):
            raise LeaseLost


def _finish(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, lease_owner=job.lease_owner).delete()[0] > 0


def _put_back(job: Job, error: Exception) -> None:
    now = clock.now()
    pause = min(timedelta(seconds=2 ** (job.attempts - 1)), LONGEST_PAUSE)
    dead = job.attempts >= MAX_ATTEMPTS
    logger.log(
        logging.ERROR if dead else logging.WARNING,
        "Job %s (%s) failed at attempt %s; %s.",
        job.pk,
        job.name,
        job.attempts,
        "it is given up" if dead else f"it is tried again in {pause}",
        exc_info=error,
    )
    Job.objects.filter(pk=job.pk, lease_owner=job.lease_owner).update(
        run_at=now + pause,
        lease_until=None,
        lease_owner="",
        dead_at=now if dead else None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )
