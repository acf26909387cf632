"""The registers of persons, families and vital events. Every table is a history in two times.

The key of a person is the person number (NIK), of a family the family number (KK). A vital event happened
once: its entry is valid from the day of the event; corrections of it live on the axis of what was known.
"""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.civil.types import CardStatus, EndReason, MaritalStatus, Outlier, RelationToHead, Sex, Verdict


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
            one_of("sex", Sex, "person_sex"),
            one_of("marital_status", MaritalStatus, "person_marital_status"),
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
    person_fields = ("head_number",)

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
            one_of("relation_to_head", RelationToHead, "membership_relation"),
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
    overlaps = True

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
    """``notice_number``: the health facility's notice it rests on; empty for births told otherwise."""

    person_fields = ("number",)

    number = models.CharField(max_length=16)
    birth_order = models.PositiveSmallIntegerField()
    notice_number = models.CharField(max_length=30, blank=True, default="", db_default="")

    class Meta(VitalEvent.Meta):
        db_table = "civil_birth"
        constraints = (
            *VitalEvent.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"], condition=Q(superseded_at__isnull=True), name="birth_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["notice_number"],
                condition=Q(superseded_at__isnull=True) & ~Q(notice_number=""),
                name="birth_once_per_notice",
            ),
        )


class MarriageEntry(VitalEvent):
    """Valid from the wedding until it ended, with the reason."""

    person_fields = ("husband_number", "wife_number")

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

    person_fields = ("husband_number", "wife_number")

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

    person_fields = ("number",)

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

    person_fields = ("number", "adoptive_father_number", "adoptive_mother_number")

    number = models.CharField(max_length=16)
    adoptive_father_number = models.CharField(max_length=16, blank=True)
    adoptive_mother_number = models.CharField(max_length=16, blank=True)
    court = models.CharField(max_length=80)
    ruling_number = models.CharField(max_length=60)

    class Meta(VitalEvent.Meta):
        db_table = "civil_adoption"
        indexes = (models.Index(fields=["number"], name="adoption_by_number"),)


class IdentityCardEntry(RegisterEntry):
    """One identity card and its state; ``expires_on`` is empty for one for life."""

    subject_fields = ("card_number",)
    person_fields = ("number",)

    card_number = models.CharField(max_length=9)
    number = models.CharField(max_length=16)
    card_status = models.CharField(max_length=10)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)

    class Meta(RegisterEntry.Meta):
        db_table = "civil_identity_card"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("card_status", CardStatus, "identity_card_status"),
            given("identity_card_named", "card_number", "number"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="identity_card_expires_later",
            ),
        )
        indexes = (
            models.Index(fields=["card_number"], name="identity_card_by_number"),
            models.Index(fields=["number"], name="identity_card_by_holder"),
        )


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
    official_person = models.CharField(max_length=16, blank=True)
    led_to_correction = models.BooleanField(default=False)
    examined_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "civil_look_up"
        constraints = (
            models.CheckConstraint(condition=~Q(ground=""), name="look_up_has_ground"),
            models.CheckConstraint(condition=~Q(case_number="") | ~Q(reason=""), name="look_up_has_case_or_reason"),
        )
        indexes = (
            models.Index(fields=["official", "opened_at"], name="look_up_by_official"),
            models.Index(fields=["opened_at"], condition=Q(examined_at__isnull=True), name="look_up_not_examined"),
        )


class LookUpFinding(models.Model):
    """A look-up that an honest official can explain: their answer, and what the supervisor makes of it."""

    look_up = models.ForeignKey(LookUp, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    official_person = models.CharField(max_length=16, blank=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13)
    found_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, blank=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_label = models.CharField(max_length=120, blank=True)
    closed_by_person = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "civil_look_up_finding"
        constraints = (
            one_of("kind", Outlier, "finding_kind"),
            models.UniqueConstraint(fields=["look_up", "kind"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(closed_by_person="") | ~Q(closed_by_person=F("official_person")),
                name="finding_closed_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, verdict="", closed_by_person="")
                | (
                    Q(closed_at__isnull=False, verdict__in=[verdict.value for verdict in Verdict])
                    & ~Q(closed_by_person="")
                    & ~Q(note="")
                ),
                name="finding_closed_whole",
            ),
        )
        indexes = (models.Index(fields=["agency_code", "office_code", "found_at"], name="finding_by_office"),)
