"""Service for the state, by person number."""

from django.db import models

from gapura.kernel.registers.plugin import RegisterEntry, given


class MilitaryServiceEntry(RegisterEntry):
    """A stretch of military service in one rank; a promotion begins a new entry, a discharge ends the last."""

    subject_fields = ("number",)

    number = models.CharField(max_length=16)
    service_number = models.CharField(max_length=20)
    service_kind = models.CharField(max_length=12)
    branch = models.CharField(max_length=12)
    military_rank = models.CharField(max_length=40)
    discharge_reason = models.CharField(max_length=20, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "personnel_military_service"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("military_service_named", "number", "service_number", "service_kind", "branch", "military_rank"),
        )
        indexes = (models.Index(fields=["number"], name="military_service_by_person"),)
