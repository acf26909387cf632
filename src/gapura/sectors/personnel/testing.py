"""Service for the state, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.personnel.models import MilitaryServiceEntry


def make_military_service(person: str, **facts: Any) -> MilitaryServiceEntry:
    """Four years as a soldier of the army, ended with the term."""
    given = {
        "service_number": "31120045670590",
        "service_kind": "active",
        "branch": "army",
        "military_rank": "Prajurit Satu",
        "discharge_reason": "term-ended",
        "valid_from": date(2012, 7, 1),
        "valid_until": date(2016, 7, 1),
    }
    return store_entry(MilitaryServiceEntry, number=person, **given | facts)
