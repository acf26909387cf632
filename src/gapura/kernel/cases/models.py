"""Cases and every step they took. Steps are added, never changed."""

from django.db import models
from django.db.models import Q

from gapura.kernel.cases.rules import OPEN_STATUSES
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.types import Relation


class Case(models.Model):
    """One request of one person to the state, from receipt to closing."""

    number = models.CharField(max_length=20, unique=True)
    service_code = models.CharField(max_length=60)
    service_version = models.CharField(max_length=64)
    service_title = models.JSONField()
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13)
    status = models.CharField(max_length=10)
    applicant = models.CharField(max_length=16)
    subject = models.CharField(max_length=16)
    relation = models.CharField(max_length=10)
    answers = models.JSONField()
    language = models.CharField(max_length=5)
    channel = models.CharField(max_length=10)
    idempotency_key = models.CharField(max_length=64)
    submission_digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    due_on = models.DateField()
    next_check_at = models.DateTimeField(null=True)  # while the house still owes its own next move
    paused_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    appeal_until = models.DateField(null=True)
    assigned_post = models.CharField(max_length=80, blank=True)
    decided_by = models.CharField(max_length=16, blank=True)  # the official's person number; empty: by rule
    decision_reason = models.JSONField(default=dict)
    decision_remedy = models.JSONField(default=dict)
    document_code = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["applicant", "idempotency_key"], name="case_submitted_once"),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in CaseStatus]), name="case_status"),
            models.CheckConstraint(condition=Q(relation__in=[r.value for r in Relation]), name="case_relation"),
            models.CheckConstraint(
                condition=~Q(relation=Relation.SELF) | Q(applicant=models.F("subject")),
                name="case_self_is_self",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(status=CaseStatus.SUPPLEMENT),
                name="case_paused_in_supplement",
            ),
            models.CheckConstraint(
                condition=Q(next_check_at__isnull=False, status__in=[CaseStatus.RECEIVED, CaseStatus.APPROVED])
                | Q(next_check_at__isnull=True) & ~Q(status__in=[CaseStatus.RECEIVED, CaseStatus.APPROVED]),
                name="case_unsettled_is_checked",
            ),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.REFUSED) | ~Q(decision_reason={}),
                name="case_refused_with_reason",
            ),
        )
        indexes = (
            models.Index(fields=["applicant", "-id"], name="case_by_applicant"),
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="case_waiting_for_us"
            ),
            models.Index(
                fields=["agency_code", "office_code", "due_on", "id"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="case_open_basket",
            ),
            models.Index(
                fields=["agency_code", "office_code", "status", "due_on", "id"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="case_open_by_status",
            ),
            models.Index(
                fields=["agency_code", "office_code", "service_code", "due_on", "id"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="case_open_by_service",
            ),
        )

    @property
    def seconds_to_decide(self) -> float | None:
        """Seconds from submission to decision, None while undecided."""
        return (self.decided_at - self.submitted_at).total_seconds() if self.decided_at else None


class CaseStep(models.Model):
    """Something that happened to a case. ``note`` is what an actor wrote; ``text`` what the house says."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    action = models.CharField(max_length=24)
    status = models.CharField(max_length=10)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    text = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["case", "id"], name="step_by_case"),)
