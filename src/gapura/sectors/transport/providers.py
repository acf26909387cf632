"""What the registers of vehicles and drivers answer through the exchange."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.transport.models import LicenceEntry, LienEntry, OffenceEntry, OwnershipEntry, VehicleEntry

Parameters = Mapping[str, str | int]


class VehicleProvider(RegisterProvider):
    """The vehicles a person owns."""

    evidence_type = "transport.vehicle"
    owner = "transport"
    register = OwnershipEntry
    by = "owner_number"
    names = {"owned_since": "valid_from"}
    details = {"chassis_number": VehicleEntry}
    questions = {"owns-vehicle": "owns_vehicle"}

    def owns_vehicle(self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None) -> bool | None:
        """None when no vehicle bears the plate."""
        chassis = _chassis_of(str(parameters["plate_number"]), as_of, known_at)
        if chassis is None:
            return None
        owners = OwnershipEntry.objects.filter(chassis_number=chassis, owner_number=subject)
        return owners.as_of(as_of).known_at(known_at).exists()


class VehicleLienProvider(RegisterProvider):
    """What the vehicles a person owns secure and secured, oldest first; a release after ``as_of`` is not told."""

    evidence_type = "transport.vehicle-lien"
    owner = "transport"
    register = LienEntry
    by = "chassis_number"
    names = {"secured_from": "valid_from", "released_on": "valid_until"}
    details = {"chassis_number": VehicleEntry}
    over_time = True
    ended = ("released_on",)
    questions = {"is-free-of-liens": "is_free_of_liens"}

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        columns = ("chassis_number",)
        owned = list_entries(OwnershipEntry, columns, subject, as_of=as_of, known_at=known_at, by="owner_number")
        return sorted(one["chassis_number"] for one in owned)

    def is_free_of_liens(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """None when the plate is on no vehicle of the person: what others own is not told."""
        chassis = _chassis_of(str(parameters["plate_number"]), as_of, known_at)
        owned = OwnershipEntry.objects.filter(chassis_number=chassis, owner_number=subject)
        if chassis is None or not owned.as_of(as_of).known_at(known_at).exists():
            return None
        liens = LienEntry.objects.filter(chassis_number=chassis)
        return not liens.as_of(as_of).known_at(known_at).exists()


class DrivingLicenceProvider(RegisterProvider):
    """The licences that stand; what expired is not among them."""

    evidence_type = "transport.driving-licence"
    owner = "transport"
    register = LicenceEntry
    names = {"licensed_on": "valid_from", "expires_on": "valid_until"}
    questions = {"may-drive": "may_drive"}

    def may_drive(self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None) -> bool | None:
        return self.has_entry(subject, as_of, known_at, licence_class=parameters["licence_class"])


class TrafficOffenceProvider(RegisterProvider):
    """Every offence until ``as_of``, newest first; a payment after that day is not told."""

    evidence_type = "transport.traffic-offence"
    owner = "transport"
    register = OffenceEntry
    names = {"offended_on": "valid_from"}
    once_past = ("paid_on",)
    order = ("-valid_from", "ticket_number")


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (VehicleProvider(), VehicleLienProvider(), DrivingLicenceProvider(), TrafficOffenceProvider()):
        register_provider(provider)


def _chassis_of(plate_number: str, as_of: date, known_at: datetime | None) -> str | None:
    vehicles = VehicleEntry.objects.filter(plate_number=plate_number).as_of(as_of).known_at(known_at)
    return vehicles.values_list("chassis_number", flat=True).first()
