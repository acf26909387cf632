"""Slips and amounts as reported, valid from the first day they are about until taken back. Whole currency units."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given

_PLAUSIBLE_YEAR = Q(tax_year__gte=1984, tax_year__lte=2200)


class SlipEntry(RegisterEntry):
    """What an employer paid a person in some months of a year, and the tax it kept back and paid for them."""

    subject_fields = ("number", "employer_number", "slip_number")

    number = models.CharField(max_length=16)
    employer_number = models.CharField(max_length=16)
    employer_name = models.CharField(max_length=120)
    slip_number = models.CharField(max_length=30)
    slip_kind = models.CharField(max_length=12)
    tax_year = models.PositiveSmallIntegerField()
    month_from = models.PositiveSmallIntegerField()
    month_until = models.PositiveSmallIntegerField()
    gross = models.PositiveBigIntegerField()
    pension_contributions = models.PositiveBigIntegerField()
    zakat = models.PositiveBigIntegerField()
    other_deductions = models.PositiveBigIntegerField()
    tax_withheld = models.PositiveBigIntegerField()
    tax_status = models.CharField(max_length=8)
    final = models.BooleanField()
    reported_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "withholding_slip"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("slip_numbers_given", "number", "employer_number", "employer_name", "slip_number", "slip_kind"),
            models.CheckConstraint(condition=_PLAUSIBLE_YEAR, name="slip_year_plausible"),
            models.CheckConstraint(
                condition=Q(month_from__gte=1, month_until__lte=12, month_until__gte=F("month_from")),
                name="slip_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(gross__gte=F("pension_contributions") + F("zakat") + F("other_deductions")),
                name="slip_deductions_within_gross",
            ),
            models.CheckConstraint(condition=Q(gross__gte=F("tax_withheld")), name="slip_withheld_within_gross"),
        )
        indexes = (
            models.Index(fields=["number", "tax_year"], name="slip_by_person"),
            models.Index(fields=["employer_number", "tax_year"], name="slip_by_employer"),
        )


class ItemEntry(RegisterEntry):
    """What somebody else paid to, or received from, a person in a year: interest, school fees, a donation."""

    subject_fields = ("number", "provider_number", "item_number")

    number = models.CharField(max_length=16)
    provider_number = models.CharField(max_length=16)
    provider_name = models.CharField(max_length=120)
    item_number = models.CharField(max_length=30)
    item_kind = models.CharField(max_length=20)
    tax_year = models.PositiveSmallIntegerField()
    amount = models.PositiveBigIntegerField()
    tax_withheld = models.PositiveBigIntegerField()
    reported_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "withholding_item"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given(
                "reported_item_numbers_given", "number", "provider_number", "provider_name", "item_number", "item_kind"
            ),
            models.CheckConstraint(condition=_PLAUSIBLE_YEAR, name="reported_item_year_plausible"),
            models.CheckConstraint(
                condition=Q(amount__gte=F("tax_withheld")), name="reported_item_withheld_within_amount"
            ),
        )
        indexes = (
            models.Index(fields=["number", "tax_year"], name="reported_item_by_person"),
            models.Index(fields=["provider_number", "tax_year"], name="reported_item_by_provider"),
        )
