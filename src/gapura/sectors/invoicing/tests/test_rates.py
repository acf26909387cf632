"""The rates that invoices may state are those that the law computes with: a change of either alone is found here."""

from datetime import date
from decimal import Decimal

import pytest

from gapura.kernel.law.queries import compute
from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.rules.country import list_rates

PRICE = 1_200_000


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2024, 12, 31), {"standard-11": False}),
        (date(2025, 1, 15), {"standard": True}),
        (date(2025, 2, 1), {"standard": False, "luxury": True}),
        (date(2026, 5, 4), {"standard": False, "luxury": True}),
    ],
)
def test_a_rate_of_the_invoice_is_the_tax_of_the_law(day: date, codes: dict[str, bool]) -> None:
    taxed = {rate.code: rate.percent for rate in list_rates(get_terms(), on=day) if rate.category == "S"}
    assert set(taxed) == set(codes)
    for code, is_luxury in codes.items():
        household = {"orang": [{"harga": PRICE, "mewah": is_luxury, "keluarga": 0}], "keluarga": [{}]}
        assert list(compute(["ppn"], household, as_of=day)["ppn"]) == [int(PRICE * taxed[code] / Decimal(100))]
