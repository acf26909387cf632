"""The registers of land and buildings. Every table is a history in two times.

A parcel of land has a number, and so has a unit of a building that is owned by itself: rights, mortgages and
prices name that number. Areas are whole square meters, amounts whole units of the currency.
"""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.registers.plugin import RegisterEntry

_ANCIENT = 1000  # a year with four digits


def _given(*fields: str, name: str) -> models.CheckConstraint:
    """The codes and numbers without which the entry says nothing."""
    empty = Q()
    for field in fields:
        empty |= Q(**{field: ""})
    return models.CheckConstraint(condition=~empty, name=name)


def _at_least(least: int, *fields: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__gte": least for field in fields}), name=name)


class ParcelEntry(RegisterEntry):
    """A piece of land, measured. ``boundary`` is a GeoJSON polygon (longitude, latitude) as text."""

    subject_fields = ("parcel_number",)

    parcel_number = models.CharField(max_length=14)
    location = models.CharField(max_length=150)
    village_code = models.CharField(max_length=13)
    land_area = models.PositiveIntegerField()
    land_class = models.CharField(max_length=20)
    map_sheet = models.CharField(max_length=24)
    boundary = models.TextField()

    class Meta(RegisterEntry.Meta):
        db_table = "property_parcel"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("parcel_number", "village_code", "land_class", "map_sheet", "boundary", name="parcel_whole"),
            _at_least(1, "land_area", name="parcel_has_area"),
        )
        indexes = (
            models.Index(fields=["parcel_number"], name="parcel_by_number"),
            models.Index(fields=["map_sheet"], name="parcel_by_sheet"),
        )


class RightEntry(RegisterEntry):
    """What one holder may do with a parcel or a unit, alone or for a share; several holders are several entries.

    ``expires_on``: the day on which the right ends by itself, for rights given for a term.
    """

    subject_fields = ("holder_number", "right_number")

    holder_number = models.CharField(max_length=16)
    holder_name = models.CharField(max_length=100)
    parcel_number = models.CharField(max_length=14)
    right_number = models.CharField(max_length=80)
    right_kind = models.CharField(max_length=20)
    share_numerator = models.PositiveIntegerField()
    share_denominator = models.PositiveIntegerField()
    acquisition = models.CharField(max_length=20)
    expires_on = models.DateField(null=True)

    class Meta(RegisterEntry.Meta):
        db_table = "property_right"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("holder_number", "parcel_number", "right_number", "right_kind", "acquisition", name="right_whole"),
            models.CheckConstraint(
                condition=Q(share_numerator__gte=1, share_denominator__gte=F("share_numerator")),
                name="right_share_at_most_whole",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("valid_from")), name="right_expires_later"
            ),
        )
        indexes = (
            models.Index(fields=["holder_number"], name="right_by_holder"),
            models.Index(fields=["parcel_number"], name="right_by_parcel"),
        )


class MortgageEntry(RegisterEntry):
    """A charge on a parcel or unit, until it is struck off."""

    subject_fields = ("mortgage_number",)

    mortgage_number = models.CharField(max_length=30)
    parcel_number = models.CharField(max_length=14)
    rank = models.PositiveSmallIntegerField()
    creditor = models.CharField(max_length=100)
    secured_amount = models.PositiveBigIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "property_mortgage"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("mortgage_number", "parcel_number", "creditor", name="mortgage_whole"),
            _at_least(1, "rank", "secured_amount", name="mortgage_has_rank_and_amount"),
        )
        indexes = (
            models.Index(fields=["mortgage_number"], name="mortgage_by_number"),
            models.Index(fields=["parcel_number"], name="mortgage_by_parcel"),
        )


class BlockEntry(RegisterEntry):
    """A note that keeps a parcel or unit from changing hands (a dispute, a seizure), until it is struck off."""

    subject_fields = ("block_number",)

    block_number = models.CharField(max_length=40)
    parcel_number = models.CharField(max_length=14)
    requested_by = models.CharField(max_length=100)

    class Meta(RegisterEntry.Meta):
        db_table = "property_block"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("block_number", "parcel_number", "requested_by", name="block_whole"),
        )
        indexes = (models.Index(fields=["parcel_number"], name="block_by_parcel"),)


class ZoneEntry(RegisterEntry):
    """What the land-use plan allows on a parcel; shares in percent of the parcel, floors against its area."""

    subject_fields = ("parcel_number",)

    parcel_number = models.CharField(max_length=14)
    zone = models.CharField(max_length=20)
    permitted_use = models.CharField(max_length=20)
    building_coverage = models.PositiveSmallIntegerField()
    floor_area_ratio = models.PositiveSmallIntegerField()
    green_share = models.PositiveSmallIntegerField()
    plan = models.CharField(max_length=100)

    class Meta(RegisterEntry.Meta):
        db_table = "property_zone"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("parcel_number", "zone", "permitted_use", "plan", name="zone_whole"),
            models.CheckConstraint(
                condition=Q(building_coverage__lte=100 - F("green_share")), name="zone_covers_at_most_the_parcel"
            ),
        )
        indexes = (models.Index(fields=["parcel_number"], name="zone_by_parcel"),)


