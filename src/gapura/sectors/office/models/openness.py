"""What was measured of how openly an office works, on the day it was."""

from django.db import models
from django.db.models import F, Q


class FindingSample(models.Model):
    """Of ``sample`` registered documents of a unit, drawn by chance, their drafters ``found`` so many on that day."""

    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    measured_on = models.DateField()
    sample = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        db_table = "office_finding_sample"
        constraints = (
            models.CheckConstraint(condition=Q(found__lte=F("sample")), name="finding_sample_share"),
            models.UniqueConstraint(fields=["unit_code", "measured_on"], name="finding_sample_once"),
        )
        indexes = (models.Index(fields=["agency_code", "measured_on"], name="finding_sample_by_agency"),)
