"""What was reported is told through the exchange, and nothing that was taken back."""

from datetime import UTC, date, datetime

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.registers.actions import correct_entry, end_entry, record_new_entries
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.withholding.models import SlipEntry
from gapura.sectors.withholding.testing import EMPLOYER, make_item, make_slip

NOW, TODAY = datetime(2026, 3, 5, 9, tzinfo=UTC), date(2026, 3, 5)
ANI, BUDI = "3171014205900001", "3171010105880002"
HOUSE, SOURCE = system_actor("test"), Source(SourceKind.IMPORT, "D-1")

ask = Asker("UU 6/1983 Pasal 35A", NOW).ask

pytestmark = pytest.mark.django_db


def test_a_slip_is_told_with_every_field_the_standard_names() -> None:
    make_slip(ANI, zakat=500_000)
    make_slip(BUDI)
    assert ask("tax.withholding-slip", ANI) == [
        {
            "slip_number": "1.1-12.25-5900001",
            "tax_year": 2025,
            "employer_number": EMPLOYER,
            "employer_name": "PT Maju Jaya",
            "slip_kind": "salary",
            "month_from": 1,
            "month_until": 12,
            "gross": 120_000_000,
            "pension_contributions": 1_200_000,
            "zakat": 500_000,
            "other_deductions": 0,
            "tax_withheld": 2_715_000,
            "tax_status": "K/0",
            "final": False,
            "reported_on": "2026-01-20",
        }
    ]


def test_the_newest_year_comes_first_and_only_what_was_asked() -> None:
    make_slip(ANI, 2024)
    make_slip(ANI, 2025, gross=130_000_000)
    assert ask("tax.withholding-slip", ANI, "gross") == [{"gross": 130_000_000}, {"gross": 120_000_000}]


def test_a_corrected_slip_is_told_as_it_is_now_and_one_taken_back_is_not_told() -> None:
    corrected, gone = make_slip(ANI), make_slip(ANI, slip_number="S-2", slip_kind="pension")
    correct_entry(actor=HOUSE, entry=corrected, changes={"gross": 125_000_000}, source=SOURCE, now=NOW)
    end_entry(actor=HOUSE, entry=gone, ended_on=TODAY, source=SOURCE, now=NOW)
    assert ask("tax.withholding-slip", ANI, "gross", "slip_number") == [
        {"slip_number": "1.1-12.25-5900001", "gross": 125_000_000}
    ]


def test_reported_amounts_are_told_with_who_reported_them() -> None:
    make_item(ANI)
    assert ask("tax.reported-item", ANI, "item_kind", "provider_name", "amount", "tax_withheld") == [
        {"item_kind": "bank_interest", "provider_name": "Bank Nusantara", "amount": 500_000, "tax_withheld": 100_000}
    ]
    assert ask("tax.reported-item", BUDI) == []


@pytest.mark.parametrize("code", ["tax.withholding-slip", "tax.reported-item"])
def test_the_tax_agency_keeps_them(code: str) -> None:
    provider = find_provider(code)
    assert provider is not None
    assert provider.agency_code == "djp"


def unsaved(number: str) -> SlipEntry:
    """A slip as a file brings it, not in the register yet."""
    slip = make_slip(ANI, slip_number=number)
    SlipEntry.objects.filter(pk=slip.pk).delete()
    slip.pk = None
    return slip


def test_many_new_slips_are_added_at_once_or_none_of_them() -> None:
    first, second, third = (unsaved(number) for number in ("S-1", "S-2", "S-3"))
    record_new_entries(actor=HOUSE, entries=[first, second], source=SOURCE, now=NOW)
    assert SlipEntry.objects.count() == 2
    again = unsaved("S-4")
    again.slip_number = "S-2"
    with pytest.raises(CannotRecordEntry):
        record_new_entries(actor=HOUSE, entries=[third, again], source=SOURCE, now=NOW)
    assert SlipEntry.objects.count() == 2
    record_new_entries(actor=HOUSE, entries=[], source=SOURCE, now=NOW)
