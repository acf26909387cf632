"""Slips and reported amounts in the registers, reports and releases, for the tests of any module."""

from datetime import date, datetime, timedelta
from typing import Any

from gapura.foundation.codes import new_code
from gapura.kernel.registers.testing import store_entry
from gapura.sectors.withholding.models import Consent, Delivery, ItemEntry, Release, SlipEntry, Statement

EMPLOYER = "9120000000001"


def make_slip(person: str, tax_year: int = 2025, **facts: Any) -> SlipEntry:
    """A year's salary of 120 million from one employer, which withheld 2,715,000."""
    given = {
        "employer_number": EMPLOYER,
        "employer_name": "PT Maju Jaya",
        "slip_number": f"1.1-12.{tax_year % 100}-{person[-7:]}",
        "slip_kind": "salary",
        "month_from": 1,
        "month_until": 12,
        "gross": 120_000_000,
        "pension_contributions": 1_200_000,
        "zakat": 0,
        "other_deductions": 0,
        "tax_withheld": 2_715_000,
        "tax_status": "K/0",
        "final": False,
        "reported_on": date(tax_year + 1, 1, 20),
        "valid_from": date(tax_year, facts.get("month_from", 1), 1),
    }
    return store_entry(SlipEntry, number=person, tax_year=tax_year, **given | facts)


def make_item(person: str, tax_year: int = 2025, **facts: Any) -> ItemEntry:
    """Interest of half a million that a bank paid."""
    given = {
        "provider_number": "9120000000002",
        "provider_name": "Bank Nusantara",
        "item_number": f"BN-{tax_year}-{person[-6:]}",
        "item_kind": "bank_interest",
        "amount": 500_000,
        "tax_withheld": 100_000,
        "reported_on": date(tax_year + 1, 1, 20),
        "valid_from": date(tax_year, 1, 1),
    }
    return store_entry(ItemEntry, number=person, tax_year=tax_year, **given | facts)


SLIP = {
    "slip_kind": "salary",
    "month_from": 1,
    "month_until": 12,
    "gross": 120_000_000,
    "pension_contributions": 1_200_000,
    "zakat": 0,
    "other_deductions": 0,
    "tax_withheld": 2_715_000,
    "tax_status": "K/0",
}


def as_csv(*rows: dict[str, Any]) -> bytes:
    """The rows as a reporter's file."""
    heading = list(rows[0])
    lines = [heading, *([str(row.get(name, "")) for name in heading] for row in rows)]
    return "\n".join(",".join(cells) for cells in lines).encode()


def make_release(person: str, *, now: datetime, **facts: Any) -> Release:
    """A year's amounts released to the employer, not used yet."""
    given = {
        "number": new_code(12),
        "send_key": new_code(26),
        "person_name": "Ani Wijaya",
        "employer_number": EMPLOYER,
        "employer_name": "PT Maju Jaya",
        "tax_year": 2025,
        "released_at": now,
    }
    return Release.objects.create(person=person, **given | facts)


def make_report_consent(person: str, viewer: str, *, now: datetime) -> Consent:
    """``viewer`` may see what was reported about ``person`` for a year."""
    day = now.date()
    return Consent.objects.create(
        person=person,
        person_name="Budi Wijaya",
        viewer=viewer,
        viewer_name="Ani Wijaya",
        given_at=now,
        valid_from=day,
        valid_until=day + timedelta(days=365),
    )


def make_delivery(reporter: str = EMPLOYER, *, sent_by: str, now: datetime, **facts: Any) -> Delivery:
    """A report of slips of 2025 that waits to be checked."""
    statement, _ = Statement.objects.get_or_create(reporter_number=reporter, form="slips", tax_year=2025)
    given = {
        "number": new_code(12),
        "reporter_name": "PT Maju Jaya",
        "scope": "part",
        "acceptance": "rows",
        "digest": "0" * 64,
        "content": b"x",
        "sent_by_system": False,
        "sent_at": now,
    }
    return Delivery.objects.create(statement=statement, reporter_number=reporter, sent_by=sent_by, **given | facts)
