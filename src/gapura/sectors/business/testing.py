"""Businesses in the register, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry, ShareEntry

BUSINESS = "9120001234567"


def make_business(number: str = BUSINESS, legal_name: str = "PT Maju Bersama", **facts: Any) -> BusinessEntry:
    """An active company founded in 2015."""
    founded_on = facts.pop("founded_on", date(2015, 3, 2))
    given = {
        "legal_form": "pt",
        "business_status": "active",
        "business_tax_number": "0123456789012000",
        "deed_number": "AHU-0012345.AH.01.01.2015",
        "capital": 500_000_000,
        "seat_address": "Jl. Sudirman 10, Cideng, Gambir, Jakarta Pusat",
        "village_code": "31.71.01.1001",
        "valid_from": founded_on,
    }
    return store_entry(
        BusinessEntry, business_number=number, legal_name=legal_name, founded_on=founded_on, **given | facts
    )


def make_representative(person: str, number: str = BUSINESS, **facts: Any) -> RepresentativeEntry:
    """A director who may act alone since 2015."""
    given = {"position": "director", "alone": True, "valid_from": date(2015, 3, 2)}
    return store_entry(RepresentativeEntry, business_number=number, representative_number=person, **given | facts)


def make_share(person: str, number: str = BUSINESS, **facts: Any) -> ShareEntry:
    given = {"shares": 60, "shares_issued": 100, "valid_from": date(2015, 3, 2)}
    return store_entry(ShareEntry, business_number=number, holder_number=person, **given | facts)


def make_activity(number: str = BUSINESS, activity_code: str = "47111", **facts: Any) -> ActivityEntry:
    """A shop of low risk, licensed since 2015."""
    given = {
        "activity_risk": "low",
        "business_licence_number": number,
        "business_licence_status": "granted",
        "valid_from": date(2015, 3, 2),
    }
    return store_entry(ActivityEntry, business_number=number, activity_code=activity_code, **given | facts)
