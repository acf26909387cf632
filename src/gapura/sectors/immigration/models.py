"""Passports, crossings and residence permits, all by person number."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.immigration.types import Direction, PassportStatus


class PassportEntry(RegisterEntry):
    """A passport and its state; a loss or cancellation begins a new entry."""

    subject_fields = ("passport_number",)
    person_fields = ("number",)

    passport_number = models.CharField(max_length=9)
    number = models.CharField(max_length=16)
    passport_kind = models.CharField(max_length=12)
    passport_status = models.CharField(max_length=10)
    issued_on = models.DateField()
    expires_on = models.DateField()
    issued_at = models.CharField(max_length=80)

    class Meta(RegisterEntry.Meta):
        db_table = "immigration_passport"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("passport_status", PassportStatus, "passport_status_known"),
            given("passport_named", "passport_number", "number", "passport_kind"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="passport_expires_later"),
        )
        indexes = (
            models.Index(fields=["passport_number"], name="passport_by_number"),
            models.Index(fields=["number"], name="passport_by_holder"),
        )


class CrossingEntry(RegisterEntry):
    """One crossing of the border. It happened once; corrections live on the axis of what was known."""

    subject_fields = ("number",)
    overlaps = True

    number = models.CharField(max_length=16)
    direction = models.CharField(max_length=5)
    port = models.CharField(max_length=80)
    foreign_country = models.CharField(max_length=2)
    passport_number = models.CharField(max_length=9)

    class Meta(RegisterEntry.Meta):
        db_table = "immigration_crossing"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("direction", Direction, "crossing_direction_known"),
            given("crossing_named", "number", "port", "foreign_country"),
        )
        indexes = (models.Index(fields=["number", "valid_from"], name="crossing_by_person"),)


class PermitEntry(RegisterEntry):
    """A foreigner's permit to stay."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    permit_number = models.CharField(max_length=20)
    permit_kind = models.CharField(max_length=12)
    citizenship = models.CharField(max_length=2)
    sponsor = models.CharField(max_length=120, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "immigration_permit"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("permit_named", "number", "permit_number", "permit_kind", "citizenship"),
        )
        indexes = (models.Index(fields=["number"], name="permit_by_person"),)
