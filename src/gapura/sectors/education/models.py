"""Schools, who learned where, marks and diplomas. Every table is a history in two times.

The key of a student is the person number; ``nisn`` is the number that schools know them by, ``npsn`` a school's.
"""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.education.types import SchoolExit, SchoolLevel

_EXITS = [reason.value for reason in SchoolExit]


class SchoolEntry(RegisterEntry):
    """A school. One that closed stays readable, with the day it did: its diplomas go on.

    ``places``: how many pupils it takes at once; None where it never told.
    """

    subject_fields = ("npsn",)

    npsn = models.CharField(max_length=8)
    school_name = models.CharField(max_length=100)
    school_level = models.CharField(max_length=16)
    school_place = models.CharField(max_length=60)
    closed_on = models.DateField(null=True)
    places = models.PositiveIntegerField(null=True)

    class Meta(RegisterEntry.Meta):
        db_table = "education_school"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("school_number_given", "npsn"),
            one_of("school_level", SchoolLevel, "school_level_known"),
        )
        indexes = (models.Index(fields=["npsn"], name="school_by_number"),)


class EnrollmentEntry(RegisterEntry):
    """Who learns at which school: one school at a time, until the day they left it and why."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    nisn = models.CharField(max_length=10)
    npsn = models.CharField(max_length=8)
    expected_on = models.DateField()
    school_exit = models.CharField(max_length=12, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "education_enrollment"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(condition=Q(expected_on__gt=F("valid_from")), name="enrollment_ends_after_start"),
            models.CheckConstraint(
                condition=Q(school_exit="") | Q(school_exit__in=_EXITS, valid_until__isnull=False),
                name="enrollment_exit_when_ended",
            ),
        )
        indexes = (
            models.Index(fields=["number"], name="enrollment_by_student"),
            models.Index(fields=["npsn"], name="enrollment_by_school"),
        )


class ResultEntry(RegisterEntry):
    """The mark of one student in one subject at the end of one school year. Valid from the day it was given."""

    subject_fields = ("number", "school_year", "school_subject")

    number = models.CharField(max_length=16)
    npsn = models.CharField(max_length=8)
    school_year = models.CharField(max_length=9)
    school_class = models.PositiveSmallIntegerField()
    school_subject = models.CharField(max_length=30)
    mark = models.PositiveSmallIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "education_result"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(condition=Q(mark__lte=100), name="result_mark_to_hundred"),
            models.CheckConstraint(condition=Q(school_class__range=(1, 13)), name="result_class_known"),
            given("result_of_something", "school_subject", "school_year"),
        )
        indexes = (
            models.Index(fields=["number"], name="result_by_student"),
            models.Index(fields=["npsn", "school_year"], name="result_by_school"),
        )


class GraduationEntry(RegisterEntry):
    """A diploma, once for each level. Valid from the day of graduation; the school is called as the diploma does."""

    subject_fields = ("number", "school_level")

    number = models.CharField(max_length=16)
    nisn = models.CharField(max_length=10)
    npsn = models.CharField(max_length=8)
    school_name = models.CharField(max_length=100)
    school_level = models.CharField(max_length=16)
    diploma_number = models.CharField(max_length=30)

    class Meta(RegisterEntry.Meta):
        db_table = "education_graduation"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("school_level", SchoolLevel, "graduation_level_known"),
            models.UniqueConstraint(
                fields=["diploma_number"], condition=Q(superseded_at__isnull=True), name="graduation_diploma_once"
            ),
        )
        indexes = (
            models.Index(fields=["number"], name="graduation_by_student"),
            models.Index(fields=["npsn"], name="graduation_by_school"),
        )
