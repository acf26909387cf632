"""The registers of a unit: which number was given last."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.types import Direction


class UnitRegister(models.Model):
    """One book of a unit, for one direction: its lock makes the numbers gapless. Its year never goes back."""

    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    direction = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField(default=0)
    last_serial = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_register"
        constraints = (
            models.UniqueConstraint(fields=["unit_code", "direction"], name="office_register_once"),
            models.CheckConstraint(condition=Q(direction__in=Direction), name="office_register_direction"),
        )
