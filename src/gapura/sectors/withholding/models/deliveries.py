"""Deliveries of reporters, what was wrong in them, and the tokens of their systems."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import one_of
from gapura.sectors.withholding.types import Acceptance, DeliveryState, Fault, Form, Scope


class Statement(models.Model):
    """What one reporter reports of one year on one form. Its row is held while a delivery becomes part of it."""

    reporter_number = models.CharField(max_length=16)
    form = models.CharField(max_length=5)
    tax_year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "withholding_statement"
        constraints = (
            models.UniqueConstraint(fields=["reporter_number", "form", "tax_year"], name="statement_once"),
            one_of("form", Form, "statement_form"),
        )


class Delivery(models.Model):
    """One file of a reporter. ``content`` is kept until it is checked; ``version`` is what it became, if anything.

    ``told_until``: the last entry of the register whose person was told of it.
    """

    number = models.CharField(max_length=16, unique=True)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="deliveries")
    reporter_number = models.CharField(max_length=16)
    reporter_name = models.CharField(max_length=120)
    scope = models.CharField(max_length=5)
    acceptance = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=8, default=DeliveryState.WAITING)
    sent_by = models.CharField(max_length=16)
    sent_by_system = models.BooleanField()
    sent_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(null=True)
    rows = models.PositiveIntegerField(default=0)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_wrong = models.PositiveIntegerField(default=0)
    rows_taken_back = models.PositiveIntegerField(default=0)
    unknown_numbers = models.PositiveIntegerField(default=0)
    file_fault = models.CharField(max_length=16, blank=True)
    file_detail = models.CharField(max_length=60, blank=True)
    told_until = models.BigIntegerField(default=0)

    class Meta:
        db_table = "withholding_delivery"
        constraints = (
            one_of("scope", Scope, "report_scope"),
            one_of("acceptance", Acceptance, "report_acceptance"),
            one_of("state", DeliveryState, "report_state"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING.value, checked_at__isnull=True, content__isnull=False)
                | (~Q(state=DeliveryState.WAITING.value) & Q(checked_at__gte=F("sent_at"), content__isnull=True)),
                name="report_checked_without_content",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DeliveryState.ACCEPTED.value, DeliveryState.PARTLY.value], version__isnull=False)
                | Q(state__in=[DeliveryState.WAITING.value, DeliveryState.REFUSED.value], version__isnull=True),
                name="report_accepted_has_version",
            ),
            models.UniqueConstraint(fields=["statement", "version"], name="report_version_once"),
        )
        indexes = (models.Index(fields=["reporter_number", "-id"], name="report_by_reporter"),)

    @property
    def rows_kept(self) -> int:
        return self.rows_new + self.rows_changed + self.rows_unchanged


class RowFinding(models.Model):
    """What was wrong in one cell. The cell itself is not kept."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="findings")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=30, blank=True)
    fault = models.CharField(max_length=24)

    class Meta:
        db_table = "withholding_finding"
        constraints = (one_of("fault", Fault, "finding_fault"),)


class ReporterToken(models.Model):
    """What a reporter's own system shows to deliver. Only the digest is kept; its person must still represent them.

    ``post_code``: the post in which an official made it for their agency.
    """

    reporter_number = models.CharField(max_length=16)
    reporter_name = models.CharField(max_length=120)
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    account_id = models.BigIntegerField()
    person_number = models.CharField(max_length=16)
    post_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "withholding_token"
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="reporter_token_expires"),
            models.CheckConstraint(
                condition=~Q(person_number="") & ~Q(reporter_number=""), name="reporter_token_is_somebodys"
            ),
        )
        indexes = (models.Index(fields=["reporter_number"], name="reporter_token_by_reporter"),)
