"""Items of work. Only open ones are looked for, so their index stays small however much was ever done."""

from datetime import date

from django.db import models
from django.db.models import Q

NO_TERM = date.max
"""``sort_on`` of what has no term: such items come last."""


class WorkItem(models.Model):
    id = models.BigAutoField(primary_key=True)
    agency_code = models.CharField(max_length=40)
    holder = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    sender = models.CharField(max_length=120, blank=True)
    urgent = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    sort_on = models.DateField(default=NO_TERM)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "worklist_item"
        constraints = (
            models.UniqueConstraint(
                fields=["holder", "kind", "object_ref"], condition=Q(done_at__isnull=True), name="work_open_once"
            ),
        )
        indexes = (
            models.Index(fields=["holder", "sort_on", "id"], condition=Q(done_at__isnull=True), name="work_open"),
            models.Index(fields=["kind", "object_ref"], condition=Q(done_at__isnull=True), name="work_open_by_object"),
        )
