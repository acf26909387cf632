"""Who is on duty when, and exchanges between two."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.types import SwapState


class DutyShift(models.Model):
    """One turn of duty: of a unit, of a kind (a code of the country's ``duty.yaml``), beginning on a day."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    day = models.DateField()
    zone = models.CharField(max_length=50)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    planned_by_label = models.CharField(max_length=120)
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    note = models.TextField(blank=True)
    note_by_label = models.CharField(max_length=120, blank=True)
    note_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_duty_shift"
        constraints = (
            models.UniqueConstraint(fields=["unit_code", "kind", "day"], name="duty_shift_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_shift_period"),
        )
        indexes = (
            models.Index(fields=["agency_code", "starts_at"], name="duty_shift_by_time"),
            models.Index(fields=["post_code", "starts_at"], name="duty_shift_by_post"),
        )


class DutySwap(models.Model):
    """One asks another to exchange turns. A shift is in one open exchange at most."""

    code = models.CharField(max_length=16, unique=True)
    shift = models.ForeignKey(DutyShift, models.PROTECT, related_name="swaps")
    other = models.ForeignKey(DutyShift, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=SwapState.ASKED.value)
    asked_by_post = models.CharField(max_length=80)
    asked_of_post = models.CharField(max_length=80)
    leader_post = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "office_duty_swap"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SwapState), name="duty_swap_state"),
            models.CheckConstraint(condition=~Q(asked_by_post=F("asked_of_post")), name="duty_swap_of_two"),
            models.UniqueConstraint(fields=["shift"], condition=Q(ended_at__isnull=True), name="duty_swap_open_once"),
            models.UniqueConstraint(fields=["other"], condition=Q(ended_at__isnull=True), name="duty_swap_other_once"),
        )
