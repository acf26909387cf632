"""Passports, crossings and permits, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.immigration.models import CrossingEntry, PermitEntry
from gapura.sectors.immigration.models import PassportEntry as PassportEntry

PASSPORT = "X1234567"


def make_passport(person: str, number: str = PASSPORT, **facts: Any) -> PassportEntry:
    """A passport of 2022 that lasts ten years."""
    given = {
        "passport_kind": "ordinary",
        "passport_status": "valid",
        "issued_on": date(2022, 2, 1),
        "expires_on": date(2032, 2, 1),
        "issued_at": "Jakarta Pusat",
        "valid_from": date(2022, 2, 1),
    }
    return store_entry(PassportEntry, number=person, passport_number=number, **given | facts)


def make_crossing(person: str, on: date, direction: str = "exit", **facts: Any) -> CrossingEntry:
    given = {"port": "Soekarno-Hatta", "foreign_country": "SG", "passport_number": PASSPORT, "valid_from": on}
    return store_entry(CrossingEntry, number=person, direction=direction, **given | facts)


def make_permit(person: str, **facts: Any) -> PermitEntry:
    """A temporary permit from 2024 until the end of 2027."""
    given = {
        "permit_number": "2C21JE0001-X",
        "permit_kind": "temporary",
        "citizenship": "KR",
        "sponsor": "PT Maju Bersama",
        "valid_from": date(2024, 1, 1),
        "valid_until": date(2028, 1, 1),
    }
    return store_entry(PermitEntry, number=person, **given | facts)
