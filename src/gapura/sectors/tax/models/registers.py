"""Taxpayers, their income and arrears (the nation's), and assessments (the regions'). Whole units of the currency."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.tax.types import LocalTax, NationalTax, TaxpayerStatus

_PLAUSIBLE_YEAR = Q(tax_year__gte=1900, tax_year__lte=2199)


def _once(field: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[field], condition=Q(superseded_at__isnull=True), name=name)


class TaxpayerEntry(RegisterEntry):
    """A taxpayer of the nation; a change of state or office begins a new entry."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    tax_number = models.CharField(max_length=16)
    taxpayer_status = models.CharField(max_length=7)
    tax_office = models.CharField(max_length=80)
    registered_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "tax_taxpayer"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("taxpayer_status", TaxpayerStatus, "taxpayer_status_known"),
            given("taxpayer_numbers_given", "number", "tax_number"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=F("registered_on")), name="taxpayer_not_before_registration"
            ),
        )
        indexes = (models.Index(fields=["number"], name="taxpayer_by_person"),)


class IncomeEntry(RegisterEntry):
    """What a person earned in a tax year, as assessed; valid from the day of the assessment."""

    subject_fields = ("number", "tax_year")

    number = models.CharField(max_length=16)
    tax_year = models.PositiveSmallIntegerField()
    gross_income = models.PositiveBigIntegerField()
    taxable_income = models.PositiveBigIntegerField()
    income_tax = models.PositiveBigIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "tax_income"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(condition=_PLAUSIBLE_YEAR, name="income_year_plausible"),
            models.CheckConstraint(
                condition=Q(taxable_income__lte=F("gross_income"), income_tax__lte=F("taxable_income")),
                name="income_amounts_in_order",
            ),
        )
        indexes = (models.Index(fields=["number"], name="income_by_person"),)


class ArrearsEntry(RegisterEntry):
    """An assessment of the nation that was due and is not settled; valid until it is."""

    subject_fields = ("number", "assessment_number")

    assessment_number = models.CharField(max_length=30)
    number = models.CharField(max_length=16)
    national_tax = models.CharField(max_length=11)
    tax_year = models.PositiveSmallIntegerField()
    arrears_amount = models.PositiveBigIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "tax_arrears"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("national_tax", NationalTax, "arrears_tax_known"),
            given("arrears_numbers_given", "number", "assessment_number"),
            models.CheckConstraint(condition=_PLAUSIBLE_YEAR, name="arrears_year_plausible"),
            models.CheckConstraint(condition=Q(arrears_amount__gt=0), name="arrears_of_something"),
            _once("assessment_number", "arrears_once"),
        )
        indexes = (models.Index(fields=["number"], name="arrears_by_person"),)


class LocalAssessmentEntry(RegisterEntry):
    """A region's notice of what one object owes for a year; valid from the day it was issued."""

    subject_fields = ("number", "assessment_number")

    assessment_number = models.CharField(max_length=40)
    number = models.CharField(max_length=16)
    local_tax = models.CharField(max_length=13)
    tax_year = models.PositiveSmallIntegerField()
    object_number = models.CharField(max_length=30)
    levied_by = models.CharField(max_length=80)
    tax_amount = models.PositiveBigIntegerField()
    due_on = models.DateField()
    paid_on = models.DateField(null=True)

    class Meta(RegisterEntry.Meta):
        db_table = "tax_local_assessment"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("local_tax", LocalTax, "local_assessment_tax_known"),
            given("local_assessment_numbers_given", "number", "assessment_number", "object_number"),
            models.CheckConstraint(condition=_PLAUSIBLE_YEAR, name="local_assessment_year_plausible"),
            models.CheckConstraint(condition=Q(due_on__gte=F("valid_from")), name="local_assessment_due_after_issue"),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(paid_on__gte=F("valid_from")),
                name="local_assessment_paid_after_issue",
            ),
            _once("assessment_number", "local_assessment_once"),
        )
        indexes = (models.Index(fields=["number"], name="local_assessment_by_person"),)


class BusinessTaxpayerEntry(RegisterEntry):
    """A business that is a taxpayer of its own, and the person who answers for that."""

    subject_fields = ("business_number",)
    person_fields = ("responsible_number",)

    business_number = models.CharField(max_length=13)
    responsible_number = models.CharField(max_length=16)
    tax_number = models.CharField(max_length=16)
    tax_office = models.CharField(max_length=80)

    class Meta(RegisterEntry.Meta):
        db_table = "tax_business_taxpayer"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("business_taxpayer_numbers_given", "business_number", "responsible_number", "tax_number"),
            models.UniqueConstraint(
                fields=["tax_number"],
                condition=Q(superseded_at__isnull=True, valid_until__isnull=True),
                name="business_taxpayer_number_once",
            ),
        )
        indexes = (models.Index(fields=["responsible_number"], name="business_taxpayer_by_person"),)
