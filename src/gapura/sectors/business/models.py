"""Businesses and who stands behind them. The key of a business is its number, of a person the person number."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.business.types import BusinessStatus, LicenceStatus, RiskClass


class BusinessEntry(RegisterEntry):
    """What a business is and whether it works; a suspension or closure begins a new entry.

    ``name_key`` is equal for names that are alike (``rules.name_key``) and None where the form's names are
    not protected.
    """

    subject_fields = ("business_number",)

    business_number = models.CharField(max_length=13)
    legal_name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, null=True)
    legal_form = models.CharField(max_length=20)
    business_status = models.CharField(max_length=10)
    status_reason = models.CharField(max_length=120, blank=True)
    business_tax_number = models.CharField(max_length=16)
    deed_number = models.CharField(max_length=40, blank=True)
    founded_on = models.DateField()
    capital = models.BigIntegerField()
    seat_address = models.CharField(max_length=160)
    village_code = models.CharField(max_length=13)

    class Meta(RegisterEntry.Meta):
        db_table = "business_business"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("business_status", BusinessStatus, "business_status_known"),
            given("business_named", "business_number", "legal_name", "legal_form"),
            models.CheckConstraint(
                condition=Q(business_status=BusinessStatus.ACTIVE.value) | ~Q(status_reason=""),
                name="business_says_why_not_active",
            ),
            models.CheckConstraint(condition=Q(capital__gte=0), name="business_capital_not_negative"),
            models.CheckConstraint(condition=Q(valid_from__gte=F("founded_on")), name="business_not_before_founding"),
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(superseded_at__isnull=True, valid_until__isnull=True)
                & ~Q(business_status=BusinessStatus.CLOSED.value),
                name="business_name_once",
            ),
        )
        indexes = (
            models.Index(fields=["business_number"], name="business_by_number"),
            models.Index(fields=["legal_name"], name="business_by_name"),
        )


class RepresentativeEntry(RegisterEntry):
    """Who may speak for a business, as what, and whether alone."""

    subject_fields = ("business_number", "representative_number")

    business_number = models.CharField(max_length=13)
    representative_number = models.CharField(max_length=16)
    position = models.CharField(max_length=20)
    alone = models.BooleanField()

    class Meta(RegisterEntry.Meta):
        db_table = "business_representative"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("representative_named", "business_number", "representative_number", "position"),
        )
        indexes = (
            models.Index(fields=["representative_number"], name="representative_by_person"),
            models.Index(fields=["business_number"], name="representative_by_business"),
        )


class ShareEntry(RegisterEntry):
    """How many of the shares a person holds."""

    subject_fields = ("business_number", "holder_number")
    person_fields = ("holder_number",)

    business_number = models.CharField(max_length=13)
    holder_number = models.CharField(max_length=16)
    shares = models.BigIntegerField()
    shares_issued = models.BigIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "business_share"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(shares__gt=0) & Q(shares_issued__gte=F("shares")), name="share_within_issue"
            ),
        )
        indexes = (
            models.Index(fields=["holder_number"], name="share_by_holder"),
            models.Index(fields=["business_number"], name="share_by_business"),
        )


class ActivityEntry(RegisterEntry):
    """A line of business with the risk it was judged to bear and the licence that follows from it."""

    subject_fields = ("business_number", "activity_code")

    business_number = models.CharField(max_length=13)
    activity_code = models.CharField(max_length=5)
    activity_risk = models.CharField(max_length=12)
    business_licence_number = models.CharField(max_length=30, blank=True)
    business_licence_status = models.CharField(max_length=10)

    class Meta(RegisterEntry.Meta):
        db_table = "business_activity"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("activity_risk", RiskClass, "activity_risk_known"),
            one_of("business_licence_status", LicenceStatus, "activity_licence_known"),
            models.CheckConstraint(
                condition=~Q(business_licence_status=LicenceStatus.GRANTED.value) | ~Q(business_licence_number=""),
                name="activity_granted_licence_has_number",
            ),
        )
        indexes = (models.Index(fields=["business_number"], name="activity_by_business"),)
