"""Who worked from elsewhere, and what the house knew of the place and the device.

Only the person reads it; who leads them sees that a session is open, until when, and the place that was named.
"""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.smart_work.types import Place, RemoteOutcome


class RemoteSession(models.Model):
    """One time that somebody asked to work from elsewhere, opened or refused."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=12, unique=True)
    agency_code = models.CharField(max_length=40)
    person_number = models.CharField(max_length=16)
    post_code = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    network = models.CharField(max_length=45)
    agent = models.CharField(max_length=60)
    place = models.CharField(max_length=20)
    center_code = models.CharField(max_length=40, blank=True)
    named_place = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=32, blank=True)
    unit_code = models.CharField(max_length=80, blank=True)
    post_label = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=20)
    until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "smart_work_remote_session"
        constraints = (
            models.CheckConstraint(condition=Q(place__in=[one.value for one in Place]), name="remote_place"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in RemoteOutcome]), name="remote_outcome"
            ),
            models.CheckConstraint(
                condition=(Q(outcome="opened") & Q(until__gt=F("asked_at")) & ~Q(place="unknown"))
                | (~Q(outcome="opened") & Q(until__isnull=True)),
                name="remote_opened_with_a_term",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by_label="") | Q(outcome="opened", closed_at__isnull=False),
                name="remote_withdrawn_is_closed",
            ),
        )
        indexes = (models.Index(fields=["person_number", "-asked_at"], name="remote_by_person"),)
