"""A family with slips: what the registers answer when a return is filled in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from gapura.foundation import clock
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.sectors.tax.return_kinds import get_kinds

IN_MARCH = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DEWI, RATNA, CHILD, STRANGER = "3171014205900001", "3171014205910002", "3171010203180001", "3171010101800009"
ANNUAL = "annual"


def annual() -> Any:
    return get_kinds()[ANNUAL]


def slip(number: str = "A1-1", **facts: Any) -> dict[str, Any]:
    """A whole year at PT Maju: 120 million gross, 2 million withheld."""
    given = {
        "slip_number": number,
        "tax_year": 2025,
        "employer_number": "0123456789012",
        "employer_name": "PT Maju",
        "slip_kind": "salary",
        "month_from": 1,
        "month_until": 12,
        "gross": 120_000_000,
        "pension_contributions": 3_600_000,
        "zakat": 0,
        "tax_withheld": 2_000_000,
        "final": False,
        "reported_on": "2026-01-20",
    }
    return given | facts


def member(number: str, relation: str, name: str = "Ani", married: bool = True) -> dict[str, Any]:
    status = "married" if married else "single"
    return {"number": number, "full_name": name, "marital_status": status, "relation_to_head": relation}


@contextmanager
def filing_town(now: datetime = IN_MARCH) -> Iterator[dict[str, MemoryProvider]]:
    """Dewi is the head of a family with a child, and earned at PT Maju; Ratna is her husband's sister, alone."""
    stand_all_agreements()
    types = ("civil.family-member", "tax.withholding-slip", "tax.reported-item", "civil.person", "civil.family")
    with memory_providers(*types) as providers, clock.frozen(now):
        for code, provider in providers.items():
            provider.agency_code = "djp" if code.startswith("tax.") else "dukcapil"
        family = [member(DEWI, "head", "Dewi"), member(CHILD, "child", "Bayu", married=False)]
        providers["civil.family-member"].records[DEWI] = family
        providers["tax.withholding-slip"].records[DEWI] = [slip(), slip("A1-old", tax_year=2024)]
        for number, name in ((DEWI, "Dewi Lestari"), (RATNA, "Ratna Sari")):
            providers["civil.person"].records[number] = [{"number": number, "full_name": name}]
            providers["civil.person"].answers["is-alive", number] = True
            providers["civil.person"].answers["is-over-age", number] = True
            providers["civil.family"].answers["has-guardian", number] = False
        yield providers
