"""The law of the demonstration country, against a second reckoning that shares nothing with the engine."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.intervals import prove
from gapura.foundation.rules.planning import get_plan
from gapura.kernel.law.examples import get_names, list_own_examples, run_example
from gapura.kernel.law.queries import compute, get_law

TODAY = date(2026, 6, 1)
BEFORE, AFTER = date(2021, 12, 31), date(2024, 1, 31)
STATUSES = {
    "A": [("TK", 0), ("TK", 1), ("K", 0)],
    "B": [("TK", 2), ("TK", 3), ("K", 1), ("K", 2)],
    "C": [("K", 3)],
}


def ask(target: str, day: date = AFTER, **given_data: object) -> int:
    entity = get_law().rules[target].versions[0].of
    return compute([target], {entity: [given_data]}, as_of=day)[target][-1]


def parameter(name: str, day: date = AFTER) -> object:
    return get_law().on(day).parameters[name].value


def tax_by_hand(amount: int, day: date) -> int:
    """Slice by slice, in rupiah-millionths, written without the engine."""
    table = parameter("tarif_pasal_17", day)
    assert isinstance(table, Brackets)
    taxed, owed = amount // 1000 * 1000, Fraction(0)
    for number, (floor, rate) in enumerate(zip(table.floors, table.rates, strict=True)):
        end = table.floors[number + 1] if number + 1 < len(table.floors) else taxed
        owed += max(0, min(taxed, end) - floor) * rate
    return int(owed)


def rate_by_hand(category: str, gross: int) -> Fraction:
    rows = parameter(f"ter_{category.lower()}")
    assert isinstance(rows, Rows)
    for ceiling, rate in zip(rows.ceilings, rows.rates, strict=False):
        if gross <= ceiling:
            return rate
    return rows.rates[-1]


def bounds_of(category: str) -> list[int]:
    rows = parameter(f"ter_{category.lower()}")
    assert isinstance(rows, Rows)
    return [bound + step for bound in rows.ceilings for step in (-1, 0, 1)]


def test_the_law_of_every_day_loads_and_everything_has_a_title() -> None:
    get_law().check()


def test_every_value_cites_an_article_and_says_how_certain_it_is() -> None:
    for parameter in get_law().parameters.values():
        for version in parameter.versions:
            assert version.cite
            assert version.certainty in ("high", "medium", "low")


@pytest.mark.parametrize("example", list_own_examples(), ids=lambda example: example.code)
def test_worked_examples_hold(example) -> None:
    outcome = run_example(example, today=TODAY)

    assert outcome.holds, (example.expected, outcome.got, outcome.refusal)
    assert not outcome.unused


def test_other_words_mean_names_that_there_are() -> None:
    law, names = get_law(), get_names()
    known = {*law.inputs, *law.rules}

    assert {name for meant in names.inputs.values() for name in meant} <= known
    assert {name for meant in [*names.rules.values(), *names.sets.values()] for name in meant} <= set(law.rules)
    assert {name for said in names.values.values() for row in said.values() for name in row} <= known
    assert set(names.rows.values()) <= set(law.inputs)


# Brackets


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_tax_at_every_bound_of_the_brackets(day: date) -> None:
    table = parameter("tarif_pasal_17", day)
    assert isinstance(table, Brackets)

    for floor in table.floors:
        for amount in (floor - 1000, floor - 1, floor, floor + 1, floor + 999, floor + 1000):
            if amount >= 0:
                assert ask("pkp", day, penghasilan_lain=amount + ask("ptkp", day)) == amount // 1000 * 1000
                assert ask("tarif", day, penghasilan_lain=amount + ask("ptkp", day)) == tax_by_hand(amount, day)


@given(st.integers(0, 20_000_000_000), st.dates(date(2009, 1, 1), date(2026, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_tax_of_any_income_on_any_day(amount: int, day: date) -> None:
    assert ask("pph_terutang", day, penghasilan_lain=amount + ask("ptkp", day)) == tax_by_hand(amount, day)


def test_the_brackets_change_with_the_year_2022() -> None:
    assert tax_by_hand(120_000_000, BEFORE) == 13_000_000
    assert ask("tarif", BEFORE, penghasilan_lain=120_000_000 + 54_000_000) == 13_000_000
    assert ask("tarif", AFTER, penghasilan_lain=120_000_000 + 54_000_000) == 12_000_000


@pytest.mark.parametrize(
    ("day", "single", "married_with_three"),
    [
        (date(2012, 12, 31), 15_840_000, 21_120_000),
        (date(2013, 1, 1), 24_300_000, 32_400_000),
        (date(2015, 1, 1), 36_000_000, 48_000_000),
        (date(2016, 1, 1), 54_000_000, 72_000_000),
        (date(2026, 1, 1), 54_000_000, 72_000_000),
    ],
)
def test_allowances_by_date(day: date, single: int, married_with_three: int) -> None:
    assert ask("ptkp", day) == single
    assert ask("ptkp", day, status="K", tanggungan=3) == married_with_three
    assert ask("ptkp", day, status="K", tanggungan=7) == married_with_three


def test_status_by_the_family_is_the_head_s_and_counts_who_depends() -> None:
    family = [
        {"hubungan": "kepala", "status": "keluarga"},
        {"hubungan": "istri", "status": "keluarga"},
        *({"hubungan": "anak", "ditanggung": True, "status": "keluarga"} for _ in range(4)),
    ]

    allowances = compute(["ptkp"], {"orang": family}, as_of=AFTER)["ptkp"]

    assert allowances[:2] == [72_000_000, 54_000_000]


# Monthly rates


@pytest.mark.parametrize("category", "ABC")
def test_monthly_tax_at_every_bound(category: str) -> None:
    for gross in bounds_of(category):
        expected = gross * rate_by_hand(category, gross)
        for status, dependants in STATUSES[category]:
            assert ask("ter", gaji_bulan=gross, status=status, tanggungan=dependants) == int(expected), gross


@pytest.mark.parametrize(("category", "rows"), [("A", 44), ("B", 40), ("C", 41)])
def test_the_tables_have_all_their_rows_and_rise(category: str, rows: int) -> None:
    table = parameter(f"ter_{category.lower()}")
    assert isinstance(table, Rows)

    assert len(table.rates) == rows
    assert list(table.rates) == sorted(set(table.rates))
    assert table.rates[0] == 0
    assert table.rates[-1] == Fraction(34, 100)


@pytest.mark.parametrize("category", "ABC")
def test_each_rate_is_near_the_true_average_of_its_row(category: str) -> None:
    """Within 0.75 points at the middle of the row: what a mistyped row or a wrong category would not be."""
    table = parameter(f"ter_{category.lower()}")
    assert isinstance(table, Rows)
    allowances = [ask("ptkp", status=status, tanggungan=count) for status, count in STATUSES[category]]

    for low, high, rate in zip((0, *table.ceilings), table.ceilings, table.rates, strict=False):
        gross = (low + high) // 2
        taxable = gross * 12 - min(gross * 12 // 20, 6_000_000)
        averages = [Fraction(tax_by_hand(max(0, taxable - ptkp), AFTER), gross * 12) for ptkp in allowances]
        distance = max(Fraction(0), min(averages) - rate, rate - max(averages))
        assert distance <= Fraction(75, 10_000), (high, rate)


# What public implementations get wrong (rules.md, section 6)


@pytest.mark.parametrize(("status", "dependants"), [("TK", 1), ("K", 0)])
def test_tk1_and_k0_are_of_category_a(status: str, dependants: int) -> None:
    assert ask("ter", gaji_bulan=10_050_000, status=status, tanggungan=dependants) == 201_000  # 2%, in B 1.5%


@pytest.mark.parametrize(("status", "dependants"), [("TK", 3), ("K", 2)])
def test_tk3_and_k2_are_of_category_b(status: str, dependants: int) -> None:
    assert ask("ter", gaji_bulan=11_250_000, status=status, tanggungan=dependants) == 225_000  # 2%, in C 1.75%


@pytest.mark.parametrize(
    ("status", "dependants", "gross", "tax"),
    [
        ("TK", 0, 11_600_000, 406_000),  # A above 11 million: 3.5%
        ("K", 3, 8_850_000, 88_500),  # C: 1% to 8.85 million …
        ("K", 3, 8_850_001, 110_625),  # … and 1.25% above
        ("K", 3, 22_700_001, 2_043_000),  # C above 22.7 million: 9%
        ("K", 3, 95_600_000, 21_988_000),  # C: 23% to 95.6 million, not 95.0
        ("K", 3, 95_600_001, 22_944_000),
    ],
)
def test_rows_that_are_often_mistyped(status: str, dependants: int, gross: int, tax: int) -> None:
    assert ask("ter", gaji_bulan=gross, status=status, tanggungan=dependants) == tax


def test_december_deducts_the_worker_s_own_contributions() -> None:
    pay = {"gaji_bulan": 10_454_000, "iuran_bulan": 300_000}

    assert ask("desember", **pay) == 402_350
    assert ask("desember", **{**pay, "iuran_bulan": 0}) == 942_350  # what a public payroll program expects


def test_the_first_500_million_of_a_person_s_turnover_are_free() -> None:
    assert ask("pph_final_umkm", omzet=500_000_000) == 0
    assert ask("pph_final_umkm", omzet=500_000_000, bentuk_usaha="pt") == 2_500_000


# Payrolls with changing pay


def payroll(months: list[int], **person: object) -> dict[str, list[int]]:
    rows = [{"bulan_ke": number, "bruto_masa": gross} for number, gross in enumerate(months, 1)]
    household = {"orang": [{"bulan_akhir": len(months), **person}], "masa": rows}
    return compute(["setahun", "pph21_masa"], household, as_of=date(2024, 12, 31))


@given(st.lists(st.integers(0, 200_000_000), min_size=1, max_size=12), st.integers(0, 3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_months_together_are_the_year(months: list[int], dependants: int, married: bool) -> None:
    figures = payroll(months, status="K" if married else "TK", tanggungan=dependants)

    assert sum(figures["pph21_masa"]) == figures["setahun"][0]


def test_a_holiday_allowance_raises_its_own_month_and_the_year() -> None:
    figures = payroll([10_000_000] * 3 + [20_000_000] + [10_000_000] * 8)

    assert figures["pph21_masa"][:4] == [200_000, 200_000, 200_000, 1_800_000]
    assert figures["setahun"] == [tax_by_hand(130_000_000 - 6_000_000 - 54_000_000, AFTER)]


def test_equal_months_are_the_short_form() -> None:
    figures = payroll([10_000_000] * 12)

    assert figures["setahun"] == [ask("setahun", gaji_bulan=10_000_000)]
    assert figures["pph21_masa"][-1] == ask("desember", gaji_bulan=10_000_000)


def test_somebody_who_began_in_september_is_taxed_on_four_months() -> None:
    assert ask("setahun", gaji_bulan=20_000_000, bulan_kerja=4) == tax_by_hand(
        80_000_000 - 2_000_000 - 54_000_000, AFTER
    )


def test_a_resident_of_part_of_the_year_is_taxed_as_for_the_whole() -> None:
    whole = ask("setahun", gaji_bulan=20_000_000, bulan_kerja=12)

    assert ask("setahun", gaji_bulan=20_000_000, bulan_kerja=6, bulan_subjek=6) == whole // 2


# Husband and wife


@given(st.integers(0, 9_000_000_000), st.integers(0, 9_000_000_000), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_separate_spouses_divide_one_tax(own: int, spouse: int, dependants: int) -> None:
    given_data = {"penghasilan_lain": own, "neto_pasangan": spouse, "tanggungan": dependants}
    joint = tax_by_hand(max(0, own + spouse - 112_500_000 - dependants * 4_500_000), AFTER)

    parts = [ask(name, **given_data) for name in ("pph_pisah", "pph_pisah_pasangan")]

    assert ask("pph_gabungan", **given_data) == joint
    assert joint - 1 <= sum(parts) <= joint
    if own + spouse:
        assert parts[0] == joint * own // (own + spouse)


def test_slips_are_credited_and_final_ones_are_not() -> None:
    slips = [
        {"bruto_bukti": 120_000_000, "iuran_bukti": 3_600_000, "pph_bukti": 2_700_000},
        {"bruto_bukti": 500_000_000, "pph_bukti": 50_000_000, "final_bukti": True},
    ]

    figures = compute(["penghasilan_neto", "kredit_pajak", "pph_kurang_bayar"], {"bukti": slips}, as_of=AFTER)

    assert figures["penghasilan_neto"] == [110_400_000]
    assert figures["kredit_pajak"] == [2_700_000]
    assert figures["pph_kurang_bayar"] == [tax_by_hand(56_400_000, AFTER) - 2_700_000]


# Lump sums, daily pay, turnover


@given(st.integers(0, 900_000_000), st.integers(0, 900_000_000))
@settings(max_examples=60, deadline=None)
def test_a_severance_in_two_payments_is_taxed_as_one(first: int, second: int) -> None:
    one = ask("pesangon", pesangon_bruto=first + second)
    two = ask("pesangon", pesangon_bruto=first) + ask("pesangon", pesangon_bruto=second, pesangon_sebelumnya=first)

    assert one - 1 <= two <= one


def test_severance_in_the_third_year_is_taxed_by_article_17() -> None:
    assert ask("pesangon", pesangon_bruto=120_000_000, tahun_pembayaran=2) == 5_500_000
    assert ask("pesangon", pesangon_bruto=120_000_000, tahun_pembayaran=3) == 12_000_000


@pytest.mark.parametrize(
    ("pay", "tax"), [(450_000, 0), (450_001, 2_250), (2_500_000, 12_500), (2_500_001, 62_500), (3_000_000, 75_000)]
)
def test_daily_pay_at_its_bounds(pay: int, tax: int) -> None:
    assert ask("harian", upah_hari=pay) == tax


@given(st.lists(st.integers(0, 300_000_000), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_the_free_turnover_is_used_up_month_by_month(months: list[int]) -> None:
    before = taxed = 0
    for turnover in months:
        taxed += ask("dasar_umkm", omzet=turnover, omzet_sebelumnya=before)
        before += turnover

    assert taxed == max(0, sum(months) - 500_000_000)


@pytest.mark.parametrize(("form", "years"), [("orang_pribadi", 7), ("cv", 4), ("pt", 3)])
def test_the_final_tax_has_its_term(form: str, years: int) -> None:
    assert ask("berhak_final", tahun_final=years, bentuk_usaha=form) == 1
    assert ask("berhak_final", tahun_final=years + 1, bentuk_usaha=form) == 0
    assert ask("berhak_final", omzet_tahun_lalu=4_800_000_001, bentuk_usaha=form) == 0


# Days of change


@pytest.mark.parametrize(
    ("day", "luxury", "tax"),
    [
        (date(2022, 3, 31), False, 100_000),
        (date(2022, 4, 1), False, 110_000),
        (date(2025, 1, 1), False, 110_000),
        (date(2025, 1, 1), True, 110_000),
        (date(2025, 1, 31), True, 110_000),
        (date(2025, 2, 1), True, 120_000),
        (date(2025, 2, 1), False, 110_000),
    ],
)
def test_value_added_tax_by_date(day: date, luxury: bool, tax: int) -> None:
    assert ask("ppn", day, harga=1_000_000, mewah=luxury) == tax


def test_a_leap_day_has_the_law_of_its_month() -> None:
    assert ask("ter", date(2024, 2, 29), gaji_bulan=10_000_000) == 200_000


def test_the_day_before_the_effective_rates_there_are_none() -> None:
    with pytest.raises(LookupError, match="2024-01-01"):
        ask("ter", date(2023, 12, 31), gaji_bulan=10_000_000)
    assert ask("pph21_bulan", date(2023, 12, 31), gaji_bulan=10_000_000) == tax_by_hand(60_000_000, AFTER) // 12


# Lateness


@pytest.mark.parametrize(
    ("due", "paid", "months"),
    [
        (date(2024, 3, 31), date(2024, 3, 31), 0),
        (date(2024, 3, 31), date(2024, 4, 1), 1),
        (date(2024, 3, 31), date(2024, 4, 30), 1),
        (date(2024, 3, 31), date(2024, 5, 1), 2),
        (date(2024, 2, 15), date(2024, 3, 15), 1),
        (date(2024, 2, 15), date(2024, 3, 16), 2),
        (date(2020, 2, 29), date(2021, 2, 28), 12),
        (date(2024, 3, 31), date(2024, 3, 1), 0),
        (date(2020, 1, 31), date(2026, 1, 31), 24),
    ],
)
def test_a_part_of_a_month_counts_whole_and_24_are_the_most(due: date, paid: date, months: int) -> None:
    assert ask("bulan_terlambat", due, jatuh_tempo=due, dibayar_pada=paid) == months


def test_interest_is_at_the_rate_of_the_day_it_is_counted_from() -> None:
    data = {"pokok": 10_000_000, "jatuh_tempo": date(2025, 2, 15), "dibayar_pada": date(2025, 4, 1)}

    assert ask("bunga_keterlambatan", date(2025, 2, 15), **data) == 202_000
    assert ask("bunga_keterlambatan", date(2019, 2, 15), **data) == 400_000


@pytest.mark.parametrize(
    ("kind", "fine"), [("tahunan_orang", 100_000), ("tahunan_badan", 1_000_000), ("masa_ppn", 500_000)]
)
def test_a_late_return_has_its_fine(kind: str, fine: int) -> None:
    assert ask("denda_lapor", jenis_spt=kind) == fine
    assert ask("denda_lapor", jenis_spt=kind, terlambat=False) == 0


# Social assistance


def family_assistance(members: list[dict[str, object]], decile: int = 1) -> dict[str, int]:
    targets = ["pkh", "bantuan_pkh", "bantuan_sembako", "bantuan_pbi", "bantuan_pip_keluarga", "bantuan_keluarga"]
    figures = compute(targets, {"orang": members, "keluarga": [{"desil": decile}]}, as_of=TODAY)
    return {name: values[0] for name, values in figures.items()}


def test_a_family_gets_its_four_dearest_components_and_more() -> None:
    family = [{"usia": 40}, {"usia": 38}, {"usia": 65}, {"usia": 3}, {"usia": 5}]
    pupils = [{"usia": 8, "jenjang": "sd", "kelas": 2}, {"usia": 13, "jenjang": "smp", "kelas": 7}]

    got = family_assistance(family + pupils)

    assert got["pkh"] == got["bantuan_pkh"] == 3_000_000 + 3_000_000 + 2_400_000 + 1_500_000
    assert got["bantuan_pip_keluarga"] == 450_000 + 750_000
    assert got["bantuan_sembako"] == 2_400_000
    assert got["bantuan_pbi"] == 42_000 * 7 * 12
    assert got["bantuan_keluarga"] == 9_900_000 + 2_400_000 + 1_200_000


@pytest.mark.parametrize(("decile", "pkh", "health"), [(4, 3_000_000, 84_000 * 12), (5, 0, 84_000 * 12), (6, 0, 0)])
def test_assistance_ends_at_its_decile(decile: int, pkh: int, health: int) -> None:
    got = family_assistance([{"usia": 30}, {"usia": 1}], decile)

    assert (got["bantuan_pkh"], got["bantuan_pbi"]) == (pkh, health)


def test_the_last_class_gets_half() -> None:
    assert [ask("pip", jenjang="sma", kelas=number, usia=17) for number in (11, 12)] == [1_800_000, 900_000]
    assert ask("pip", date(2023, 12, 31), jenjang="sma", kelas=11, usia=17) == 1_000_000


# Local taxes, contributions


def test_local_thresholds_have_a_legal_floor() -> None:
    assert ask("pbb", njop_bumi=110_000_000, tarif_pbb="0.1%") == 100_000
    assert ask("pbb", njop_bumi=110_000_000, tarif_pbb="0.1%", njoptkp=60_000_000) == 50_000
    assert ask("bphtb", npop=100_000_000, tarif_bphtb="5%") == 1_000_000
    assert ask("bphtb", npop=100_000_000, tarif_bphtb="5%", waris=True) == 0


def test_a_local_rate_beyond_the_law_is_refused() -> None:
    with pytest.raises(ValueError, match="tarif_pbb"):
        ask("pbb", njop_bumi=110_000_000, tarif_pbb="0.6%")


def test_the_regency_s_surcharge_begins_on_5_january_2025() -> None:
    vehicle = {"njkb": 200_000_000, "tarif_pkb": "1%"}

    assert ask("pkb_dan_opsen", date(2025, 1, 4), **vehicle) == 2_000_000
    assert ask("pkb_dan_opsen", date(2025, 1, 5), **vehicle) == 3_320_000


def test_contributions_stop_at_their_highest_wage() -> None:
    assert ask("iuran_kesehatan_pekerja", upah=15_000_000) == 120_000
    assert ask("iuran_jp_pekerja", date(2024, 3, 1), upah=15_000_000) == 100_423
    assert ask("iuran_jp_pekerja", date(2025, 3, 1), upah=15_000_000) == 105_474


@pytest.mark.parametrize(
    "name", ["tarif_ter", "setahun", "pph_kurang_bayar", "bersih_keluarga", "bantuan_keluarga", "ppn"]
)
def test_a_nation_s_figures_stay_within_64_bits(name: str) -> None:
    for day in [day for day in get_law().changes if name in get_law().on(day).figures]:
        prove(get_plan(get_law().on(day), [name]))


def test_a_negative_income_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"gaji_bulan: -1 is not between 0 and"):
        ask("setahun", gaji_bulan=-1)


def test_a_list_of_codes_is_whole_in_every_choice() -> None:
    for each in get_law().parameters.values():
        for version in each.versions:
            if isinstance(version.value, Choices):
                assert [code for code, _ in version.value.values] == list(get_law().codes[version.value.codes])


def test_stretches_of_days_begin_where_something_changes() -> None:
    for day in get_law().changes[1:]:
        assert get_law().on(day).digest != get_law().on(day - timedelta(days=1)).digest, day
