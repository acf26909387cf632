"""Tax returns: one for each taxpayer, kind and period; each filing is a version that nothing changes afterwards."""

from django.db import models
from django.db.models import F, Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.registers.plugin import given, one_of
from gapura.sectors.tax.types import ReturnStatus


class TaxReturn(models.Model):
    """What one taxpayer declares for one period. ``draft`` is what is being worked on: a list of items, or None.

    ``revision`` counts the changes of the draft, so that a page which shows an older one writes nothing. ``news`` is
    what registers say since the last filing, told but not yet taken over.
    """

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=40)
    taxpayer = models.CharField(max_length=16)
    period = models.CharField(max_length=7)
    agency_code = models.CharField(max_length=40)
    status = models.CharField(max_length=8, default=ReturnStatus.DRAFT)
    draft = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0)
    versions = models.PositiveSmallIntegerField(default=0)
    news = models.JSONField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "tax_return"
        constraints = (
            one_of("status", ReturnStatus, "tax_return_status"),
            given("tax_return_of_somebody", "taxpayer", "kind", "period"),
            models.UniqueConstraint(fields=["taxpayer", "kind", "period"], name="tax_return_once"),
            models.CheckConstraint(
                condition=Q(status=ReturnStatus.DRAFT.value, versions=0, draft__isnull=False)
                | ~Q(status=ReturnStatus.DRAFT.value) & Q(versions__gt=0),
                name="tax_return_filed_has_versions",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReturnStatus.ASSESSED.value) | Q(draft__isnull=True),
                name="tax_return_assessed_is_closed",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ReturnVersion(models.Model):
    """One filing: what was declared, by which law it was reckoned, and what came of it. Rows are only ever added.

    ``balance`` is what the period leaves to pay, negative where the taxpayer gets it back; ``difference`` is that less
    the last version's. ``revision`` is the draft it was made of: filing the same draft twice makes one version.
    """

    tax_return = models.ForeignKey(TaxReturn, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    items = models.JSONField()
    law_digest = models.CharField(max_length=64)
    figures = models.JSONField()
    explanation = models.JSONField()
    balance = models.BigIntegerField()
    difference = models.BigIntegerField()
    penalty = models.BigIntegerField(default=0)
    due_on = models.DateField()
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=16)
    mandate = models.CharField(max_length=40, blank=True)
    document_code = models.CharField(max_length=16, unique=True)

    class Meta:
        db_table = "tax_return_version"
        constraints = (
            models.UniqueConstraint(fields=["tax_return", "number"], name="tax_return_version_once"),
            models.UniqueConstraint(fields=["tax_return", "revision"], name="tax_return_filed_once"),
            models.CheckConstraint(condition=Q(number__gt=0, penalty__gte=0), name="tax_return_version_amounts"),
            models.CheckConstraint(
                condition=~Q(number=1) | Q(difference=F("balance")), name="tax_return_first_differs_from_nothing"
            ),
        )

    @property
    def is_amendment(self) -> bool:
        return self.number > 1

    @property
    def logged_digest(self) -> str:
        return row_digest(self, leave_out=("id",))


class ClaimedDependant(models.Model):
    """Who counts as a dependant in a filed return: in one of a period, whoever files first."""

    tax_return = models.ForeignKey(TaxReturn, models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    person_number = models.CharField(max_length=16)

    class Meta:
        db_table = "tax_claimed_dependant"
        constraints = (
            given("tax_claimed_somebody", "person_number"),
            models.UniqueConstraint(fields=["period", "person_number"], name="tax_dependant_once"),
        )
