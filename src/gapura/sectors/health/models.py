"""Health insurance, immunizations and births attended. Every table is a history in two times."""

from django.db import models
from django.db.models import Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.health.types import InsuranceEnd, Sex


class InsuranceEntry(RegisterEntry):
    """How a person is insured: in one way at a time, until the day it ended and why."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    card_number = models.CharField(max_length=13)
    insurance_class = models.PositiveSmallIntegerField()
    insurance_segment = models.CharField(max_length=20)
    insurance_payer = models.CharField(max_length=20)
    insurance_end = models.CharField(max_length=16, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "health_insurance"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(condition=Q(insurance_class__range=(1, 3)), name="insurance_class_known"),
            given("insurance_paid_by_somebody", "insurance_segment", "insurance_payer"),
            models.CheckConstraint(
                condition=Q(insurance_end="")
                | Q(insurance_end__in=[reason.value for reason in InsuranceEnd], valid_until__isnull=False),
                name="insurance_reason_when_ended",
            ),
        )
        indexes = (
            models.Index(fields=["number"], name="insurance_by_person"),
            models.Index(fields=["card_number"], name="insurance_by_card"),
        )


class ImmunizationEntry(RegisterEntry):
    """One dose of one vaccine. Valid from the day it was given."""

    subject_fields = ("number", "vaccine", "dose")

    number = models.CharField(max_length=16)
    vaccine = models.CharField(max_length=20)
    dose = models.PositiveSmallIntegerField()
    facility_code = models.CharField(max_length=12)
    facility_name = models.CharField(max_length=100)

    class Meta(RegisterEntry.Meta):
        db_table = "health_immunization"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("immunization_vaccine_given", "vaccine"),
            models.CheckConstraint(condition=Q(dose__range=(1, 10)), name="immunization_dose_counted"),
        )
        indexes = (
            models.Index(fields=["number"], name="immunization_by_person"),
            models.Index(fields=["facility_code"], name="immunization_by_facility"),
        )


class BirthAttendedEntry(RegisterEntry):
    """A facility's notice of a birth, valid from that day; ``born_at`` is the local time (``07:45``).

    ``child_number`` is empty until the child has one. Told twice by two facilities, a birth is refused the second
    time: of one mother there is one first child, one second child … of a day.
    """

    subject_fields = ("mother_number", "notice_number")
    person_fields = ("mother_number", "father_number")

    mother_number = models.CharField(max_length=16)
    father_number = models.CharField(max_length=16, blank=True, default="", db_default="")
    child_number = models.CharField(max_length=16, blank=True)
    notice_number = models.CharField(max_length=30)
    facility_code = models.CharField(max_length=12)
    facility_name = models.CharField(max_length=100)
    sex = models.CharField(max_length=6)
    child_order = models.PositiveSmallIntegerField()
    born_at = models.CharField(max_length=5)
    weight_grams = models.PositiveIntegerField()
    birth_place = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta(RegisterEntry.Meta):
        db_table = "health_birth_attended"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("sex", Sex, "birth_attended_sex_known"),
            models.CheckConstraint(condition=Q(child_order__gte=1), name="birth_attended_order_counted"),
            models.CheckConstraint(condition=Q(weight_grams__range=(200, 9000)), name="birth_attended_weight_possible"),
            models.CheckConstraint(condition=Q(born_at__contains=":"), name="birth_attended_time_of_day"),
            models.UniqueConstraint(
                fields=["notice_number"], condition=Q(superseded_at__isnull=True), name="birth_attended_notice_once"
            ),
            models.UniqueConstraint(
                fields=["mother_number", "valid_from", "child_order"],
                condition=Q(superseded_at__isnull=True),
                name="birth_attended_told_once",
            ),
        )
        indexes = (
            models.Index(fields=["mother_number"], name="birth_attended_by_mother"),
            models.Index(fields=["child_number"], name="birth_attended_by_child"),
            models.Index(fields=["father_number"], name="birth_attended_by_father"),
        )


class DeathCertifiedEntry(RegisterEntry):
    """A physician's notice of a death, valid from that day: one a person, whichever facility tells it first."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    notice_number = models.CharField(max_length=30)
    facility_code = models.CharField(max_length=12)
    facility_name = models.CharField(max_length=100)
    death_place = models.CharField(max_length=60)

    class Meta(RegisterEntry.Meta):
        db_table = "health_death_certified"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("death_certified_where", "notice_number", "facility_name", "death_place"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(superseded_at__isnull=True), name="death_certified_told_once"
            ),
        )
        indexes = (models.Index(fields=["number"], name="death_certified_by_person"),)
