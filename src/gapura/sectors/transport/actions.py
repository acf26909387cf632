"""Vehicles change hands."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.transport.models import OwnershipEntry, VehicleEntry
from gapura.sectors.transport.queries import find_obstacle
from gapura.sectors.transport.types import Acquisition, CannotTransferVehicle


def transfer_vehicle(
    *, actor: Actor, plate_number: str, seller: str, buyer: str, case_number: str, now: datetime
) -> OwnershipEntry:
    """Let the vehicle belong to ``buyer`` from today on, with a new ownership book that bears the case's number.

    Papers that name the earlier owner end. Raises CannotTransferVehicle when the register has something against it.
    """
    on = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        # Held until the end: of two sales at once the second finds that the vehicle is sold.
        held = VehicleEntry.objects.filter(plate_number=plate_number).as_of(on).known_at(None)
        vehicle = held.select_for_update().first()
        obstacle = find_obstacle(plate_number, seller=seller, buyer=buyer, on=on)
        if vehicle is None or obstacle:
            raise CannotTransferVehicle(obstacle or "vehicle-not-yours")
        owned = OwnershipEntry(
            chassis_number=vehicle.chassis_number,
            owner_number=buyer,
            ownership_book=case_number,
            acquired_by=Acquisition.PURCHASE,
            valid_from=on,
        )
        source = Source(SourceKind.CASE, case_number)
        return record_entry(actor=actor, entry=owned, source=source, now=now, outdates_papers=True)
