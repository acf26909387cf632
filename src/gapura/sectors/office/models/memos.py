"""Memo reports with who read them when, a unit's weekly reports, and the things one means to do oneself."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.types import WeeklyState


class Memo(models.Model):
    """A report in a few words (CommonMark) to colleagues or those who lead. It is sent as it is written."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body = models.TextField()
    author_post = models.CharField(max_length=80)
    author_label = models.CharField(max_length=120)
    author_person = models.CharField(max_length=16)
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "office_memo"
        indexes = (models.Index(fields=["author_post", "-sent_at"], name="memo_by_author"),)


class MemoRecipient(models.Model):
    """To whom a memo went, and when they first opened it."""

    memo = models.ForeignKey(Memo, models.PROTECT, related_name="recipients")
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    named_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by_label = models.CharField(max_length=120, blank=True)
    read_by_person = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "office_memo_recipient"
        constraints = (
            models.UniqueConstraint(fields=["memo", "post_code"], name="memo_recipient_once"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by_label="") | Q(read_at__isnull=False) & ~Q(read_by_label=""),
                name="memo_read_whole",
            ),
        )
        indexes = (models.Index(fields=["post_code", "-named_at"], name="memo_by_recipient"),)


class WeeklyReport(models.Model):
    """What a unit did in the week from ``monday`` on: ``records`` as assembled, ``body`` what people made of them."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    monday = models.DateField()
    state = models.CharField(max_length=10, default=WeeklyState.DRAFT.value)
    records = models.JSONField()
    assembled_at = models.DateTimeField()
    body = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    prepared_by_label = models.CharField(max_length=120)
    prepared_by_person = models.CharField(max_length=16)
    approved_by_label = models.CharField(max_length=120, blank=True)
    approved_by_person = models.CharField(max_length=16, blank=True)
    approved_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "office_weekly_report"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=WeeklyState), name="weekly_state"),
            models.CheckConstraint(
                condition=Q(state=WeeklyState.APPROVED, approved_at__isnull=False) & ~Q(approved_by_label="")
                | Q(~Q(state=WeeklyState.APPROVED), approved_at__isnull=True, approved_by_label=""),
                name="weekly_approved_whole",
            ),
            models.UniqueConstraint(fields=["unit_code", "monday"], name="weekly_once"),
        )


class Todo(models.Model):
    """Something the holder of a post means to do; nobody else sees it."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    post_code = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_todo"
        indexes = (models.Index(fields=["post_code", "done_at", "due_on"], name="todo_by_post"),)
