"""Task cards: what a unit has taken on, its milestones, what it points at, and everything that changed."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.types import CardAct, CardState


class TaskCard(models.Model):
    """A piece of work of a unit in the six parts of a task card. ``revision`` counts the changes.

    ``task_code`` is the unit task it belongs to; ``outcome`` what came of it, once it is closed.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60)
    task_code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    results = models.TextField(blank=True)
    quality = models.TextField(blank=True)
    publicity = models.TextField(blank=True)
    customers = models.TextField(blank=True)
    state = models.CharField(max_length=8, default=CardState.OPEN.value)
    owner_post = models.CharField(max_length=80)
    owner_label = models.CharField(max_length=120)
    begins_on = models.DateField()
    due_on = models.DateField()
    opened_by_label = models.CharField(max_length=120)
    opened_by_person = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_card"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CardState), name="card_state"),
            models.CheckConstraint(condition=Q(due_on__gte=F("begins_on")), name="card_period"),
            models.CheckConstraint(
                condition=Q(state=CardState.OPEN, closed_at__isnull=True, outcome="")
                | Q(~Q(state=CardState.OPEN) & ~Q(outcome=""), closed_at__isnull=False),
                name="card_closed_whole",
            ),
        )
        indexes = (
            models.Index(fields=["unit_code", "state", "due_on"], name="card_by_unit"),
            models.Index(fields=["owner_post", "state"], name="card_by_owner"),
        )


class Milestone(models.Model):
    """A step of the plan: when it is due, and when it was done. One taken out of the plan keeps its row and day."""

    card = models.ForeignKey(TaskCard, models.PROTECT, related_name="milestones")
    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by_label = models.CharField(max_length=120, blank=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        db_table = "office_milestone"
        constraints = (
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(dropped_on__isnull=True), name="milestone_done_or_dropped"
            ),
        )
        indexes = (models.Index(fields=["card", "due_on"], name="milestone_by_card"),)


class CardLink(models.Model):
    """Something the card points at: ``document:…``, ``instruction:…``, ``memo:…`` or ``meeting:…``."""

    card = models.ForeignKey(TaskCard, models.PROTECT, related_name="links")
    object_ref = models.CharField(max_length=80)
    added_by_label = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "office_card_link"
        constraints = (models.UniqueConstraint(fields=["card", "object_ref"], name="card_link_once"),)


class CardEntry(models.Model):
    """What happened to a card; only added. ``detail`` holds what changed, before and after."""

    card = models.ForeignKey(TaskCard, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=12)
    words = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    person = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "office_card_entry"
        constraints = (
            models.CheckConstraint(condition=Q(act__in=CardAct), name="card_entry_act"),
            models.UniqueConstraint(fields=["card", "number"], name="card_entry_once"),
        )
