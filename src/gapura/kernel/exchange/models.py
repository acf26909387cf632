"""Standing agreements, and the log of every request made under (or against) them."""

from django.db import models
from django.db.models import F, Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.exchange.types import AccessOutcome

# Of an access record: the number that the database gives it, and what is known once the holder answered or failed.
NOT_IN_DIGEST = ("id", "outcome", "answered_in_ms")


class Agreement(models.Model):
    """What one agency may ask of one evidence type, on which legal ground, for how long, from which posts.

    ``posts``: codes of posts, ``role:…``, or ``house`` for what the house asks by itself.
    """

    code = models.CharField(max_length=80, unique=True)
    consumer = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=60)
    fields = models.JSONField()
    questions = models.JSONField()
    posts = models.JSONField(default=list)
    legal_ground = models.CharField(max_length=200)
    purpose = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    suspended_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="agreement_valid_period",
            ),
        )
        indexes = (models.Index(fields=["consumer", "evidence_type"], name="agreement_by_consumer"),)


class AccessRecord(models.Model):
    """One request for evidence about one person: who, for what, by which law, when. Never deleted.

    ``visible_from`` is later than ``requested_at`` only under lawful secrecy. ``answered_in_ms`` is how long the holder
    took, in coarse steps, where whoever asked noted it.
    """

    access_id = models.CharField(max_length=32, unique=True)
    requested_at = models.DateTimeField()
    visible_from = models.DateTimeField()
    actor_reference = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    consumer = models.CharField(max_length=40)
    provider = models.CharField(max_length=40)
    evidence_type = models.CharField(max_length=60)
    fields = models.JSONField()
    question = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=16)
    legal_ground = models.CharField(max_length=200)
    purpose = models.JSONField()
    case_number = models.CharField(max_length=20)
    outcome = models.CharField(max_length=8)
    refusal = models.CharField(max_length=30, blank=True)
    answered_in_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in AccessOutcome]), name="access_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(legal_ground="") & ~Q(consumer="") & ~Q(case_number=""), name="access_has_ground"
            ),
            models.CheckConstraint(condition=Q(visible_from__gte=F("requested_at")), name="access_visible_after"),
        )
        indexes = (
            models.Index(fields=["subject", "-id"], name="access_by_subject"),
            models.Index(fields=["case_number"], name="access_by_case"),
        )

    @property
    def logged_digest(self) -> str:
        """What the audit log keeps of the row."""
        return row_digest(self, leave_out=NOT_IN_DIGEST)
