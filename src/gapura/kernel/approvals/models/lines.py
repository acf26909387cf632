"""Approval lines: what is so now may change, what happened is only added (ADR 39)."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.approvals.types import OPEN_LINES, LineStatus, PathAct, StepStatus, StepTask

DECIDED = (StepStatus.DONE.value,)


class ApprovalLine(models.Model):
    """One object on its way. Every act locks this row; ``revision`` counts them.

    ``drafter_post`` reworks what comes back, also after a hand-over; ``drafter_person`` made the newest version.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80)
    case_number = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    payload = models.JSONField()
    matter = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=10, default=LineStatus.RUNNING.value)
    urgent = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60, blank=True)
    drafter_post = models.CharField(max_length=80)
    drafter_label = models.CharField(max_length=120)
    drafter_person = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    held_since = models.DateField(null=True)
    held_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    seal = models.BinaryField(null=True)

    class Meta:
        db_table = "approvals_line"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=LineStatus), name="line_status"),
            models.CheckConstraint(condition=~Q(drafter_person=""), name="line_drafted_by_a_person"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_LINES, ended_at__isnull=True)
                | Q(~Q(status__in=OPEN_LINES), ended_at__isnull=False),
                name="line_ended_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status=LineStatus.APPROVED) | Q(seal__isnull=False), name="line_approved_is_sealed"
            ),
            models.UniqueConstraint(
                fields=["kind", "object_ref"], condition=Q(status__in=OPEN_LINES), name="line_open_once_per_object"
            ),
        )
        indexes = (
            models.Index(fields=["agency_code", "unit_code", "-started_at"], name="line_by_unit"),
            models.Index(fields=["drafter_post", "-id"], name="line_by_drafter"),
        )


class LineVersion(models.Model):
    """The bytes that were on the line, as they were; never changed."""

    line = models.ForeignKey(ApprovalLine, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_by_person = models.CharField(max_length=16)
    made_by_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        db_table = "approvals_line_version"
        constraints = (models.UniqueConstraint(fields=["line", "number"], name="line_version_once"),)


class ApprovalStep(models.Model):
    """What one post is asked to do on the line. Whoever did it stands here and in the path.

    ``acting_post`` decides an open step: the post itself, or whoever stands in for it; empty: nobody can, and the step
    lies in its own post's basket.
    """

    line = models.ForeignKey(ApprovalLine, models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    task = models.CharField(max_length=12)
    check_code = models.CharField(max_length=30, blank=True)
    post_code = models.CharField(max_length=80)
    acting_post = models.CharField(max_length=80, blank=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    status = models.CharField(max_length=8, default=StepStatus.WAITING.value)
    opened_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    act = models.CharField(max_length=12, blank=True)
    acted_at = models.DateTimeField(null=True)
    acted_by_post = models.CharField(max_length=80, blank=True)
    acted_by_label = models.CharField(max_length=120, blank=True)
    acted_by_person = models.CharField(max_length=16, null=True)
    drafter_person = models.CharField(max_length=16)  # the line's, repeated so that a constraint can compare
    version = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    opinion = models.TextField(blank=True)
    must_acknowledge = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals_step"
        constraints = (
            models.CheckConstraint(condition=Q(task__in=StepTask), name="step_task"),
            models.CheckConstraint(condition=Q(status__in=StepStatus), name="step_status"),
            models.CheckConstraint(condition=~Q(acted_by_person=F("drafter_person")), name="step_by_another_person"),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, acted_at__isnull=False, acted_by_person__isnull=False) & ~Q(digest="")
                | ~Q(status__in=DECIDED),
                name="step_done_whole",
            ),
            models.UniqueConstraint(
                fields=["line", "post_code"], condition=~Q(status=StepStatus.REMOVED), name="step_post_once"
            ),
            models.UniqueConstraint(
                fields=["line", "acted_by_person"],
                condition=Q(status=StepStatus.DONE, acted_by_person__isnull=False),
                name="step_person_once",
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(task=StepTask.APPROVAL) & ~Q(status=StepStatus.REMOVED),
                name="step_one_approval",
            ),
        )
        indexes = (
            models.Index(fields=["post_code"], condition=Q(status=StepStatus.OPEN), name="step_open_by_post"),
            models.Index(fields=["acting_post"], condition=Q(status=StepStatus.OPEN), name="step_open_by_acting"),
            models.Index(fields=["post_code", "line"], name="step_by_post"),
            models.Index(fields=["acted_by_post", "line"], name="step_by_acted"),
            models.Index(fields=["line", "place"], name="step_by_place"),
        )


class PathEntry(models.Model):
    """What happened, in words that need no other table. Only added; each holds the digest of the one before.

    ``detail``: the route as drawn and the digest of the payload where they began to hold, a hold's end.
    """

    line = models.ForeignKey(ApprovalLine, models.PROTECT, related_name="path")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=12)
    at = models.DateTimeField()
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    person = models.CharField(max_length=16)
    acting_for = models.CharField(max_length=120, blank=True)
    task = models.CharField(max_length=12, blank=True)
    check_code = models.CharField(max_length=30, blank=True)
    opinion = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64, blank=True)
    entry_digest = models.CharField(max_length=64)
    signature = models.TextField(blank=True)
    key_id = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "approvals_path"
        constraints = (
            models.CheckConstraint(condition=Q(act__in=PathAct), name="path_act"),
            models.UniqueConstraint(fields=["line", "number"], name="path_number_once"),
        )


class SigningKey(models.Model):
    """A key that an official signs path entries with. The certificates (PEM) stay when the key has long gone."""

    key_id = models.CharField(max_length=64, primary_key=True)
    account_id = models.BigIntegerField()
    certificates = models.TextField()
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        db_table = "approvals_signing_key"


class Absence(models.Model):
    """From when until when (end exclusive) the holder of a post is away, why, and who stands in."""

    post_code = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=40)
    person = models.CharField(max_length=16)
    substitute_post = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=30)
    valid_from = models.DateField()
    valid_until = models.DateField()
    entered_by_label = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals_absence"
        constraints = (
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="absence_period"),
            models.CheckConstraint(condition=~Q(substitute_post=F("post_code")), name="absence_by_another_post"),
        )
        indexes = (models.Index(fields=["post_code", "valid_from"], name="absence_by_post"),)
