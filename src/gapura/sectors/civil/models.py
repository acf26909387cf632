"""The registers of persons, families and vital events. Every table is a history in two times.

The key of a person is the person number (NIK), of a family the family number (KK). A vital event happened
once: its entry is valid from the day of the event; corrections of it live on the axis of what was known.
"""

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry
from gapura.sectors.civil.types import EndReason, MaritalStatus, RelationToHead, Sex


def _one_of(field: str, codes: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [code.value for code in codes]}), name=name)


class PersonEntry(RegisterEntry):
    """Who a person is. Valid from birth (or first registration); no entry is valid after death."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    full_name = models.CharField(max_length=100)
    sex = models.CharField(max_length=6)
    birth_place = models.CharField(max_length=60)
    birth_on = models.DateField()
    blood_type = models.CharField(max_length=3, blank=True)
    religion = models.CharField(max_length=20)
    marital_status = models.CharField(max_length=10)
    occupation = models.CharField(max_length=30)
    education = models.CharField(max_length=20)
    citizenship = models.CharField(max_length=2)
    father_name = models.CharField(max_length=100, blank=True)
    mother_name = models.CharField(max_length=100, blank=True)
    father_number = models.CharField(max_length=16, blank=True)
    mother_number = models.CharField(max_length=16, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "civil_person"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _one_of("sex", Sex, "person_sex"),
            _one_of("marital_status", MaritalStatus, "person_marital_status"),
            models.CheckConstraint(condition=~Q(number=""), name="person_number_given"),
            models.CheckConstraint(condition=Q(valid_from__gte=F("birth_on")), name="person_not_before_birth"),
        )
        indexes = (
            models.Index(fields=["number"], name="person_by_number"),
            models.Index(fields=["mother_number"], name="person_by_mother"),
            models.Index(fields=["father_number"], name="person_by_father"),
            models.Index(fields=["full_name", "birth_on"], name="person_by_name"),
        )


class ResidenceEntry(RegisterEntry):
    """Where a person lives; a move ends one entry and begins the next."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    street = models.CharField(max_length=100)
    rt = models.CharField(max_length=3)
    rw = models.CharField(max_length=3)
    village_code = models.CharField(max_length=13)
    postal_code = models.CharField(max_length=5, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "civil_residence"
        indexes = (
            models.Index(fields=["number"], name="residence_by_number"),
            models.Index(fields=["village_code"], name="residence_by_village"),
        )


class FamilyEntry(RegisterEntry):
    """A family card: its number, head and address."""

    subject_fields = ("family_number",)

    family_number = models.CharField(max_length=16)
    head_number = models.CharField(max_length=16)
    street = models.CharField(max_length=100)
    rt = models.CharField(max_length=3)
    rw = models.CharField(max_length=3)
    village_code = models.CharField(max_length=13)
    postal_code = models.CharField(max_length=5, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "civil_family"
        indexes = (
            models.Index(fields=["family_number"], name="family_by_number"),
            models.Index(fields=["head_number"], name="family_by_head"),
        )


class FamilyMembership(RegisterEntry):
    """Which family card a person stands on, and as what."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    family_number = models.CharField(max_length=16)
    relation_to_head = models.CharField(max_length=14)
    position = models.PositiveSmallIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "civil_membership"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _one_of("relation_to_head", RelationToHead, "membership_relation"),
        )
        indexes = (
            models.Index(fields=["number"], name="membership_by_number"),
            models.Index(fields=["family_number"], name="membership_by_family"),
        )


class Guardianship(RegisterEntry):
    """Who was appointed guardian of a person, by which ruling."""

    subject_fields = ("ward_number",)

    ward_number = models.CharField(max_length=16)
    guardian_number = models.CharField(max_length=16)
    court = models.CharField(max_length=80)
    ruling_number = models.CharField(max_length=60)

    class Meta(RegisterEntry.Meta):
        db_table = "civil_guardianship"
        indexes = (
            models.Index(fields=["ward_number"], name="guardianship_by_ward"),
            models.Index(fields=["guardian_number"], name="guardianship_by_guardian"),
        )


class VitalEvent(RegisterEntry):
    """Abstract: an event in the civil register, with its certificate number and office."""

    subject_fields = ("certificate_number",)

    certificate_number = models.CharField(max_length=40)
    registered_on = models.DateField()
    regency_code = models.CharField(max_length=5)

    class Meta(RegisterEntry.Meta):
        abstract = True
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["certificate_number"],
                condition=Q(superseded_at__isnull=True),
                name="%(class)s_certificate_once",
            ),
        )


class BirthEntry(VitalEvent):
    number = models.CharField(max_length=16)
    birth_order = models.PositiveSmallIntegerField()

    class Meta(VitalEvent.Meta):
        db_table = "civil_birth"
        constraints = (
            *VitalEvent.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"], condition=Q(superseded_at__isnull=True), name="birth_once_per_person"
            ),
        )


class MarriageEntry(VitalEvent):
    """Valid from the wedding until it ended, with the reason."""

    husband_number = models.CharField(max_length=16)
    wife_number = models.CharField(max_length=16)
    married_at = models.CharField(max_length=60)
    religion = models.CharField(max_length=20)
    end_reason = models.CharField(max_length=10, blank=True)

    class Meta(VitalEvent.Meta):
        db_table = "civil_marriage"
        constraints = (
            *VitalEvent.Meta.constraints,
            models.CheckConstraint(condition=~Q(husband_number=F("wife_number")), name="marriage_of_two"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True, end_reason="")
                | Q(valid_until__isnull=False, end_reason__in=[r.value for r in EndReason]),
                name="marriage_end_has_reason",
            ),
        )
        indexes = (
            models.Index(fields=["husband_number"], name="marriage_by_husband"),
            models.Index(fields=["wife_number"], name="marriage_by_wife"),
        )


class DivorceEntry(VitalEvent):
    """Valid from the day the ruling took effect."""

    marriage_number = models.CharField(max_length=40)
    husband_number = models.CharField(max_length=16)
    wife_number = models.CharField(max_length=16)
    court = models.CharField(max_length=80)
    ruling_number = models.CharField(max_length=60)

    class Meta(VitalEvent.Meta):
        db_table = "civil_divorce"
        indexes = (
            models.Index(fields=["husband_number"], name="divorce_by_husband"),
            models.Index(fields=["wife_number"], name="divorce_by_wife"),
        )


class DeathEntry(VitalEvent):
    """Valid from the day of death."""

    number = models.CharField(max_length=16)
    death_place = models.CharField(max_length=60)

    class Meta(VitalEvent.Meta):
        db_table = "civil_death"
        constraints = (
            *VitalEvent.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"], condition=Q(superseded_at__isnull=True), name="death_once_per_person"
            ),
        )


class AdoptionEntry(VitalEvent):
    """Valid from the day of the ruling."""

    number = models.CharField(max_length=16)
    adoptive_father_number = models.CharField(max_length=16, blank=True)
    adoptive_mother_number = models.CharField(max_length=16, blank=True)
    court = models.CharField(max_length=80)
    ruling_number = models.CharField(max_length=60)

    class Meta(VitalEvent.Meta):
        db_table = "civil_adoption"
        indexes = (models.Index(fields=["number"], name="adoption_by_number"),)


class Region(models.Model):
    """A place of the country's code list (province, regency, district, village); code dotted, parent = prefix."""

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "civil_region"


class PopulationImport(models.Model):
    """How far the reading of one population file came; moved forward in the transaction that stores its rows."""

    reference = models.CharField(max_length=40, primary_key=True)
    file_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_loaded = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_quarantined = models.PositiveIntegerField(default=0)
    quarantine_size = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "civil_population_import"
        constraints = (
            models.UniqueConstraint(
                fields=["file_digest"],
                condition=Q(finished_at__isnull=True),
                name="import_open_once_per_file",
            ),
            models.CheckConstraint(
                condition=Q(rows_read=F("rows_loaded") + F("rows_unchanged") + F("rows_quarantined")),
                name="import_totals_add_up",
            ),
        )


class LookUp(models.Model):
    """An official opened the registers of one person: under which ground, for which case or reason.

    Written before anything is read, also when nobody was found (``person_number`` is empty then).
    """

    number = models.CharField(max_length=12, primary_key=True)
    person_number = models.CharField(max_length=16, blank=True)
    official = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13)
    ground = models.CharField(max_length=40)
    case_number = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "civil_look_up"
        constraints = (
            models.CheckConstraint(condition=~Q(ground=""), name="look_up_has_ground"),
            models.CheckConstraint(condition=~Q(case_number="") | ~Q(reason=""), name="look_up_has_case_or_reason"),
        )
        indexes = (models.Index(fields=["official", "opened_at"], name="look_up_by_official"),)
