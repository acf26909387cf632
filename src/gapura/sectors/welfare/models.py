"""Disability, the social registry and recipients of assistance. Every table is a history in two times."""

from django.db import models
from django.db.models import Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.welfare.types import DisabilityDegree


class DisabilityEntry(RegisterEntry):
    """One kind of disability of a person, as a named body assessed it."""

    subject_fields = ("number", "disability_kind")

    number = models.CharField(max_length=16)
    disability_kind = models.CharField(max_length=20)
    disability_degree = models.CharField(max_length=8)
    assessor = models.CharField(max_length=100)

    class Meta(RegisterEntry.Meta):
        db_table = "welfare_disability"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("disability_kind_given", "disability_kind"),
            one_of("disability_degree", DisabilityDegree, "disability_degree_known"),
        )
        indexes = (models.Index(fields=["number"], name="disability_by_person"),)


class SocialRegistryEntry(RegisterEntry):
    """The tenth of the country, from the poorest (1), that a person's household was ranked in."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    welfare_decile = models.PositiveSmallIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "welfare_social_registry"
        constraints = (
            *RegisterEntry.Meta.constraints,
            models.CheckConstraint(condition=Q(welfare_decile__range=(1, 10)), name="social_registry_decile"),
        )
        indexes = (models.Index(fields=["number"], name="social_registry_by_person"),)


class RecipientEntry(RegisterEntry):
    """Who receives assistance of which program, by which order."""

    subject_fields = ("number", "social_program")

    number = models.CharField(max_length=16)
    social_program = models.CharField(max_length=20)
    order_number = models.CharField(max_length=40)

    class Meta(RegisterEntry.Meta):
        db_table = "welfare_recipient"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("recipient_of_a_program", "social_program"),
            given("recipient_by_an_order", "order_number"),
        )
        indexes = (
            models.Index(fields=["number"], name="recipient_by_person"),
            models.Index(fields=["social_program"], name="recipient_by_program"),
        )
