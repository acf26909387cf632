"""What the outbox holds."""

from datetime import datetime

from django.db.models import Count, Min, Q

from gapura.kernel.outbox.leases import list_due
from gapura.kernel.outbox.models import Job, OutboxEvent
from gapura.kernel.outbox.types import DeadLetter, OutboxStatus


def get_status(*, now: datetime) -> OutboxStatus:
    """How much waits, runs and was given up at ``now``; all dead letters, oldest first."""
    running = Q(lease_until__gte=now)
    counts = Job.objects.filter(dead_at__isnull=True).aggregate(
        running=Count("id", filter=running), later=Count("id", filter=~running & Q(run_at__gt=now))
    )
    due = list_due(now).order_by().aggregate(number=Count("id"), oldest=Min("run_at"))
    return OutboxStatus(
        events_waiting=OutboxEvent.objects.filter(fanned_out_at__isnull=True).count(),
        jobs_due=due["number"],
        jobs_later=counts["later"],
        jobs_running=counts["running"],
        oldest_due_at=due["oldest"],
        dead_letters=tuple(
            DeadLetter(job.id, job.name, job.attempts, job.dead_at, job.last_error)
            for job in Job.objects.filter(dead_at__isnull=False).order_by("dead_at", "id")
            if job.dead_at
        ),
    )
