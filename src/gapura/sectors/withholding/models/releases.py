"""Whom a person lets see what was reported about them: somebody in the family, or an employer."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import one_of
from gapura.sectors.withholding.types import ReleaseState


class Consent(models.Model):
    """An adult lets somebody of the family see what was reported about them, until a day."""

    person = models.CharField(max_length=16)
    person_name = models.CharField(max_length=120)
    viewer = models.CharField(max_length=16)
    viewer_name = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "withholding_consent"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "viewer"], condition=Q(ended_at__isnull=True), name="report_consent_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("viewer")), name="report_consent_to_another"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="report_consent_term"),
        )
        indexes = (models.Index(fields=["viewer"], name="report_consent_by_viewer"),)


class Release(models.Model):
    """What a person let one employer have of one year. The items are copies: the employer reads nothing else."""

    number = models.CharField(max_length=16, unique=True)
    send_key = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=16)
    person_name = models.CharField(max_length=120)
    employer_number = models.CharField(max_length=16)
    employer_name = models.CharField(max_length=120)
    tax_year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=ReleaseState.OPEN)
    released_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "withholding_release"
        constraints = (
            one_of("state", ReleaseState, "release_state"),
            models.CheckConstraint(
                condition=Q(state=ReleaseState.OPEN.value, used_at__isnull=True, taken_back_at__isnull=True)
                | Q(state=ReleaseState.USED.value, used_at__isnull=False, taken_back_at__isnull=True)
                | Q(state=ReleaseState.TAKEN_BACK.value, used_at__isnull=True, taken_back_at__isnull=False),
                name="release_state_has_its_moment",
            ),
        )
        indexes = (
            models.Index(fields=["person", "-id"], name="release_by_person"),
            models.Index(fields=["employer_number", "-id"], name="release_by_employer"),
        )


class ReleasedItem(models.Model):
    """One reported amount as it was when the person released it; ``about`` is the name of whom it is about."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="items")
    about = models.CharField(max_length=120)
    title = models.JSONField()
    reported_by = models.CharField(max_length=120)
    reference = models.CharField(max_length=30)
    amount = models.PositiveBigIntegerField()
    tax_withheld = models.PositiveBigIntegerField()

    class Meta:
        db_table = "withholding_released_item"


class Claim(models.Model):
    """That one person counts a dependant for their tax of a year: nobody is counted by two."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="claims")
    person = models.CharField(max_length=16)
    dependant = models.CharField(max_length=16)
    dependant_name = models.CharField(max_length=120)
    tax_year = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "withholding_claim"
        constraints = (
            models.UniqueConstraint(
                fields=["dependant", "tax_year"], condition=Q(ended_at__isnull=True), name="claim_of_a_year_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("dependant")), name="claim_of_another"),
        )
