"""Sentences, warrants and travel bans, all by person number. None of these rows ever leaves the house."""

from django.db import models

from gapura.kernel.registers.plugin import RegisterEntry, given


class SentenceEntry(RegisterEntry):
    """A judgment that is final, from that day until its sentence is served, remitted or set aside."""

    subject_fields = ("judgment_number", "number")

    number = models.CharField(max_length=16)
    judgment_number = models.CharField(max_length=40)
    court = models.CharField(max_length=80)
    crime = models.CharField(max_length=120)

    class Meta(RegisterEntry.Meta):
        db_table = "justice_sentence"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("sentence_named", "number", "judgment_number", "court", "crime"),
        )
        indexes = (models.Index(fields=["number"], name="sentence_by_person"),)


class WarrantEntry(RegisterEntry):
    """Somebody is looked for, until found or until the warrant is withdrawn. ``ordered_by`` is an agency's code."""

    subject_fields = ("warrant_number", "number")

    number = models.CharField(max_length=16)
    warrant_number = models.CharField(max_length=40)
    ordered_by = models.CharField(max_length=20)

    class Meta(RegisterEntry.Meta):
        db_table = "justice_warrant"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("warrant_named", "number", "warrant_number", "ordered_by"),
        )
        indexes = (models.Index(fields=["number"], name="warrant_by_person"),)


class TravelBanEntry(RegisterEntry):
    """Somebody may not leave the country, for a term. ``ordered_by`` is an agency's code."""

    subject_fields = ("ban_number", "number")

    number = models.CharField(max_length=16)
    ban_number = models.CharField(max_length=40)
    ordered_by = models.CharField(max_length=20)

    class Meta(RegisterEntry.Meta):
        db_table = "justice_travel_ban"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("travel_ban_named", "number", "ban_number", "ordered_by"),
            models.CheckConstraint(condition=models.Q(valid_until__isnull=False), name="travel_ban_has_a_term"),
        )
        indexes = (models.Index(fields=["number"], name="travel_ban_by_person"),)


class Reading(models.Model):
    """A keeper opened one person's bars: on which ground, by which letter. Written before anything is read."""

    number = models.CharField(max_length=12, primary_key=True)
    person_number = models.CharField(max_length=16)
    official = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=40)
    ground = models.CharField(max_length=40)
    letter = models.CharField(max_length=80)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "justice_reading"
        constraints = (given("justice_reading_has_ground", "ground", "letter", "person_number"),)
