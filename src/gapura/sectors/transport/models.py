"""Vehicles and drivers. The key of a vehicle is its chassis number, of a driver the person number."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.transport.types import Acquisition, Fuel, VehicleClass


class VehicleEntry(RegisterEntry):
    """What a vehicle is, and the plate it bears; a change of either begins a new entry."""

    subject_fields = ("chassis_number",)

    chassis_number = models.CharField(max_length=17)
    engine_number = models.CharField(max_length=20, blank=True)
    plate_number = models.CharField(max_length=11)
    brand = models.CharField(max_length=40)
    model = models.CharField(max_length=60)
    built_year = models.PositiveSmallIntegerField()
    vehicle_class = models.CharField(max_length=10)
    fuel = models.CharField(max_length=10)
    vehicle_color = models.CharField(max_length=30)

    class Meta(RegisterEntry.Meta):
        db_table = "transport_vehicle"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("vehicle_class", VehicleClass, "vehicle_class_known"),
            one_of("fuel", Fuel, "vehicle_fuel_known"),
            given("vehicle_numbers_given", "chassis_number", "plate_number"),
            models.CheckConstraint(
                condition=Q(built_year__gte=1900, built_year__lte=2199), name="vehicle_built_year_plausible"
            ),
            models.UniqueConstraint(
                fields=["plate_number"],
                condition=Q(superseded_at__isnull=True, valid_until__isnull=True),
                name="vehicle_plate_once",
            ),
        )
        indexes = (
            models.Index(fields=["chassis_number"], name="vehicle_by_chassis"),
            models.Index(fields=["plate_number"], name="vehicle_by_plate"),
        )


class OwnershipEntry(RegisterEntry):
    """Whose a vehicle is, by which ownership book."""

    subject_fields = ("chassis_number",)

    chassis_number = models.CharField(max_length=17)
    owner_number = models.CharField(max_length=16)
    ownership_book = models.CharField(max_length=20)
    acquired_by = models.CharField(max_length=11)

    class Meta(RegisterEntry.Meta):
        db_table = "transport_ownership"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("acquired_by", Acquisition, "ownership_acquired_by_known"),
            given("ownership_owner_given", "owner_number"),
        )
        indexes = (
            models.Index(fields=["chassis_number"], name="ownership_by_chassis"),
            models.Index(fields=["owner_number"], name="ownership_by_owner"),
        )


class LienEntry(RegisterEntry):
    """A debt that the vehicle secures; valid until it is released."""

    subject_fields = ("lien_number",)

    lien_number = models.CharField(max_length=40)
    chassis_number = models.CharField(max_length=17)
    creditor = models.CharField(max_length=100)
    secured_amount = models.PositiveBigIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "transport_lien"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("lien_creditor_given", "lien_number", "creditor"),
            models.CheckConstraint(condition=Q(secured_amount__gt=0), name="lien_secures_something"),
        )
        indexes = (models.Index(fields=["chassis_number"], name="lien_by_chassis"),)


class TheftEntry(RegisterEntry):
    """A report that a vehicle was stolen; valid until it is found."""

    subject_fields = ("report_number",)

    report_number = models.CharField(max_length=30)
    chassis_number = models.CharField(max_length=17)

    class Meta(RegisterEntry.Meta):
        db_table = "transport_theft"
        constraints = (*RegisterEntry.Meta.constraints, given("theft_given", "report_number", "chassis_number"))
        indexes = (models.Index(fields=["chassis_number"], name="theft_by_chassis"),)


class LicenceEntry(RegisterEntry):
    """A driving licence; valid until it expires or is taken away."""

    subject_fields = ("number", "licence_class")

    number = models.CharField(max_length=16)
    licence_class = models.CharField(max_length=5)
    licence_number = models.CharField(max_length=20)

    class Meta(RegisterEntry.Meta):
        db_table = "transport_licence"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("licence_given", "number", "licence_class", "licence_number"),
        )
        indexes = (models.Index(fields=["number"], name="licence_by_person"),)


class OffenceEntry(RegisterEntry):
    """What a driver was fined for on a day; later days change only whether it is paid."""

    subject_fields = ("number", "ticket_number")

    ticket_number = models.CharField(max_length=30)
    number = models.CharField(max_length=16)
    offence = models.CharField(max_length=30)
    penalty_points = models.PositiveSmallIntegerField()
    fine_amount = models.PositiveBigIntegerField()
    paid_on = models.DateField(null=True)

    class Meta(RegisterEntry.Meta):
        db_table = "transport_offence"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("offence_given", "ticket_number", "number", "offence"),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(paid_on__gte=F("valid_from")), name="offence_paid_after_it"
            ),
            models.UniqueConstraint(
                fields=["ticket_number"], condition=Q(superseded_at__isnull=True), name="offence_ticket_once"
            ),
        )
        indexes = (models.Index(fields=["number"], name="offence_by_person"),)
