from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """An event written with the change it tells of; turned into one job per subscriber after commit."""

    event_class = models.CharField(max_length=200)
    payload = models.JSONField()
    published_at = models.DateTimeField()
    fanned_out_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(fanned_out_at__isnull=True), name="outbox_event_waiting"),
            models.Index(fields=["fanned_out_at"], name="outbox_event_fanned_out"),
        ]

    def __str__(self) -> str:
        return self.event_class


class Job(models.Model):
    """Something to be done once. The row goes when it is done; a dead one stays until somebody looks."""

    name = models.CharField(max_length=200)
    arguments = models.JSONField()
    event = models.ForeignKey(OutboxEvent, null=True, on_delete=models.PROTECT, related_name="jobs")
    key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField()
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(dead_at__isnull=True), name="outbox_job_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(dead_at__isnull=True), name="outbox_job_key_pending"),
            models.UniqueConstraint(fields=["event", "name"], name="outbox_job_once_per_subscriber"),
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True, lease_owner="")
                | (Q(lease_until__isnull=False) & ~Q(lease_owner="")),
                name="outbox_job_lease_has_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name
