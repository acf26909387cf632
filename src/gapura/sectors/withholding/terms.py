"""What the country lays down about reports, and how its numbers look."""

from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.sectors.withholding.types import ItemKind, ReportTerms, SlipKind


def get_terms() -> ReportTerms:
    """``withholding.yaml`` of the country. Read once."""
    return _read_terms(settings.GAPURA_JURISDICTION)


def is_person_number(number: str) -> bool:
    """Whether the number is formed as the country's are; whether anybody bears it is another question."""
    try:
        load(settings.GAPURA_JURISDICTION).person_numbers.parse(number)
    except BadPersonNumber:
        return False
    return True


def list_years(today: date) -> list[int]:
    """Tax years that may be reported on the day, the newest first: this one for whoever left, and those before."""
    return list(range(today.year, get_terms().first_year - 1, -1))


@cache
def _read_terms(country: str) -> ReportTerms:
    said: dict[str, Any] = load(country).read("withholding.yaml")
    return ReportTerms(
        agency=said["agency"],
        legal_ground=said["legal_ground"],
        first_year=said["first_year"],
        slip_kinds={code: SlipKind(**kind) for code, kind in said["slip_kinds"].items()},
        item_kinds={code: ItemKind(**kind) for code, kind in said["item_kinds"].items()},
        tax_statuses=tuple(said["tax_statuses"]),
        agency_numbers=said["agency_numbers"],
    )
