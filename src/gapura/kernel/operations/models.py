"""Outages: what was out of order, whose deadlines it touched, what caused it; and the counters that bridge them."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.operations.types import OutageStatus


class Outage(models.Model):
    """One outage as the public is told. Deadlines are extended when it ends, by the working days it took."""

    component = models.CharField(max_length=40)
    agencies = models.JSONField()
    words = models.JSONField()
    counters = models.JSONField(default=list)  # which may issue from their packs meanwhile
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, default=OutageStatus.OPEN)
    declared_by = models.CharField(max_length=200)
    extended_cases = models.PositiveIntegerField(default=0)
    report_due_on = models.DateField(null=True)
    cause = models.TextField(blank=True)
    prevention = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in OutageStatus]), name="outage_status"
            ),
            models.CheckConstraint(
                condition=Q(status=OutageStatus.OPEN.value, ended_at__isnull=True, report_due_on__isnull=True)
                | (~Q(status=OutageStatus.OPEN.value) & Q(ended_at__isnull=False, report_due_on__isnull=False)),
                name="outage_end_has_report_date",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="outage_ends_after_start"
            ),
            models.CheckConstraint(
                condition=(~Q(status=OutageStatus.CLOSED.value) & Q(closed_at__isnull=True))
                | (Q(status=OutageStatus.CLOSED.value, closed_at__isnull=False) & ~Q(cause="")),
                name="outage_closed_with_cause",
            ),
            # Two outages of one component at a time would extend the same deadline twice.
            models.UniqueConstraint(
                fields=["component"], condition=Q(status=OutageStatus.OPEN.value), name="outage_one_open_per_component"
            ),
        )
        indexes = (models.Index(fields=["-started_at"], name="outage_newest"),)

    def __str__(self) -> str:
        return f"{self.component} since {self.started_at:%Y-%m-%d}"


class OutageExtension(models.Model):
    """The days that an outage gave back to the cases of one agency: no day is given back twice."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="extensions")
    agency_code = models.CharField(max_length=40)
    day_from = models.DateField()
    day_until = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["outage", "agency_code"], name="outage_extension_once_per_agency"),
            models.CheckConstraint(condition=Q(day_until__gte=F("day_from")), name="outage_extension_days"),
        )
        indexes = (models.Index(fields=["agency_code", "day_until"], name="outage_extension_by_agency"),)


class Counter(models.Model):
    """A counter that may be given packs: its public keys and its officials, as its card says."""

    code = models.CharField(max_length=80, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13)
    card = models.TextField()
    admitted_at = models.DateTimeField()
    admitted_by = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(card=""), name="counter_has_card"),)

    def __str__(self) -> str:
        return self.code


class CounterJournal(models.Model):
    """The one journal that a pack came back with, by the digests of its first and last line."""

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="journals")
    pack = models.CharField(max_length=16, unique=True)
    beginning = models.CharField(max_length=64)
    end = models.CharField(max_length=64)
    papers = models.PositiveIntegerField()
    reported_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["beginning"], name="counter_journal_once"),)

    def __str__(self) -> str:
        return self.pack
