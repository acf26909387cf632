"""Parcels, rights, buildings, forest and farmland in the registers, for the tests of any module."""

import json
from datetime import UTC, date, datetime
from typing import Any

from gapura.kernel.registers.plugin import RegisterEntry
from gapura.sectors.property.models import (
    BlockEntry,
    BuildingEntry,
    BuildingPriceEntry,
    FarmlandEntry,
    ForestEntry,
    LandPriceEntry,
    MortgageEntry,
    ParcelEntry,
    RightEntry,
    UnitEntry,
    ZoneEntry,
)

RECORDED_AT = datetime(2020, 1, 1, tzinfo=UTC)
SINCE = date(2015, 4, 2)
VILLAGE = "31.71.01.1001"
SHEET = f"{VILLAGE}-001"


def plot(east: int = 0, north: int = 0, width: int = 12, depth: int = 15) -> str:
    """The boundary of an upright rectangle, in steps of 0.00001 degrees (some 1.1 meters) from a corner in a town."""
    corners = ((0, 0), (width, 0), (width, depth), (0, depth), (0, 0))
    ring = [[round(106.8 + (east + x) / 1e5, 7), round(-6.17 + (north + y) / 1e5, 7)] for x, y in corners]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def make_parcel(number: str, **facts: Any) -> ParcelEntry:
    """A parcel for a house, surveyed in 2015."""
    given = {
        "location": "Jl. Merdeka No. 1, Cideng, Gambir, Jakarta Pusat",
        "village_code": VILLAGE,
        "land_area": 180,
        "land_class": "dwelling",
        "map_sheet": SHEET,
        "boundary": plot(),
    }
    return _store(ParcelEntry, parcel_number=number, **given | facts)


def make_right(holder: str, parcel: str, *, share: tuple[int, int] = (1, 1), **facts: Any) -> RightEntry:
    """Ownership of a parcel or unit, bought in 2015."""
    given = {
        "holder_name": "Ani Wijaya",
        "right_number": f"M.{parcel[-6:]}",
        "right_kind": "ownership",
        "acquisition": "purchase",
    }
    numerator, denominator = share
    shares = {"share_numerator": numerator, "share_denominator": denominator}
    return _store(RightEntry, holder_number=holder, parcel_number=parcel, **given | shares | facts)


def make_mortgage(parcel: str, **facts: Any) -> MortgageEntry:
    given = {
        "mortgage_number": f"HT.{parcel[-6:]}",
        "rank": 1,
        "creditor": "Bank Nusantara",
        "secured_amount": 450_000_000,
    }
    return _store(MortgageEntry, parcel_number=parcel, **given | facts)


def make_block(parcel: str, **facts: Any) -> BlockEntry:
    """A court noted that the parcel is in dispute."""
    given = {"block_number": f"BL.{parcel[-6:]}", "requested_by": "Pengadilan Negeri Jakarta Pusat"}
    return _store(BlockEntry, parcel_number=parcel, **given | facts)


def make_zone(parcel: str, **facts: Any) -> ZoneEntry:
    given = {
        "zone": "housing",
        "permitted_use": "permitted",
        "building_coverage": 60,
        "floor_area_ratio": 180,
        "green_share": 15,
        "plan": "Perda 1/2014",
    }
    return _store(ZoneEntry, parcel_number=parcel, **given | facts)


def make_land_price(parcel: str, price: int = 12_500_000, **facts: Any) -> LandPriceEntry:
    return _store(LandPriceEntry, parcel_number=parcel, price_class="A.12", price_per_square_meter=price, **facts)


def make_building(number: str, parcel: str, **facts: Any) -> BuildingEntry:
    """A house of two floors, with permit and certificate."""
    given = {
        "building_address": "Jl. Merdeka No. 1, Cideng",
        "building_use": "dwelling",
        "structure": "masonry",
        "floors": 2,
        "floor_area": 140,
        "completed_year": 2014,
        "permit_number": f"PBG-{number}",
        "worthiness_number": f"SLF-{number}",
    }
    return _store(BuildingEntry, building_number=number, parcel_number=parcel, **given | facts)


def make_unit(number: str, building: str, **facts: Any) -> UnitEntry:
    given = {"unit_name": "A/12/3", "unit_floor": 12, "unit_area": 45}
    return _store(UnitEntry, unit_number=number, building_number=building, **given | facts)


def make_building_price(building: str, price: int = 2_200_000, **facts: Any) -> BuildingPriceEntry:
    return _store(
        BuildingPriceEntry, building_number=building, price_class="A.4", price_per_square_meter=price, **facts
    )


def make_forest(holder: str, number: str = "HKM-3171-0001", **facts: Any) -> ForestEntry:
    given = {
        "location": "Blok Hutan Lor, Cideng",
        "village_code": VILLAGE,
        "forest_area": 12_000,
        "forest_function": "production",
        "forest_scheme": "community_forest",
        "decree_number": "SK.12/2015",
        "valid_until": date(2050, 4, 2),
    }
    return _store(ForestEntry, holder_number=holder, forest_number=number, **given | facts)


def make_farmland(farmer: str, number: str = "LP-3171-0001", **facts: Any) -> FarmlandEntry:
    given = {
        "location": "Blok Sawah Lor, Cideng",
        "village_code": VILLAGE,
        "plot_area": 2_400,
        "crop": "rice",
        "tenure": "own",
        "is_irrigated": True,
        "is_protected": True,
    }
    return _store(FarmlandEntry, farmer_number=farmer, plot_number=number, **given | facts)


def make_estate(holder: str, parcel: str, building: str, name: str = "Ani Wijaya") -> None:
    """A person who has everything: a mortgaged parcel with house, plan and prices, forest and farmland."""
    make_parcel(parcel)
    make_right(holder, parcel, holder_name=name)
    make_mortgage(parcel)
    make_zone(parcel)
    make_land_price(parcel)
    make_building(building, parcel)
    make_building_price(building)
    make_forest(holder, f"HKM-{parcel}")
    make_farmland(holder, f"LP-{parcel}")


def _store(model: type[RegisterEntry], **facts: Any) -> Any:
    times = {
        "valid_from": SINCE,
        "recorded_at": RECORDED_AT,
        "source_kind": "demo",
        "source_reference": "test",
    }
    return model.objects.create(**times | facts)
