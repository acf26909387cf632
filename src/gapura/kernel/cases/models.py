"""Cases and every step they took. Steps are added, never changed."""

from django.db import models
from django.db.models import Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.cases.rules import OPEN_STATUSES, PAUSED_STATUSES
from gapura.kernel.cases.types import BEST_RATING, CaseStatus
from gapura.kernel.catalogue.types import Relation

_LOGGED = (
    "number",
    "service_code",
    "agency_code",
    "office_code",
    "status",
    "applicant",
    "subject",
    "relation",
    "answers",
    "submitted_at",
    "decided_at",
    "decided_by",
    "decision_reason",
    "decision_remedy",
    "closed_at",
    "document_code",
)


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
    relation = models.CharField(max_length=12)
    mandate = models.CharField(max_length=40, blank=True)  # under what it was filed for another; empty: for oneself
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
    results = models.JSONField(default=dict)  # what its effect gave back, as the service declares

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
                condition=Q(paused_at__isnull=True) | Q(status__in=sorted(PAUSED_STATUSES)),
                name="case_paused_for_the_person",
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
                fields=["subject", "-id"], condition=~Q(relation=Relation.SELF.value), name="case_filed_for_another"
            ),
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
            models.Index(fields=["submitted_at"], name="case_by_submission"),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="case_by_decision"),
        )

    @property
    def is_for_another(self) -> bool:
        return self.relation != Relation.SELF

    @property
    def is_granted(self) -> bool:
        """Filed under a mandate that the subject signed: what comes of it is the subject's."""
        return self.relation in (Relation.PROXY, Relation.PROFESSIONAL)

    @property
    def receiver(self) -> str:
        """Who receives the document: who gave a mandate, else who applied."""
        return self.subject if self.is_granted else self.applicant

    @property
    def seconds_to_decide(self) -> float | None:
        """Seconds from submission to decision, None while undecided."""
        return (self.decided_at - self.submitted_at).total_seconds() if self.decided_at else None

    @property
    def logged_digest(self) -> str:
        """What the audit log keeps of the row: whose it is, what was asked and what was decided."""
        return row_digest(self, only=(*_LOGGED, "results") if self.results else _LOGGED)


class CaseStep(models.Model):
    """Something that happened to a case. ``note`` is what an actor wrote; ``text`` what the house says."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    action = models.CharField(max_length=24)
    status = models.CharField(max_length=10)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120)
    mandate = models.CharField(max_length=40, blank=True)  # under what the actor took the step for another
    note = models.TextField(blank=True)
    text = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["case", "id"], name="step_by_case"),)


class CaseRating(models.Model):
    """What the applicant thought of how a decided case was dealt with; told without a name. Said once."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=BEST_RATING), name="rating_stars"),)


class CaseConsent(models.Model):
    """The signature of somebody else that a case needs, or their refusal. Answered once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    code = models.CharField(max_length=60)
    person = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    until = models.DateField()
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "code", "person"], name="consent_asked_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, agreed__isnull=True)
                | Q(answered_at__isnull=False, agreed__isnull=False),
                name="consent_answered_whole",
            ),
        )
        indexes = (models.Index(fields=["person", "-id"], name="consent_by_person"),)
