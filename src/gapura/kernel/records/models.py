"""What records management itself keeps: holds, residual metadata, copies handed out, withdrawals, notices."""

from django.db import models
from django.db.models import Q

from gapura.kernel.records.types import HoldReason


class Hold(models.Model):
    """Nothing it covers is destroyed until it is lifted. It names a person, a case or a whole retention class."""

    number = models.CharField(max_length=12, primary_key=True)
    reason = models.CharField(max_length=10)
    reference = models.CharField(max_length=120)
    person_number = models.CharField(max_length=16, blank=True)
    case_number = models.CharField(max_length=20, blank=True)
    retention_class = models.CharField(max_length=40, blank=True)
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "records_hold"
        constraints = (
            models.CheckConstraint(condition=Q(reason__in=[reason.value for reason in HoldReason]), name="hold_reason"),
            models.CheckConstraint(condition=~Q(reference=""), name="hold_names_its_file"),
            models.CheckConstraint(
                condition=~Q(person_number="", case_number="", retention_class=""), name="hold_covers_something"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=models.F("set_at")), name="hold_period"
            ),
        )


class Disposal(models.Model):
    """Residual metadata: what was ended, how many rows, under which rule. Names nobody."""

    executed_at = models.DateTimeField()
    retention_class = models.CharField(max_length=40)
    table = models.CharField(max_length=80)
    ending = models.CharField(max_length=16)
    rows = models.PositiveIntegerField()
    began_before = models.DateTimeField()
    law = models.CharField(max_length=120, blank=True)
    rule_digest = models.CharField(max_length=64)

    class Meta:
        db_table = "records_disposal"
        constraints = (models.CheckConstraint(condition=Q(rows__gt=0), name="disposal_ended_something"),)


class DataCopy(models.Model):
    """Everything the house held about a person at one moment, sealed, for that person to fetch."""

    code = models.CharField(max_length=16, primary_key=True)
    person_number = models.CharField(max_length=16)
    case_number = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    fetched_at = models.DateTimeField(null=True)
    # Evidence types whose holders, other nodes, have not answered yet.
    waiting_for = models.JSONField(default=list)

    class Meta:
        db_table = "records_data_copy"
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="data_copy_period"),
        )
        indexes = (models.Index(fields=["person_number", "-made_at"], name="data_copy_by_person"),)


class ConsentWithdrawal(models.Model):
    """A person no longer consents that ``consumer`` reads about them on a ground that is consent."""

    person_number = models.CharField(max_length=16)
    consumer = models.CharField(max_length=40)
    legal_ground = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "records_consent_withdrawal"
        constraints = (
            models.UniqueConstraint(
                fields=["person_number", "consumer", "legal_ground"],
                condition=Q(renewed_at__isnull=True),
                name="consent_withdrawn_once",
            ),
        )


class CorrectionNotice(models.Model):
    """An agency that had fetched a value before it was corrected is told so."""

    consumer = models.CharField(max_length=40)
    subject = models.CharField(max_length=16)
    register = models.CharField(max_length=80)
    source = models.CharField(max_length=40)
    columns = models.JSONField()
    last_access = models.CharField(max_length=32)
    last_access_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        db_table = "records_correction_notice"
        constraints = (
            models.UniqueConstraint(
                fields=["consumer", "subject", "register", "source"], name="correction_notice_once"
            ),
        )
        indexes = (models.Index(fields=["consumer", "-told_at"], name="correction_notice_by_agency"),)
