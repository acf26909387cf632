"""What others reported of the nation's last year fits its registers."""

from datetime import date
from typing import Any

import pytest

from gapura.demo.simulation.nation import Nation, NationPlan, list_columns
from gapura.foundation.jurisdictions import load

PLAN = NationPlan(people=1500, seed=3, on=date(2026, 3, 28))
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    wanted = ("withholding.SlipEntry", "withholding.ItemEntry", "tax.IncomeEntry", "civil.PersonEntry")
    columns, found = list_columns(), {register: [] for register in wanted}
    for batch in Nation(load("indonesia"), PLAN):
        for register in wanted:
            found[register] += [dict(zip(columns[register], row, strict=True)) for row in batch.rows[register]]
    return found


def test_the_employed_have_slips_of_the_last_year_alone(rows: Rows) -> None:
    slips = rows["withholding.SlipEntry"]
    assert len(slips) > 100
    assert {slip["tax_year"] for slip in slips} == {2025}
    assert {slip["slip_kind"] for slip in slips} == {"salary", "civil", "pension"}
    assert len({slip["slip_number"] for slip in slips}) == len(slips)


def test_the_slips_of_a_person_add_up_to_the_income_that_was_assessed(rows: Rows) -> None:
    assessed = {row["number"]: row["gross_income"] for row in rows["tax.IncomeEntry"] if row["tax_year"] == 2025}
    paid: dict[str, int] = {}
    for slip in rows["withholding.SlipEntry"]:
        paid[slip["number"]] = paid.get(slip["number"], 0) + slip["gross"]
    both = assessed.keys() & paid.keys()
    assert len(both) > 30
    assert all(assessed[number] == paid[number] for number in both)


def test_the_months_of_one_person_never_overlap(rows: Rows) -> None:
    months = [
        (slip["number"], month)
        for slip in rows["withholding.SlipEntry"]
        for month in range(slip["month_from"], slip["month_until"] + 1)
    ]
    assert len(months) == len(set(months))
    assert any(slip["month_from"] > 1 for slip in rows["withholding.SlipEntry"])


def test_amounts_are_in_order_and_some_tax_was_withheld(rows: Rows) -> None:
    for slip in rows["withholding.SlipEntry"]:
        assert slip["tax_withheld"] + slip["pension_contributions"] + slip["zakat"] <= slip["gross"]
    assert any(slip["tax_withheld"] for slip in rows["withholding.SlipEntry"])
    assert {item["item_kind"] for item in rows["withholding.ItemEntry"]} == {"bank_interest", "zakat"}
    assert all(item["tax_withheld"] <= item["amount"] for item in rows["withholding.ItemEntry"])
