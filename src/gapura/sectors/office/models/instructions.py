"""Instructions from who leads to somebody below, and every step of them."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.types import InstructionAct, InstructionState


class Instruction(models.Model):
    """What somebody was told to do. ``issuer_…`` and ``receiver_…`` say who it was and never change; ``confirmer_post``
    and ``handler_post`` have it now. ``parent`` is the instruction that this one passes on; ``source`` what it
    came from: ``document:…``, ``memo:…``, ``meeting:…``, ``card:…`` or nothing.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    source = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="passed_on")
    state = models.CharField(max_length=12, default=InstructionState.ISSUED.value)
    urgent = models.BooleanField(default=False)
    due_on = models.DateField()
    issuer_post = models.CharField(max_length=80)
    issuer_label = models.CharField(max_length=120)
    issuer_person = models.CharField(max_length=16)
    confirmer_post = models.CharField(max_length=80)
    receiver_post = models.CharField(max_length=80)
    receiver_label = models.CharField(max_length=120)
    handler_post = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        db_table = "office_instruction"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=InstructionState), name="instruction_state"),
            models.CheckConstraint(condition=~Q(issuer_post=F("receiver_post")), name="instruction_to_another"),
            models.CheckConstraint(
                condition=Q(
                    state__in=(InstructionState.CONFIRMED.value, InstructionState.WITHDRAWN.value),
                    ended_at__isnull=False,
                )
                | Q(
                    ~Q(state__in=(InstructionState.CONFIRMED.value, InstructionState.WITHDRAWN.value)),
                    ended_at__isnull=True,
                ),
                name="instruction_ended_whole",
            ),
        )
        indexes = (
            models.Index(fields=["handler_post", "state", "due_on"], name="instruction_by_handler"),
            models.Index(fields=["confirmer_post", "state", "due_on"], name="instruction_by_confirmer"),
            models.Index(fields=["unit_code", "state", "due_on"], name="instruction_by_unit"),
            models.Index(fields=["source"], name="instruction_by_source"),
            models.Index(fields=["due_on"], condition=Q(ended_at__isnull=True), name="instruction_open_due"),
        )


class InstructionEntry(models.Model):
    """What happened to an instruction; only added."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=12)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    person = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "office_instruction_entry"
        constraints = (
            models.CheckConstraint(condition=Q(act__in=InstructionAct), name="instruction_entry_act"),
            models.UniqueConstraint(fields=["instruction", "number"], name="instruction_entry_once"),
        )
