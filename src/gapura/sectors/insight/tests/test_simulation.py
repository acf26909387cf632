"""What a reform does to families, down to the unit of money, and which reforms are refused."""

from dataclasses import replace
from datetime import date

import pytest

from gapura.kernel.law.queries import get_law_on
from gapura.sectors.insight import rules
from gapura.sectors.insight.actions import simulate
from gapura.sectors.insight.measures import get_measure
from gapura.sectors.insight.reforms import apply_reform, combine, read_reform
from gapura.sectors.insight.simulation import Simulation, list_targets
from gapura.sectors.insight.testing import REFORM, Villages
from gapura.sectors.insight.types import CannotSimulate, Effect, FamilyKind, Outcome

ON = date(2025, 12, 31)
LAW = get_law_on(ON)


def run(*texts: str, people: int = 40) -> Outcome:
    return simulate(texts or [REFORM], source=Villages(), people=people, seed=1, on=ON)


def reform(**parameters: object) -> str:
    lines = "".join(f"  {name}: {value}\n" for name, value in parameters.items())
    return f"title: Test\ncite: Bill 1\nparameters:\n{lines}"


def test_a_reform_that_changes_nothing_changes_nobody() -> None:
    same = LAW.parameters["ptkp_diri"].value
    outcome = run(reform(ptkp_diri=same))
    assert (outcome.cost, outcome.everybody.winners, outcome.everybody.losers) == (0, 0, 0)
    assert outcome.everybody.families == 20
    assert [band.before for band in outcome.marginal] == [band.after for band in outcome.marginal]


def test_a_higher_free_income_gives_five_percent_of_it_to_who_pays_tax() -> None:
    """A wage of 120 million: deduction 6 million, free 54 + 4.5 million, and with the reform 18 million more."""
    law, measure = LAW, get_measure()
    changed = apply_reform(law, read_reform(REFORM, law), list_targets(measure, law))
    simulation = Simulation(measure, law, changed, ON)
    family = next(iter(Villages(step=120_000_000).draw(2, seed=1, on=ON)))[0]

    effect = simulation.compare(family)

    taxable, less = 120_000_000 - 6_000_000 - 58_500_000, 120_000_000 - 6_000_000 - 76_500_000
    assert effect.before[0] == taxable * 5 // 100
    assert effect.after[0] == less * 5 // 100
    assert effect.change == 18_000_000 * 5 // 100
    assert effect.marginal == ((50, 50),)


def test_cost_is_what_all_families_gain_together() -> None:
    outcome = run()
    for groups in (outcome.by_decile, outcome.by_region, outcome.by_kind):
        assert sum(one.change for one in groups) == outcome.cost
        assert sum(one.families for one in groups) == outcome.everybody.families
    taxes = next(one for one in outcome.figures if one.name == "pph_terutang")
    assert taxes.before - taxes.after == outcome.cost > 0
    assert outcome.cost_in_country == outcome.cost * 2_000 // 40


def test_winners_and_losers_are_counted_apart() -> None:
    outcome = run(reform(ptkp_diri=0, tarif_pasal_17='[[0, "0%"], [300000000, "35%"]]'))
    assert outcome.everybody.winners > 0
    lost = run(reform(ptkp_diri=0))
    assert (lost.everybody.winners, lost.cost < 0) == (0, True)
    assert lost.everybody.unchanged + lost.everybody.losers == lost.everybody.families


