"""Approval requests. The rules of four eyes are constraints: no code path can break them."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.approvals.types import ApprovalStatus, Proposal


class ApprovalRequest(models.Model):
    """One proposal and, in the same row, its one decision.

    ``payload_digest`` fixes what was proposed; a decision repeats the digest of what the decider saw.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80)
    case_number = models.CharField(max_length=20, blank=True)
    summary = models.CharField(max_length=200)
    payload = models.JSONField()
    payload_digest = models.CharField(max_length=64)
    role = models.CharField(max_length=40)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13)
    status = models.CharField(max_length=10, default=ApprovalStatus.OPEN.value)

    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    requested_by_label = models.CharField(max_length=120)
    requested_by_person = models.CharField(max_length=16)

    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_by_person = models.CharField(max_length=16, null=True)
    decided_digest = models.CharField(max_length=64, null=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "approvals_request"
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by_person=F("requested_by_person")), name="approval_by_another_person"
            ),
            models.CheckConstraint(condition=~Q(requested_by_person=""), name="approval_asked_by_a_person"),
            models.CheckConstraint(
                condition=Q(decided_digest__isnull=True) | Q(decided_digest=F("payload_digest")),
                name="approval_of_what_was_proposed",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ApprovalStatus.OPEN.value,
                    decided_at__isnull=True,
                    decided_by_person__isnull=True,
                    decided_digest__isnull=True,
                )
                | Q(
                    status__in=[ApprovalStatus.GRANTED.value, ApprovalStatus.DENIED.value],
                    decided_at__isnull=False,
                    decided_by_person__isnull=False,
                    decided_digest__isnull=False,
                ),
                name="approval_decided_whole",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_ref"],
                condition=Q(status=ApprovalStatus.OPEN.value),
                name="approval_open_once_per_object",
            ),
        )
        indexes = (
            models.Index(
                fields=["agency_code", "office_code", "role", "id"],
                condition=Q(status=ApprovalStatus.OPEN.value),
                name="approval_open_by_office",
            ),
        )

    @property
    def proposal(self) -> Proposal:
        return Proposal(
            id=self.id,
            kind=self.kind,
            object_ref=self.object_ref,
            case_number=self.case_number,
            summary=self.summary,
            payload=self.payload,
            agency_code=self.agency_code,
            office_code=self.office_code,
            requested_at=self.requested_at,
        )
