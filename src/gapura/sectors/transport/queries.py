"""Who is concerned by what the registers of vehicles say, and what keeps a vehicle from changing hands."""

from collections.abc import Iterable
from datetime import date

from gapura.sectors.transport.models import LienEntry, OwnershipEntry, TheftEntry, VehicleEntry


def find_vehicle(plate_number: str, *, on: date) -> VehicleEntry | None:
    """The vehicle that bears the plate on the day."""
    found: VehicleEntry | None = VehicleEntry.objects.filter(plate_number=plate_number).as_of(on).known_at(None).first()
    return found


def find_obstacle(plate_number: str, *, seller: str, buyer: str, on: date) -> str | None:
    """Why the vehicle cannot pass from one to the other on the day, as a name in refusals.yaml; None: it can."""
    vehicle = find_vehicle(plate_number, on=on)
    if vehicle is None:
        return "vehicle-not-yours"
    of_vehicle = {"chassis_number": vehicle.chassis_number}
    owned = OwnershipEntry.objects.filter(**of_vehicle, owner_number=seller).as_of(on).known_at(None).first()
    if owned is None:
        return "vehicle-not-yours"
    if buyer == seller:
        return "buyer-is-owner"
    if owned.valid_from >= on:
        return "acquired-today"
    if LienEntry.objects.filter(**of_vehicle).as_of(on).known_at(None).exists():
        return "vehicle-has-lien"
    if TheftEntry.objects.filter(**of_vehicle).as_of(on).known_at(None).exists():
        return "vehicle-reported-stolen"
    return None


def list_owners(chassis_number: str) -> list[str]:
    """Numbers of everybody the vehicle was ever said to belong to: their papers may state it."""
    return _owners([chassis_number])


def list_owners_of_pledged(lien_number: str) -> list[str]:
    """Numbers of everybody who owned the vehicle that the lien is on."""
    liens = LienEntry.objects.filter(lien_number=lien_number).order_by("id")
    return _owners(liens.values_list("chassis_number", flat=True))


def list_owners_of_stolen(report_number: str) -> list[str]:
    """Numbers of everybody who owned the vehicle that was reported stolen."""
    reports = TheftEntry.objects.filter(report_number=report_number).order_by("id")
    return _owners(reports.values_list("chassis_number", flat=True))


def _owners(chassis_numbers: Iterable[str]) -> list[str]:
    entries = OwnershipEntry.objects.filter(chassis_number__in=list(chassis_numbers))
    return sorted(set(entries.order_by("id").values_list("owner_number", flat=True)))