def test_assistance_is_part_of_what_a_family_gains() -> None:
    outcome = run(reform(sembako_sebulan=300_000))
    poor = sum(LAW.parameters["desil_sembako"].value >= number % 10 + 1 for number in range(20))
    assert outcome.cost == poor * 12 * 100_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (reform(ptkp_dirii=1), "Did you mean one of these: ptkp_diri"),
        (reform(no_such_thing_at_all=1), "list all of them"),
        (reform(ptkp_diri='"5%"'), "money a year"),
        (reform(ptkp_diri="1.5"), "money a year"),
        (reform(tarif_umkm="5"), "write it as text"),
        (reform(ptkp_diri="{value: 1, unit: money/month}"), "not in money/month"),
        (reform(ptkp_diri="[1]"), "money a year"),
        (reform(tarif_pasal_17="5"), "brackets"),
        (reform(denda_lapor_jumlah="{masa_ppn: 1}"), "figure for each of"),
        (reform(ptkp_diri=10**20), "more than 64 bits"),
        ("title: x\nparameters: {ptkp_diri: 1}", "where it is written"),
        ("cite: x\nparameters: {}", "changes nothing"),
        ("- a list", "not a mapping"),
        ("a: [", "not YAML"),
        ("a: !!python/object/apply:os.system [ls]", "not YAML"),
        ("cite: x\nsurprise: 1\nparameters: {ptkp_diri: 1}", "surprise means nothing"),
        ("x" * 20_001, "at most"),
    ],
)
def test_what_is_no_reform_of_this_law_is_refused(text: str, says: str) -> None:
    with pytest.raises(CannotSimulate, match=says):
        run(text, people=2)


def test_a_value_with_the_right_unit_is_taken() -> None:
    assert run(reform(ptkp_diri="{value: 72000000, unit: money/year}")).cost == run().cost


def test_two_reforms_together_are_more_than_one_and_never_change_the_same_thing() -> None:
    assistance = reform(sembako_sebulan=300_000)
    both = run(REFORM, assistance)
    assert both.cost == run().cost + run(assistance).cost
    with pytest.raises(CannotSimulate, match="Two reforms change ptkp_diri"):
        run(REFORM, reform(ptkp_diri=1))
    assert combine([read_reform(REFORM, LAW)]).title == "A higher free income"


def test_a_day_before_any_of_the_figures_is_refused() -> None:
    with pytest.raises(CannotSimulate):
        simulate([REFORM], source=Villages(), people=2, seed=1, on=date(1990, 1, 1))


def test_nobody_is_no_population() -> None:
    with pytest.raises(CannotSimulate, match="nobody"):
        run(people=1)


def effect(income: int, people: int = 1, change: int = 0) -> Effect:
    return Effect("", FamilyKind.ALONE, people, income, (), (), 0, change, ())


def test_tenths_hold_as_many_people_and_rise_with_income_a_head() -> None:
    tenths = rules.group_by_decile([effect(income=number) for number in range(100)])
    assert [one.families for one in tenths] == [10] * 10
    crowded = rules.group_by_decile([effect(100, people=10), effect(20)])
    assert crowded[0].people == 10, "10 a head is poorer than 20 a head"
    assert sum(one.people for one in rules.group_by_decile([effect(5)])) == 1


def test_a_group_of_few_families_is_never_shown_alone() -> None:
    many = [replace(effect(10), region="North") for _ in range(5)]
    few = [replace(effect(10, change=7), region=name) for name in ("East", "West")]
    groups = rules.group_by(many + few, lambda each: each.region)
    assert [(one.name, one.families) for one in groups] == [("North", 5), (rules.OTHERS, 2)]
    assert groups[-1].change == 14


def test_marginal_rates_fall_into_the_band_that_ends_with_them() -> None:
    found = rules.bands([(-1, 0), (0, 10), (50, 51), (150, 151), (350, 351)])
    assert [(one.floor, one.before, one.after) for one in found] == [
        (None, 1, 0), (0, 1, 1), (1, 1, 1), (6, 1, 1), (16, 0, 1), (26, 1, 0), (36, 0, 1),
    ]  # fmt: skip
    assert rules.marginal_rate(0, -350, 1000) == 350
    assert rules.marginal_rate(0, 100, 1000) == -100


def test_a_mean_change_never_hides_a_loss_behind_rounding() -> None:
    group = rules.group([effect(0, change=-1), effect(0, change=0)], "x")
    assert (group.change, group.mean_change, group.losers) == (-1, 0, 1)
    assert replace(group, families=0).mean_change == 0