class PriceEntry(RegisterEntry):
    """Abstract: the official price of a square meter, from the day it is set until the next is."""

    price_class = models.CharField(max_length=10)
    price_per_square_meter = models.PositiveBigIntegerField()

    class Meta(RegisterEntry.Meta):
        abstract = True
        constraints = (
            *RegisterEntry.Meta.constraints,
            _at_least(1, "price_per_square_meter", name="%(class)s_has_price"),
        )


class LandPriceEntry(PriceEntry):
    subject_fields = ("parcel_number",)

    parcel_number = models.CharField(max_length=14)

    class Meta(PriceEntry.Meta):
        db_table = "property_land_price"
        indexes = (models.Index(fields=["parcel_number"], name="land_price_by_parcel"),)


class BuildingPriceEntry(PriceEntry):
    subject_fields = ("building_number",)

    building_number = models.CharField(max_length=24)

    class Meta(PriceEntry.Meta):
        db_table = "property_building_price"
        indexes = (models.Index(fields=["building_number"], name="building_price_by_number"),)


class BuildingEntry(RegisterEntry):
    """A building on a parcel, with its building permit and its certificate of worthiness (empty: none)."""

    subject_fields = ("building_number",)

    building_number = models.CharField(max_length=24)
    parcel_number = models.CharField(max_length=14)
    building_address = models.CharField(max_length=150)
    building_use = models.CharField(max_length=20)
    structure = models.CharField(max_length=20)
    floors = models.PositiveSmallIntegerField()
    floor_area = models.PositiveIntegerField()
    completed_year = models.PositiveSmallIntegerField()
    permit_number = models.CharField(max_length=40, blank=True)
    worthiness_number = models.CharField(max_length=40, blank=True)

    class Meta(RegisterEntry.Meta):
        db_table = "property_building"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("building_number", "parcel_number", "building_use", "structure", name="building_whole"),
            _at_least(1, "floors", "floor_area", name="building_has_floors_and_area"),
            _at_least(_ANCIENT, "completed_year", name="building_year_has_four_digits"),
        )
        indexes = (
            models.Index(fields=["building_number"], name="building_by_number"),
            models.Index(fields=["parcel_number"], name="building_by_parcel"),
        )


class UnitEntry(RegisterEntry):
    """A part of a building that is owned by itself, a flat or a shop; rights name ``unit_number`` as their parcel."""

    subject_fields = ("unit_number",)

    unit_number = models.CharField(max_length=14)
    building_number = models.CharField(max_length=24)
    unit_name = models.CharField(max_length=20)
    unit_floor = models.PositiveSmallIntegerField()
    unit_area = models.PositiveIntegerField()

    class Meta(RegisterEntry.Meta):
        db_table = "property_unit"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("unit_number", "building_number", "unit_name", name="unit_whole"),
            _at_least(1, "unit_area", name="unit_has_area"),
        )
        indexes = (
            models.Index(fields=["unit_number"], name="unit_by_number"),
            models.Index(fields=["building_number"], name="unit_by_building"),
        )


class ForestEntry(RegisterEntry):
    """Forest that somebody owns or manages, by which decree. A term-bound decree ends with ``valid_until``."""

    subject_fields = ("holder_number", "forest_number")

    holder_number = models.CharField(max_length=16)
    forest_number = models.CharField(max_length=20)
    location = models.CharField(max_length=150)
    village_code = models.CharField(max_length=13)
    forest_area = models.PositiveIntegerField()
    forest_function = models.CharField(max_length=20)
    forest_scheme = models.CharField(max_length=20)
    decree_number = models.CharField(max_length=60)

    class Meta(RegisterEntry.Meta):
        db_table = "property_forest"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("holder_number", "forest_number", "forest_function", "forest_scheme", name="forest_whole"),
            _at_least(1, "forest_area", name="forest_has_area"),
        )
        indexes = (
            models.Index(fields=["holder_number"], name="forest_by_holder"),
            models.Index(fields=["forest_number"], name="forest_by_number"),
        )


class FarmlandEntry(RegisterEntry):
    """Who works a plot, as what, with which main crop. ``is_protected``: it must stay farmland."""

    subject_fields = ("farmer_number", "plot_number")

    farmer_number = models.CharField(max_length=16)
    plot_number = models.CharField(max_length=20)
    location = models.CharField(max_length=150)
    village_code = models.CharField(max_length=13)
    plot_area = models.PositiveIntegerField()
    crop = models.CharField(max_length=20)
    tenure = models.CharField(max_length=20)
    is_irrigated = models.BooleanField()
    is_protected = models.BooleanField()

    class Meta(RegisterEntry.Meta):
        db_table = "property_farmland"
        constraints = (
            *RegisterEntry.Meta.constraints,
            _given("farmer_number", "plot_number", "crop", "tenure", name="farmland_whole"),
            _at_least(1, "plot_area", name="farmland_has_area"),
        )
        indexes = (
            models.Index(fields=["farmer_number"], name="farmland_by_farmer"),
            models.Index(fields=["plot_number"], name="farmland_by_plot"),
        )
