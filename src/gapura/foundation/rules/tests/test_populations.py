"""A population that the law cannot reckon with is refused by name and first row, before anything is reckoned."""

import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gapura.foundation.rules import columns, fused
from gapura.foundation.rules.columns import compute_blocks, compute_columns
from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.fused import Fused
from gapura.foundation.rules.fused_source import cut_stages, write_source
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.populations import Population
from gapura.foundation.rules.tests.laws import TARGETS, get_household_law
from gapura.foundation.rules.tests.small_laws import DAY, make_law

LAW = get_household_law().on(DAY)
PLAN = get_plan(LAW, TARGETS)


def make_town(people=6):
    """Families of two, in order."""
    return Population(
        {"person": people, "family": people // 2},
        {
            "salary": np.arange(people, dtype=np.int64) * 50_000_000,
            "role": np.array([0, 2] * (people // 2), np.int8),
            "born_on": np.array([19800101, 20160229] * (people // 2), np.int32),
        },
        {("person", "family"): np.arange(people, dtype=np.int32) // 2},
    )


def changed(name, row, value, dtype=np.int64):
    town = make_town()
    column = town.columns[name].astype(dtype)
    column[row] = value
    return replace(town, columns={**town.columns, name: column})


def placed(positions):
    return replace(make_town(), groups={("person", "family"): np.array(positions)})


def without(name):
    town = make_town()
    return replace(town, columns={each: column for each, column in town.columns.items() if each != name})


REFUSED = {
    "a negative salary": (changed("salary", 3, -5), "salary: -5 is not between 0 and 1000000000000 (person 4)."),
    "a salary that wraps": (changed("salary", 2, 2**63 + 1, np.uint64), "salary: it holds numbers that do not fit"),
    "a code of no list": (changed("role", 1, 3), "role: 3 is not between 0 and 2 (person 2)."),
    "a day that is not": (
        changed("born_on", 5, 20230229),
        "born_on: 20230229 is no date (person 6). Write it as 20240229.",
    ),
    "a month that is not": (changed("born_on", 5, 20231301), "born_on: 20231301 is no date"),
    "a century without a leap day": (changed("born_on", 0, 19000229), "born_on: 19000229 is no date"),
    "decimals": (changed("salary", 0, 1, np.float64), "salary: it needs 6 whole numbers, one for each person."),
    "a missing column": (without("salary"), "salary: the population has no such column"),
    "too short a column": (
        replace(make_town(), columns={**make_town().columns, "role": np.zeros(5, np.int8)}),
        "role: it needs 6 whole numbers",
    ),
    "no number of families": (replace(make_town(), rows={"person": 6}), "family: the population does not say how many"),
    "no families": (
        replace(make_town(), groups={}),
        "family: the population does not say in which family each person is",
    ),
    "too few positions": (placed([0, 0]), "family: it needs 6 positions"),
    "a family beyond the last": (placed([0, 0, 1, 1, 2, 3]), "family: there is no row 3 (person 6)."),
    "a family before the first": (placed([0, -1, 1, 1, 2, 2]), "family: there is no row -1 (person 2)."),
}


@pytest.mark.parametrize("numba", [True, False])
@pytest.mark.parametrize(("population", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_by_name_and_first_row(population, message, numba, tmp_path, monkeypatch):
    monkeypatch.setattr(Fused, "_compile", lambda self, plan: pytest.fail("It was not looked at before."))
    fresh = replace(population)  # what an earlier test found out of it is not known of its copy
    with pytest.raises(BadInput) as refused:
        (Fused(tmp_path).compute if numba else compute_columns)(LAW, TARGETS, fresh, DAY)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "positions", [np.zeros(41, np.int64), np.roll(np.arange(42) // 41, 1)], ids=["in order", "scattered"]
)
def test_more_members_than_the_proof_reckoned_with_are_refused(positions):
    people = len(positions)
    town = Population(
        {"person": people, "family": 2},
        {"salary": np.zeros(people, np.int64), "born_on": np.full(people, 19800101)},
        {("person", "family"): positions},
    )
    with pytest.raises(BadInput, match="family 1 has more than 40 of person"):
        compute_columns(LAW, TARGETS, town, DAY)


def test_forty_members_are_not_too_many():
    town = Population(
        {"person": 40, "family": 1},
        {"salary": np.full(40, 10**6), "born_on": np.full(40, 20200101), "role": np.full(40, 2)},
    )
    assert compute_columns(LAW, ["children"], town, DAY)["children"].tolist() == [40]


def test_an_empty_population_has_no_figures(tmp_path):
    empty = Population(
        {"person": 0, "family": 0},
        {"salary": np.zeros(0, np.int64), "born_on": np.zeros(0, np.int64)},
        {("person", "family"): np.zeros(0, np.int64)},
    )
    for by in (compute_columns, Fused(tmp_path).compute):
        assert [column.tolist() for column in by(LAW, TARGETS, empty, DAY).values()] == [[], [], []]


def test_narrow_columns_do_not_wrap(tmp_path):
    wide, narrow = make_town(), make_town()
    narrow = replace(narrow, columns={**narrow.columns, "salary": np.array([0, 100, 127, 3, 0, 1], np.int8)})
    wide = replace(wide, columns={**wide.columns, "salary": np.array([0, 100, 127, 3, 0, 1], np.int64)})
    expected = {name: column.tolist() for name, column in compute_columns(LAW, TARGETS, wide, DAY).items()}
    for by in (compute_columns, Fused(tmp_path).compute):
        assert {name: column.tolist() for name, column in by(LAW, TARGETS, narrow, DAY).items()} == expected


def test_blocks_come_one_at_a_time_and_progress_hears_of_each():
    heard, made = [], []

    def blocks():
        for number in range(3):
            made.append(number)
            yield make_town()

    walk = compute_blocks(LAW, TARGETS, blocks(), DAY, progress=heard.append)
    next(walk)
    assert (made, heard) == ([0], [6])
    list(walk)
    assert heard == [6, 6, 6]


def test_a_changed_copy_is_looked_at_again():
    town = make_town()
    compute_columns(LAW, TARGETS, town, DAY)
    with pytest.raises(BadInput, match="there is no row 9"):
        compute_columns(LAW, TARGETS, replace(town, groups={("person", "family"): np.full(6, 9)}), DAY)


def test_parts_keep_families_whole_and_a_scattered_town_stays_whole():
    town = make_town(1_000)
    parts = list(town.split(PLAN, 100))
    assert sum(part.rows["person"] for part in parts) == 1_000
    assert len(parts) == 10
    assert all(part.rows["person"] == 2 * part.rows["family"] for part in parts)
    scattered = replace(town, groups={("person", "family"): np.arange(1_000) % 500})
    assert [part.rows["person"] for part in scattered.split(PLAN, 100)] == [1_000]


def test_a_reform_of_amounts_compiles_nothing_and_a_reform_of_rules_does():
    richer = LAW.reformed({"allowance_self": 60_000_000, "benefit_threshold": 20_000_000}, cite="Bill 1")
    one, other = write_source(PLAN), write_source(get_plan(richer, TARGETS))
    assert one.digest == other.digest
    assert one.numbers != other.numbers
    assert write_source(get_plan(get_household_law().on(DAY.replace(year=2016)), TARGETS)).digest != one.digest


def test_without_numba_numpy_does_it(tmp_path, monkeypatch):
    monkeypatch.setattr(fused, "has_compiler", lambda: False)
    figures = Fused(tmp_path / "law").compute(LAW, TARGETS, make_town(), DAY)
    assert figures["income_tax"].tolist() == compute_columns(LAW, TARGETS, make_town(), DAY)["income_tax"].tolist()
    assert not (tmp_path / "law").exists()


def test_a_tampered_file_is_written_anew(tmp_path, monkeypatch):
    source = write_source(PLAN)
    monkeypatch.delitem(sys.modules, f"law_{source.digest}", raising=False)
    path = tmp_path / f"law_{source.digest}.py"
    path.write_text("drive = None")
    Fused(tmp_path)._load(source)
    assert path.read_text() == source.text


def test_a_folder_that_others_may_write_to_is_refused(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(PermissionError, match="chmod go-w it"):
        Fused(tmp_path)._load(replace(write_source(PLAN), text="drive = None"))


def test_very_many_rules_are_cut_into_several_loops(tmp_path, monkeypatch):
    names = ["salary", *(f"tax_{number}" for number in range(30))]
    rule = '@chapter.rule(cite="Act 1", since="2009-01-01")\n'
    law = make_law(tmp_path, "".join(
        f"{rule}def {name}({before}: MoneyPerYear, most: MoneyPerYear) -> MoneyPerYear:\n    return {before} + most\n"
        for before, name in pairwise(names)
    ))  # fmt: skip
    assert len(list(cut_stages(get_plan(law, ["tax_29"])))) == 1
    monkeypatch.setattr("gapura.foundation.rules.fused_source.MOST_RULES", 8)
    assert [len(stage.figures) for stage in cut_stages(get_plan(law, ["tax_29"]))] == [8, 8, 8, 6]
    two = Population({"person": 2}, {"salary": np.array([1, 3])})
    for by in (compute_columns, Fused(tmp_path).compute):
        assert by(law, ["tax_29"], two, DAY)["tax_29"].tolist() == [180_000_001, 180_000_003]


def test_what_no_rule_reads_any_more_is_let_go():
    walk = columns.Walk(np, PLAN, make_town(), 20240101)
    walk.compute()
    assert set(walk.found) == set(TARGETS)
