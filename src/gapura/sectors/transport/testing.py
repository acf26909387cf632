"""Vehicles, owners, liens, licences and offences in the registers, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.transport.models import (
    LicenceEntry,
    LienEntry,
    OffenceEntry,
    OwnershipEntry,
    TheftEntry,
    VehicleEntry,
)


def make_vehicle(owner: str, plate_number: str = "B 1234 KLM", **facts: Any) -> VehicleEntry:
    """A car built in 2018 that ``owner`` has owned since; its chassis number follows from the plate."""
    chassis_number = facts.pop("chassis_number", f"MHK{plate_number.replace(' ', ''):0<14}")
    given = {
        "engine_number": "3NR1234567",
        "brand": "Nusa",
        "model": "Lestari 1.3",
        "built_year": 2018,
        "vehicle_class": "car",
        "fuel": "petrol",
        "vehicle_color": "Hitam",
        "valid_from": date(2018, 6, 1),
    }
    vehicle = store_entry(VehicleEntry, chassis_number=chassis_number, plate_number=plate_number, **given | facts)
    make_ownership(vehicle, owner)
    return vehicle


def make_ownership(vehicle: VehicleEntry, owner: str, **facts: Any) -> OwnershipEntry:
    """``owner`` owns the vehicle from its first day on, bought new."""
    given = {"ownership_book": "N-01234567", "acquired_by": "new", "valid_from": vehicle.valid_from}
    return store_entry(OwnershipEntry, chassis_number=vehicle.chassis_number, owner_number=owner, **given | facts)


def make_lien(vehicle: VehicleEntry, **facts: Any) -> LienEntry:
    """A lien of 150 million that stands since 2024."""
    given = {
        "lien_number": "W10.00012345.AH.05.01",
        "creditor": "Bank Nusantara",
        "secured_amount": 150_000_000,
        "valid_from": date(2024, 2, 1),
    }
    return store_entry(LienEntry, chassis_number=vehicle.chassis_number, **given | facts)


def make_theft(vehicle: VehicleEntry, **facts: Any) -> TheftEntry:
    """A report of a theft in 2025, not found since."""
    given = {"report_number": "LP/B/123/III/2025", "valid_from": date(2025, 3, 1)}
    return store_entry(TheftEntry, chassis_number=vehicle.chassis_number, **given | facts)


def make_licence(number: str, licence_class: str = "A", **facts: Any) -> LicenceEntry:
    """A licence from 2023 that expires in 2028."""
    given = {
        "licence_number": f"12{number[:10]}",
        "valid_from": date(2023, 3, 1),
        "valid_until": date(2028, 3, 1),
    }
    return store_entry(LicenceEntry, number=number, licence_class=licence_class, **given | facts)


def make_offence(number: str, offended_on: date, **facts: Any) -> OffenceEntry:
    """Speeding on that day: three points, half a million, not paid."""
    given = {
        "ticket_number": f"T-{number[-4:]}-{offended_on:%Y%m%d}",
        "offence": "speeding",
        "penalty_points": 3,
        "fine_amount": 500_000,
    }
    return store_entry(OffenceEntry, number=number, valid_from=offended_on, **given | facts)
