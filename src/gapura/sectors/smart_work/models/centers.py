"""Centers, their floors and seats. Every agency reads them; nothing here is about anybody."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.smart_work.types import SeatKind


class Center(models.Model):
    """``weekdays`` it is open on (``12345``: Monday to Friday), ``networks`` inside it, ``contact`` by telephone."""

    code = models.CharField(max_length=40, primary_key=True)
    agency_code = models.CharField(max_length=40)
    title = models.JSONField()
    address = models.CharField(max_length=200)
    region_code = models.CharField(max_length=13)
    latitude = models.FloatField()
    longitude = models.FloatField()
    timezone = models.CharField(max_length=40)
    weekdays = models.CharField(max_length=7)
    networks = models.JSONField()
    contact = models.CharField(max_length=80)

    class Meta:
        db_table = "smart_work_center"


class Closure(models.Model):
    """Days (end exclusive) on which a center is closed beside its weekdays and the country's holidays."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey(Center, models.PROTECT, related_name="closures")
    closed_from = models.DateField()
    closed_until = models.DateField()
    reason = models.CharField(max_length=200)
    entered_by_label = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "smart_work_closure"
        constraints = (
            models.CheckConstraint(condition=Q(closed_until__gt=F("closed_from")), name="seat_closure_period"),
        )
        indexes = (models.Index(fields=["center", "closed_until"], name="seat_closure_by_center"),)


class Floor(models.Model):
    """One floor with its plan in letters, as ``rules.read_plan`` reads it."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey(Center, models.PROTECT, related_name="floors")
    code = models.CharField(max_length=10)
    title = models.JSONField()
    plan = models.TextField()

    class Meta:
        db_table = "smart_work_floor"
        constraints = (models.UniqueConstraint(fields=["center", "code"], name="seat_floor_once"),)


class Seat(models.Model):
    """A seat or a room of ``capacity`` people, where it stands on the plan. ``equipment``: codes between spaces."""

    id = models.BigAutoField(primary_key=True)
    center = models.ForeignKey(Center, models.PROTECT, related_name="seats")
    floor = models.ForeignKey(Floor, models.PROTECT, related_name="seats")
    code = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField(default=1)
    height = models.PositiveSmallIntegerField(default=1)
    capacity = models.PositiveSmallIntegerField(default=1)
    equipment = models.CharField(max_length=200, blank=True)
    is_accessible = models.BooleanField(default=False)
    is_offered = models.BooleanField(default=True)

    class Meta:
        db_table = "smart_work_seat"
        constraints = (
            models.UniqueConstraint(fields=["center", "code"], name="seat_once"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in SeatKind]), name="seat_kind"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="seat_for_somebody"),
        )
        indexes = (models.Index(fields=["center", "kind"], condition=Q(is_offered=True), name="seat_offered"),)

    @property
    def equipment_codes(self) -> list[str]:
        return self.equipment.split()
