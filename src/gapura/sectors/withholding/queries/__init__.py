"""Reports as their reporters see them, and as the people they are about do."""

from gapura.sectors.withholding.queries.reporting import (
    access_delivery,
    access_received,
    count_unknown,
    list_deliveries,
    list_findings,
    list_received,
    list_tokens,
    require_reporter,
)
from gapura.sectors.withholding.queries.year_end import (
    list_claimed_elsewhere,
    list_consents_for,
    list_consents_of,
    list_employers,
    list_lines,
    list_releases,
    list_reported_years,
    require_person,
)
from gapura.sectors.withholding.terms import get_terms, is_person_number, list_years

__all__ = [
    "access_delivery",
    "access_received",
    "count_unknown",
    "get_terms",
    "is_person_number",
    "list_claimed_elsewhere",
    "list_consents_for",
    "list_consents_of",
    "list_deliveries",
    "list_employers",
    "list_findings",
    "list_lines",
    "list_received",
    "list_releases",
    "list_reported_years",
    "list_tokens",
    "list_years",
    "require_person",
    "require_reporter",
]
