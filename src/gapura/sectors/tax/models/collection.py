"""What is asked of a taxpayer and by them: bills, refunds, plans to pay, steps of collection, audits, look-ups."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import given, one_of
from gapura.sectors.tax.models.ledger import TaxAccount
from gapura.sectors.tax.types import AuditStatus, PlanStatus, RequestStatus, TaxBillStatus


class TaxBill(models.Model):
    """One bill of the treasury for what an account owes; ``number`` stands there as the case."""

    number = models.CharField(max_length=16, unique=True)
    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    status = models.CharField(max_length=5, default=TaxBillStatus.OPEN.value)
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "tax_bill"
        constraints = (
            one_of("status", TaxBillStatus, "tax_bill_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_bill_amount"),
            models.UniqueConstraint(fields=["account"], condition=Q(status="open"), name="tax_bill_one_open"),
        )


class RefundRequest(models.Model):
    """Credit of one tax and period that the taxpayer wants on a bank account of their own."""

    number = models.CharField(max_length=16, unique=True)
    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    tax = models.CharField(max_length=11)
    period = models.CharField(max_length=7)
    amount = models.BigIntegerField()
    institution = models.CharField(max_length=80)
    bank_account = models.CharField(max_length=20)
    status = models.CharField(max_length=7, default=RequestStatus.ASKED.value)
    asked_at = models.DateTimeField()
    decide_by = models.DateField()
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "tax_refund_request"
        constraints = (
            one_of("status", RequestStatus, "tax_refund_status"),
            given("tax_refund_goes_somewhere", "institution", "bank_account"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_refund_amount"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at__isnull=True) | ~Q(status="asked") & Q(decided_at__isnull=False),
                name="tax_refund_decided_is_dated",
            ),
            models.UniqueConstraint(
                fields=["account", "tax", "period"], condition=Q(status="asked"), name="tax_refund_one_at_a_time"
            ),
        )


class InstallmentPlan(models.Model):
    """How a taxpayer wants to pay ``amount``, owed when it was asked. One installment alone is a deferral."""

    number = models.CharField(max_length=16, unique=True)
    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=7, default=PlanStatus.ASKED.value)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "tax_installment_plan"
        constraints = (
            one_of("status", PlanStatus, "tax_plan_status"),
            given("tax_plan_has_reason", "reason"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_plan_amount"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(status__in=["asked", "running"]), name="tax_plan_one_at_a_time"
            ),
        )


class Installment(models.Model):
    plan = models.ForeignKey(InstallmentPlan, models.PROTECT, related_name="+")
    due_on = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "tax_installment"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_installment_amount"),
            models.UniqueConstraint(fields=["plan", "due_on"], name="tax_installment_once"),
        )


class CollectionStep(models.Model):
    """A step taken against a debt that fell due on ``due_on``; ``taken_by`` is the post, or the house."""

    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    tax = models.CharField(max_length=11)
    period = models.CharField(max_length=7)
    due_on = models.DateField()
    code = models.CharField(max_length=30)
    taken_on = models.DateField()
    taken_by = models.CharField(max_length=120)

    class Meta:
        db_table = "tax_collection_step"
        constraints = (
            models.UniqueConstraint(
                fields=["account", "tax", "period", "due_on", "code"], name="tax_collection_step_once"
            ),
        )


class TaxAudit(models.Model):
    """An examination of one tax and period: proposed with the reasons of that day, agreed to by another person."""

    number = models.CharField(max_length=16, unique=True)
    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    tax = models.CharField(max_length=11)
    period = models.CharField(max_length=7)
    status = models.CharField(max_length=8, default=AuditStatus.PROPOSED.value)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    why = models.CharField(max_length=300)
    proposed_by = models.CharField(max_length=16)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=16, blank=True)
    closed_at = models.DateTimeField(null=True)
    findings = models.TextField(blank=True)
    assessed = models.BigIntegerField(default=0)

    class Meta:
        db_table = "tax_audit"
        constraints = (
            one_of("status", AuditStatus, "tax_audit_status"),
            given("tax_audit_has_reason", "why", "proposed_by"),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="tax_audit_by_two_people"),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "denied"]) | ~Q(decided_by=""), name="tax_audit_open_is_decided"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(findings="")),
                name="tax_audit_closed_with_findings",
            ),
            models.UniqueConstraint(
                fields=["account", "tax", "period"],
                condition=Q(status__in=["proposed", "open"]),
                name="tax_audit_one_at_a_time",
            ),
        )


class TaxLookUp(models.Model):
    """An officer opened a taxpayer's account, and why. Written before anything is read, also when nobody was found."""

    number = models.CharField(max_length=16, unique=True)
    taxpayer = models.CharField(max_length=16, blank=True)
    responsible = models.CharField(max_length=16, blank=True)
    official = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "tax_look_up"
        constraints = (given("tax_look_up_has_reason", "reason"),)
        indexes = (models.Index(fields=["official", "opened_at"], name="tax_look_up_by_official"),)
