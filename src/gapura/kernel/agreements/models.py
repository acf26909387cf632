"""Requests for agreements, every step taken on them and on agreements, and how much is asked under which ground."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.agreements.types import CaseStatus, Parties, Side, Terms

_DECIDED = (CaseStatus.APPROVED.value, CaseStatus.REFUSED.value)


def _is_another(one: str, other: str) -> Q:
    return Q(**{one: ""}) | ~Q(**{one: F(other)})


class AgreementCase(models.Model):
    """One request of one agency for one evidence type. Approved, its number is the code of the agreement.

    ``wanted`` are the terms asked for, ``judged`` those the holder's opinion left of them (see types.Terms).
    """

    number = models.CharField(max_length=12, primary_key=True)
    consumer = models.CharField(max_length=40)
    holder = models.CharField(max_length=40)
    authority = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=60)
    wanted = models.JSONField()
    judged = models.JSONField(null=True)
    valid_from = models.DateField()
    task = models.CharField(max_length=200)
    legal_ground = models.CharField(max_length=200)
    purpose = models.JSONField()
    monthly_volume = models.PositiveIntegerField()
    renews = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, default=CaseStatus.REQUESTED)
    due_on = models.DateField(null=True)
    requested_at = models.DateTimeField()
    requested_by_person = models.CharField(max_length=16)
    in_favor = models.BooleanField(null=True)
    conditions = models.TextField(blank=True)
    judged_by_person = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_person = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "agreements_case"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in CaseStatus]), name="agreement_case_status"
            ),
            models.CheckConstraint(condition=~Q(requested_by_person=""), name="agreement_asked_by_a_person"),
            models.CheckConstraint(
                condition=_is_another("judged_by_person", "requested_by_person"), name="agreement_judged_by_another"
            ),
            models.CheckConstraint(
                condition=_is_another("decided_by_person", "requested_by_person")
                & _is_another("decided_by_person", "judged_by_person"),
                name="agreement_decided_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(judged__isnull=True, in_favor__isnull=True, judged_by_person="")
                | (Q(judged__isnull=False, in_favor__isnull=False) & ~Q(judged_by_person="")),
                name="agreement_judged_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(status__in=_DECIDED) & Q(decided_at__isnull=True))
                | (Q(status__in=_DECIDED, decided_at__isnull=False, judged__isnull=False) & ~Q(decided_by_person="")),
                name="agreement_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.REFUSED.value) | ~Q(reason=""), name="agreement_refused_with_reason"
            ),
            models.UniqueConstraint(
                fields=["consumer", "evidence_type", "legal_ground"],
                condition=Q(status__in=[CaseStatus.REQUESTED.value, CaseStatus.JUDGED.value]),
                name="agreement_one_open_request",
            ),
        )
        indexes = (
            models.Index(fields=["consumer", "status"], name="agreement_case_by_consumer"),
            models.Index(fields=["holder", "status"], name="agreement_case_by_holder"),
        )

    @property
    def parties(self) -> Parties:
        return Parties(self.consumer, self.holder, self.authority)

    @property
    def wanted_terms(self) -> Terms:
        return Terms.from_json(self.wanted)

    @property
    def terms(self) -> Terms:
        """What would be, or was, approved."""
        return Terms.from_json(self.judged or self.wanted)


class AgreementStep(models.Model):
    """What somebody did, for which side. ``number``: of the request, or the code of the agreement."""

    number = models.CharField(max_length=80)
    consumer = models.CharField(max_length=40)
    holder = models.CharField(max_length=40)
    authority = models.CharField(max_length=40)
    action = models.CharField(max_length=12)
    side = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=120)
    actor_person = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "agreements_step"
        constraints = (
            models.CheckConstraint(
                condition=Q(side="") | (Q(side__in=[side.value for side in Side]) & ~Q(actor_person="")),
                name="agreement_step_of_a_person",
            ),
        )
        indexes = (models.Index(fields=["number"], name="agreement_step_by_number"),)


class AgreementUse(models.Model):
    """How often a consumer asked under a ground in a month. Counted from the exchange's log, names nobody."""

    consumer = models.CharField(max_length=40)
    provider = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=60)
    legal_ground = models.CharField(max_length=200)
    month = models.DateField()
    asked = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "agreements_use"
        constraints = (
            models.UniqueConstraint(
                fields=["consumer", "evidence_type", "legal_ground", "provider", "month"], name="agreement_use_once"
            ),
        )
        indexes = (models.Index(fields=["provider", "month"], name="agreement_use_by_provider"),)


class UseCounter(models.Model):
    """The only row: up to which entry of the exchange's log the use has been counted."""

    counted_until = models.BigIntegerField(default=0)

    class Meta:
        db_table = "agreements_use_counter"
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="agreement_one_counter"),)
