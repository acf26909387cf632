"""What people drive, earn and owe fits their lives and each other."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
import yaml
from django.apps import apps

from gapura.demo.simulation.holdings.local_tax import LocalTaxes
from gapura.demo.simulation.holdings.tax import Taxes
from gapura.demo.simulation.holdings.transport import Traffic, _letters
from gapura.demo.simulation.nation import Nation, NationPlan, list_columns
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

ON = date(2026, 7, 1)
COUNTRY = load("indonesia")
REGISTERS = [*Traffic.facts, *Taxes.facts, *LocalTaxes.facts]
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    columns = list_columns()
    found: Rows = {register: [] for register in columns}
    for batch in Nation(COUNTRY, NationPlan(2500, 5, ON)):
        for register, entries in batch.rows.items():
            found[register] += [dict(zip(columns[register], row, strict=True)) for row in entries]
    return found


def born(rows: Rows) -> dict[str, date]:
    return {row["number"]: row["birth_on"] for row in rows["civil.PersonEntry"]}


@pytest.mark.django_db
@pytest.mark.parametrize("register", REGISTERS)
def test_every_row_keeps_the_constraints_of_its_table(rows: Rows, register: str) -> None:
    model = apps.get_model(register)
    checks = [one for one in model._meta.constraints if hasattr(one, "condition") and not hasattr(one, "fields")]
    assert rows[register]
    assert checks
    for row in rows[register][:200]:
        entry = model(**row)
        entry.clean_fields(exclude=["id", *(name for name, value in row.items() if value is None)])
        for check in checks:
            check.validate(model, entry)


@pytest.mark.parametrize("register", REGISTERS)
def test_of_one_subject_no_two_entries_share_a_day_and_none_begins_tomorrow(rows: Rows, register: str) -> None:
    subjects = Counter(tuple(row[name] for name in apps.get_model(register).subject_fields) for row in rows[register])
    assert max(subjects.values()) == 1
    assert all(row["valid_from"] <= ON for row in rows[register])
    assert all(row["recorded_at"].date() <= ON for row in rows[register])


@pytest.mark.parametrize(
    ("register", "number"),
    [
        ("transport.VehicleEntry", "plate_number"),
        ("transport.OffenceEntry", "ticket_number"),
        ("tax.ArrearsEntry", "assessment_number"),
        ("tax.LocalAssessmentEntry", "assessment_number"),
    ],
)
def test_every_number_is_given_once(rows: Rows, register: str, number: str) -> None:
    assert max(Counter(row[number] for row in rows[register]).values()) == 1


def test_nobody_drives_or_owns_a_vehicle_before_seventeen(rows: Rows) -> None:
    birthdays = born(rows)
    for row in rows["transport.OwnershipEntry"]:
        assert age_on(birthdays[row["owner_number"]], row["valid_from"]) >= 17
    for row in rows["transport.LicenceEntry"]:
        assert age_on(birthdays[row["number"]], row["valid_from"]) >= 17


def test_a_vehicle_is_built_before_it_is_owned_and_pledged_while_it_is(rows: Rows) -> None:
    vehicles = {row["chassis_number"]: row for row in rows["transport.VehicleEntry"]}
    owned = {row["chassis_number"]: row for row in rows["transport.OwnershipEntry"]}
    assert vehicles.keys() == owned.keys()
    for chassis, entry in owned.items():
        assert vehicles[chassis]["valid_from"] <= entry["valid_from"]
        assert vehicles[chassis]["built_year"] <= entry["valid_from"].year
    for lien in rows["transport.LienEntry"]:
        assert lien["valid_from"] == owned[lien["chassis_number"]]["valid_from"]


def test_who_was_fined_holds_or_held_a_licence(rows: Rows) -> None:
    licensed = {row["number"] for row in rows["transport.LicenceEntry"]}
    assert {row["number"] for row in rows["transport.OffenceEntry"]} <= licensed


def test_every_vehicle_tax_is_of_a_vehicle_and_asked_of_its_owner(rows: Rows) -> None:
    plates = {row["chassis_number"]: row["plate_number"] for row in rows["transport.VehicleEntry"]}
    owners = {plates[row["chassis_number"]]: row for row in rows["transport.OwnershipEntry"]}
    taxed = [row for row in rows["tax.LocalAssessmentEntry"] if row["local_tax"] == "vehicle"]
    assert taxed
    for notice in taxed:
        owner = owners[notice["object_number"]]
        assert notice["number"] == owner["owner_number"]
        assert notice["valid_from"] >= owner["valid_from"]
        assert notice["tax_amount"] > 0
    states = Counter("paid" if row["paid_on"] else "due" if row["due_on"] >= ON else "arrears" for row in taxed)
    assert set(states) == {"paid", "due", "arrears"}
    assert states["arrears"] < len(taxed) / 10


def test_every_land_tax_is_of_a_parcel_and_asked_of_a_holder(rows: Rows) -> None:
    holders: dict[str, set[str]] = {}
    for right in rows["property.RightEntry"]:
        if right["valid_until"] is None:
            holders.setdefault(right["parcel_number"], set()).add(right["holder_number"])
    taxed = [row for row in rows["tax.LocalAssessmentEntry"] if row["local_tax"] == "land_building"]
    assert taxed
    for notice in taxed:
        assert notice["number"] in holders[notice["object_number"]]


def test_income_is_earned_by_taxpayers_and_taxed_by_the_brackets(rows: Rows) -> None:
    taxpayers = {row["number"]: row for row in rows["tax.TaxpayerEntry"]}
    birthdays = born(rows)
    for row in rows["tax.TaxpayerEntry"]:
        assert age_on(birthdays[row["number"]], row["registered_on"]) >= 20
    for row in rows["tax.IncomeEntry"]:
        assert row["tax_year"] >= taxpayers[row["number"]]["registered_on"].year
        assert row["valid_from"].year == row["tax_year"] + 1
        assert row["income_tax"] == _tax(row["taxable_income"])
    assert {row["number"] for row in rows["tax.ArrearsEntry"]} <= taxpayers.keys()


@pytest.mark.parametrize(
    ("taxable", "tax"),
    [(0, 0), (60_000_000, 3_000_000), (100_000_000, 9_000_000), (600_000_000, 31_500_000 + 62_500_000 + 30_000_000)],
)
def test_the_brackets_are_those_of_the_law(taxable: int, tax: int) -> None:
    assert _tax(taxable) == tax


@pytest.mark.parametrize(
    ("register", "column", "codes"),
    [
        ("transport.VehicleEntry", "vehicle_class", "vehicle_class"),
        ("transport.VehicleEntry", "fuel", "fuel"),
        ("transport.OwnershipEntry", "acquired_by", "acquired_by"),
        ("transport.LicenceEntry", "licence_class", "licence_class"),
        ("transport.OffenceEntry", "offence", "offence"),
        ("tax.TaxpayerEntry", "taxpayer_status", "taxpayer_status"),
        ("tax.ArrearsEntry", "national_tax", "national_tax"),
        ("tax.LocalAssessmentEntry", "local_tax", "local_tax"),
    ],
)
def test_codes_are_those_of_the_countrys_code_lists(rows: Rows, register: str, column: str, codes: str) -> None:
    known = yaml.safe_load(COUNTRY.path("codelists", f"{codes}.yaml").read_text("utf-8"))
    assert {row[column] for row in rows[register]} <= set(known)


def test_plates_go_on_with_three_letters_when_two_are_used_up() -> None:
    assert [_letters(series) for series in (0, 1, 26, 675, 676, 677)] == ["AA", "AB", "BA", "ZZ", "AAA", "AAB"]


def _tax(taxable: int) -> int:
    """UU 7/2021 art. 17, written out."""
    steps = ((60, 5), (190, 15), (250, 25), (4500, 30))
    tax = 0
    for width, percent in steps:
        part = min(taxable, width * 1_000_000)
        tax, taxable = tax + part * percent // 100, taxable - part
    return tax + taxable * 35 // 100
