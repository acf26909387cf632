"""Simulations that were asked for at the desk, and what came of them."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.insight.types import RunStatus


class Run(models.Model):
    """One reform for one population. ``result`` is an outcome as JSON; amounts in it are whole."""

    number = models.CharField(max_length=12, primary_key=True)
    agency_code = models.CharField(max_length=40)
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    title = models.CharField(max_length=200)
    reform = models.TextField()
    as_of = models.DateField()
    source = models.CharField(max_length=40)
    people = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    status = models.CharField(max_length=8, default=RunStatus.WAITING)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "insight_run"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=[s.value for s in RunStatus]), name="run_status"),
            models.CheckConstraint(condition=Q(people__gt=0), name="run_has_people"),
            models.CheckConstraint(
                condition=Q(status="waiting", finished_at__isnull=True, result__isnull=True, problem="")
                | Q(status="done", finished_at__isnull=False, result__isnull=False, problem="")
                | (Q(status="failed", finished_at__isnull=False, result__isnull=True) & ~Q(problem="")),
                name="run_ends_whole",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("requested_at")), name="run_term"
            ),
        )
        indexes = (models.Index(fields=["agency_code", "requested_at"], name="run_by_agency"),)

    def __str__(self) -> str:
        return self.number
