"""What went from one post to another, in one act; only added."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.types import HandOverReason


class HandOver(models.Model):
    """``contents`` is what was moved, as it was called then: a list of parts with their lines.

    A hand-over of units (they merged) names them in ``source`` and ``target`` as ``unit:…``, one of posts ``post:…``.
    ``serial`` counts those of one source, so that two at once cannot both happen.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    reason = models.CharField(max_length=10)
    source = models.CharField(max_length=80)
    serial = models.PositiveIntegerField()
    source_label = models.CharField(max_length=120)
    source_unit = models.CharField(max_length=60)
    target = models.CharField(max_length=80)
    target_label = models.CharField(max_length=120)
    target_unit = models.CharField(max_length=60)
    note = models.TextField(blank=True)
    contents = models.JSONField()
    handed_by_label = models.CharField(max_length=120)
    handed_by_person = models.CharField(max_length=16, blank=True)
    handed_at = models.DateTimeField()

    class Meta:
        db_table = "office_hand_over"
        constraints = (
            models.CheckConstraint(condition=Q(reason__in=HandOverReason), name="hand_over_reason"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="hand_over_to_another"),
            models.UniqueConstraint(fields=["source", "serial"], name="hand_over_serial_once"),
        )
        indexes = (
            models.Index(fields=["source", "-handed_at"], name="hand_over_by_source"),
            models.Index(fields=["target", "-handed_at"], name="hand_over_by_target"),
        )
