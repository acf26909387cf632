"""Other kinds of return are entries of the country's file: a company's VAT, a small trader's final tax."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.testing import resident
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.law.queries import get_law
from gapura.sectors.tax.actions.filing import file_return
from gapura.sectors.tax.actions.returns import correct_item, prepare_return
from gapura.sectors.tax.models import ReturnVersion
from gapura.sectors.tax.queries.ledger import get_balance
from gapura.sectors.tax.queries.returns import read_draft
from gapura.sectors.tax.return_kinds import get_kinds, last_day
from gapura.sectors.tax.tests.returns import DEWI, filing_town
from gapura.sectors.tax.types import CannotFile

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
COMPANY = "0220001234567"
TRADER, DIRECTOR = resident(DEWI), replace(resident(DEWI), principal=COMPANY, mandate="company")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(db: None) -> Iterator[dict[str, MemoryProvider]]:
    with filing_town(NOW), memory_providers("tax.invoice-totals", "business.representation") as providers:
        for provider in providers.values():
            provider.agency_code = "djp"
        providers["business.representation"].answers["is-representative-of", COMPANY] = True
        yield providers


def file(code: str, period: str, actor: Any, change: Mapping[str, int] | None = None) -> ReturnVersion:
    common: dict[str, Any] = {"actor": actor, "kind": get_kinds()[code], "period": period, "now": NOW}
    found = prepare_return(**common)
    if change:
        key = next(item.key for item in read_draft(found) if set(change) <= set(item.values))
        found = correct_item(**common, revision=found.revision, key=key, values=change, reason="")
    return file_return(**common, revision=found.revision)


def totals(period: str, output: int, credit: int) -> dict[str, Any]:
    return {"period": period, "output_tax": output, "input_tax": credit, "sales_base": 1, "purchases_base": 1}


def test_vat_is_filed_by_a_company_from_its_invoices_and_too_much_credit_is_carried(town: Any) -> None:
    months = [totals("2026-03", 10_000_000, 15_000_000), totals("2026-04", 22_000_000, 8_000_000)]
    town["tax.invoice-totals"].records[COMPANY] = months
    march = file("vat", "2026-03", DIRECTOR)
    assert (march.balance, march.figures["kelebihan_ppn"]) == (0, 5_000_000)
    april = file("vat", "2026-04", DIRECTOR)
    assert april.balance == 9_000_000
    assert get_balance(COMPANY, "value_added", "2026-04").owed == 9_000_000


def test_vat_is_nobodys_private_return_and_invoices_are_not_corrected_by_their_sum(town: Any) -> None:
    with pytest.raises(AccessDenied):
        file("vat", "2026-03", TRADER)
    town["tax.invoice-totals"].records[COMPANY] = [totals("2026-03", 1, 0)]
    with pytest.raises(CannotFile, match="Only the register"):
        file("vat", "2026-03", DIRECTOR, {"pajak_keluaran": 0})


def test_who_represents_the_company_no_more_files_nothing(town: Any) -> None:
    town["tax.invoice-totals"].records[COMPANY] = [totals("2026-03", 1, 0)]
    town["business.representation"].answers["is-representative-of", COMPANY] = False
    with pytest.raises(CannotFile, match="may not apply"):
        file("vat", "2026-03", DIRECTOR)
    assert not ReturnVersion.objects.exists()


def test_a_traders_first_500_million_of_a_year_are_free_over_the_months(town: Any) -> None:
    assert file("small-business", "2026-01", TRADER, {"omzet": 300_000_000}).balance == 0
    assert file("small-business", "2026-02", TRADER, {"omzet": 300_000_000}).balance == 500_000
    assert file("small-business", "2026-03", TRADER, {"omzet": 100_000_000}).balance == 500_000


def test_a_company_has_no_free_turnover(town: Any) -> None:
    assert file("small-business", "2026-01", DIRECTOR, {"omzet": 300_000_000}).balance == 1_500_000


@pytest.mark.parametrize("code", list(get_kinds()))
def test_every_kind_names_inputs_figures_and_services_that_there_are(code: str) -> None:
    kind, law = get_kinds()[code], get_law().on(date(2026, 1, 1))
    assert get_service(kind.service, on=date(2026, 1, 1)).page == "tax:returns"
    for settlement in kind.settlements:
        assert set(settlement.figures) <= set(law.figures)
    for rule in kind.items.values():
        assert set(rule.inputs) <= set(law.inputs)
        assert {law.inputs[name].of for name in rule.inputs} <= {rule.of}
        assert rule.ask in ("", "earlier", *kind.asks)


def test_february_ends_where_the_year_says_and_due_days_move_off_weekends(town: Any) -> None:
    assert [str(last_day(month)) for month in ("2024-02", "2025-02", "2024")] == [
        "2024-02-29",
        "2025-02-28",
        "2024-12-31",
    ]
    assert str(get_kinds()["vat"].due_on("2026-01")) == "2026-03-02"  # 28 February 2026 is a Saturday
    with clock.frozen(datetime(2028, 2, 29, 3, 0, tzinfo=UTC)):
        assert get_kinds()["vat"].list_periods(date(2028, 2, 29))[0] == "2028-01"
