"""Memberships, immunizations and births attended in the registers, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.health.models import BirthAttendedEntry as BirthAttendedEntry
from gapura.sectors.health.models import DeathCertifiedEntry as DeathCertifiedEntry
from gapura.sectors.health.models import ImmunizationEntry
from gapura.sectors.health.models import InsuranceEntry as InsuranceEntry


def make_insurance(number: str, **facts: Any) -> InsuranceEntry:
    """Insured by an employer since 2018, unless told otherwise."""
    given = {
        "card_number": "0001234567890",
        "insurance_class": 2,
        "insurance_segment": "ppu",
        "insurance_payer": "employer",
        "valid_from": date(2018, 3, 1),
    }
    return store_entry(InsuranceEntry, number=number, **given | facts)


def make_immunization(number: str, vaccine: str = "mr", dose: int = 1, **facts: Any) -> ImmunizationEntry:
    given = {"facility_code": "P3273010101", "facility_name": "Puskesmas Sukasari", "valid_from": date(2019, 2, 4)}
    return store_entry(ImmunizationEntry, number=number, vaccine=vaccine, dose=dose, **given | facts)


def make_birth_attended(mother: str, **facts: Any) -> BirthAttendedEntry:
    """A girl born on 4 May 2025 whom nobody registered yet."""
    given = {
        "notice_number": f"SKL-{mother}",
        "facility_code": "R3273010101",
        "facility_name": "RSIA Sukasari",
        "sex": "female",
        "child_order": 1,
        "born_at": "07:45",
        "weight_grams": 3150,
        "valid_from": date(2025, 5, 4),
    }
    return store_entry(BirthAttendedEntry, mother_number=mother, **given | facts)


def make_death_certified(number: str, **facts: Any) -> DeathCertifiedEntry:
    """A physician's notice of a death on 4 May 2025."""
    given = {
        "notice_number": f"SKM-{number}",
        "facility_code": "R3273010101",
        "facility_name": "RSUD Sukasari",
        "death_place": "Bandung",
        "valid_from": date(2025, 5, 4),
    }
    return store_entry(DeathCertifiedEntry, number=number, **given | facts)
