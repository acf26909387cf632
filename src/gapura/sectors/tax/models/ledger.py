"""Taxpayers' accounts and their ledger. A posting is one movement between two ledgers: half of it cannot exist."""

from django.db import models
from django.db.models import F, Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.registers.plugin import one_of
from gapura.sectors.tax.rules import MOVEMENTS
from gapura.sectors.tax.types import Ledger, MovementKind, NationalTax


def _lawful_movement() -> Q:
    """What rules.MOVEMENTS allows: forward for a first posting, backward for its reversal."""
    lawful = Q()
    for kind, (debits, credits) in MOVEMENTS.items():
        forward = Q(kind=kind.value, reverses__isnull=True, debit__in=_words(debits), credit__in=_words(credits))
        backward = Q(kind=kind.value, reverses__isnull=False, debit__in=_words(credits), credit__in=_words(debits))
        lawful |= forward | backward
    return lawful


def _words(ledgers: tuple[Ledger, ...]) -> list[str]:
    return [ledger.value for ledger in ledgers]


class TaxAccount(models.Model):
    """The account of a person or business, and who answers for it. Its row is the lock of all its postings."""

    taxpayer = models.CharField(max_length=16, unique=True)
    responsible = models.CharField(max_length=16)
    agency_code = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    risk_score = models.PositiveSmallIntegerField(
        default=0
    )  # as of the last night; reasons are computed when looked at

    class Meta:
        db_table = "tax_account"
        constraints = (
            models.CheckConstraint(condition=~Q(taxpayer="") & ~Q(responsible=""), name="tax_account_of_somebody"),
        )
        indexes = (
            models.Index(fields=["responsible"], name="tax_account_by_responsible"),
            models.Index(fields=["-risk_score"], condition=Q(risk_score__gt=0), name="tax_account_by_risk"),
        )


class TaxPosting(models.Model):
    """One movement. ``source`` names what caused it and makes it happen once; rows are only ever added."""

    number = models.CharField(max_length=16, unique=True)
    account = models.ForeignKey(TaxAccount, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    tax = models.CharField(max_length=11)
    period = models.CharField(max_length=7)
    debit = models.CharField(max_length=11)
    credit = models.CharField(max_length=11)
    amount = models.BigIntegerField()
    source = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "tax_posting"
        constraints = (
            one_of("kind", MovementKind, "tax_posting_kind"),
            one_of("tax", NationalTax, "tax_posting_tax"),
            models.CheckConstraint(condition=_lawful_movement(), name="tax_posting_lawful"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="tax_posting_between_two"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_posting_amount"),
            models.CheckConstraint(
                condition=~Q(kind="assessment", reverses__isnull=True) | Q(due_on__isnull=False),
                name="tax_assessment_is_due",
            ),
            models.UniqueConstraint(fields=["source", "tax", "period", "debit", "credit"], name="tax_posting_once"),
            models.UniqueConstraint(fields=["reverses"], name="tax_posting_reversed_once"),
        )
        indexes = (models.Index(fields=["account", "tax", "period"], name="tax_posting_by_account"),)

    @property
    def logged_digest(self) -> str:
        return row_digest(self, leave_out=("id",))
