"""What people granted each other by signature, and every use of it. What registers know is not kept here."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from gapura.kernel.catalogue.types import Relation
from gapura.kernel.mandates.rules import is_standing, mandate_reference
from gapura.kernel.mandates.types import EndedBy

GRANTED = (Relation.PROXY.value, Relation.PROFESSIONAL.value)


class Mandate(models.Model):
    """``principal`` lets ``representative`` use the named ``services`` for them (``valid_until`` exclusive).

    ``grant_key`` makes sending the signed form twice harmless, ``grant_digest`` tells a replay with other terms.
    """

    number = models.CharField(max_length=16, unique=True)
    relation = models.CharField(max_length=12)
    principal = models.CharField(max_length=16)
    principal_name = models.CharField(max_length=100)
    representative = models.CharField(max_length=16)
    representative_name = models.CharField(max_length=100)
    services = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    grant_key = models.CharField(max_length=64)
    grant_digest = models.CharField(max_length=64)
    granted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=14, blank=True)
    end_reason = models.JSONField(default=dict)
    document_code = models.CharField(max_length=16)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["principal", "grant_key"], name="mandate_granted_once"),
            models.CheckConstraint(condition=Q(relation__in=GRANTED), name="mandate_relation"),
            models.CheckConstraint(condition=~Q(principal=F("representative")), name="mandate_between_two"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="mandate_term"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | Q(ended_at__isnull=False, ended_by__in=[one.value for one in EndedBy]),
                name="mandate_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("granted_at")),
                name="mandate_accepted_after_grant",
            ),
        )
        indexes = (
            models.Index(fields=["principal", "-id"], name="mandate_by_principal"),
            models.Index(
                fields=["representative", "principal_name", "id"],
                condition=Q(ended_at__isnull=True),
                name="mandate_by_representative",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How logs name it."""
        return mandate_reference(self.relation, self.number)

    @property
    def last_day(self) -> date:
        """The last day of the term, as people say it."""
        return self.valid_until - timedelta(days=1)

    def stands(self, on: date) -> bool:
        """Whether the representative may act under it on the day ``on``, as far as the two decide."""
        return is_standing(
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            accepted_at=self.accepted_at,
            ended_at=self.ended_at,
            on=on,
        )


class MandateUse(models.Model):
    """One act under a mandate. The principal sees each."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="uses")
    at = models.DateTimeField()
    action = models.CharField(max_length=24)
    service_code = models.CharField(max_length=60)
    case_number = models.CharField(max_length=20)

    class Meta:
        indexes = (models.Index(fields=["mandate", "-id"], name="mandate_use_by_mandate"),)
