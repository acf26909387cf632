"""What takes somebody's time, when it repeats, where it departs from the rule, and who subscribed to it."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.types import CalendarScope, Privacy


class CalendarEntry(models.Model):
    """Something of a post, a unit or an agency (``holder`` as in kernel.worklist, or ``agency:…``).

    Times are UTC; ``zone`` is where its hours are meant, so that what repeats keeps its hour. ``rule`` is an RRULE;
    ``repeats_until`` when its last repetition ends, empty where it has no end or does not repeat.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    holder = models.CharField(max_length=160)
    made_by_label = models.CharField(max_length=120)
    made_by_person = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    zone = models.CharField(max_length=50)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    privacy = models.CharField(max_length=8, default=Privacy.OPEN.value)
    is_free = models.BooleanField(default=False)
    rule = models.CharField(max_length=200, blank=True)
    repeats_until = models.DateTimeField(null=True)
    uid = models.CharField(max_length=255)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_calendar_entry"
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="calendar_entry_period"),
            models.CheckConstraint(condition=Q(privacy__in=Privacy), name="calendar_entry_privacy"),
            models.UniqueConstraint(
                fields=["holder", "uid"], condition=Q(removed_at__isnull=True), name="calendar_entry_uid_once"
            ),
        )
        indexes = (
            models.Index(fields=["holder", "starts_at"], condition=Q(rule=""), name="calendar_entry_by_time"),
            models.Index(fields=["holder"], condition=~Q(rule=""), name="calendar_entry_repeating"),
        )


class CalendarException(models.Model):
    """One repetition that falls out (no ``starts_at``) or was moved. ``original_at`` is when the rule puts it."""

    entry = models.ForeignKey(CalendarEntry, models.PROTECT, related_name="exceptions")
    original_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_calendar_exception"
        constraints = (
            models.UniqueConstraint(fields=["entry", "original_at"], name="calendar_exception_once"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="calendar_exception_period",
            ),
        )


class CalendarFeed(models.Model):
    """A secret address at which a program reads a calendar. Only the token's digest is kept."""

    agency_code = models.CharField(max_length=40)
    post_code = models.CharField(max_length=80)
    person_number = models.CharField(max_length=16)
    scope = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_calendar_feed"
        constraints = (models.CheckConstraint(condition=Q(scope__in=CalendarScope), name="calendar_feed_scope"),)
        indexes = (models.Index(fields=["post_code", "person_number"], name="calendar_feed_by_owner"),)
