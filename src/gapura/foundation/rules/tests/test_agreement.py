"""Every form of the law gives the same figures, to the last unit of money: for random families on random days."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapura.foundation.rules import accelerated, columns, scalar
from gapura.foundation.rules.fused import Fused
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.populations import make_population
from gapura.foundation.rules.tests import plain
from gapura.foundation.rules.tests.households import households
from gapura.foundation.rules.tests.laws import TARGETS, get_household_law

LAW = get_household_law()
DAYS = st.one_of(
    st.dates(date(2009, 1, 1), date(2026, 12, 31)),
    st.sampled_from([date(2015, 12, 31), date(2016, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date(2024, 2, 29)]),
)
FIGURES = (*TARGETS, "allowance", "is_child", "children", "members")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def fused(tmp_path_factory):
    return Fused(tmp_path_factory.mktemp("law"), threads=2)


def one_by_one(law, targets, families, day):
    """What ``scalar`` gives, one behind the other, as columns give it."""
    each = [scalar.compute(law, targets, family, as_of=day) for family in families]
    return {target: [value for figures in each for value in figures[target]] for target in targets}


def assert_columns(figures, expected):
    assert {target: column.tolist() for target, column in figures.items()} == expected
    assert all(column.dtype == np.int64 for column in figures.values())


@QUICK
@given(family=households(LAW.on(date(2024, 1, 1)), FIGURES), day=DAYS)
def test_one_family_computed_explained_and_reckoned_by_hand(family, day):
    law = LAW.on(day)
    computed = scalar.compute(law, FIGURES, family, as_of=day)
    nodes = scalar.explain(law, FIGURES, family, as_of=day)
    assert {target: [node["value"] for node in nodes[target]] for target in FIGURES} == computed
    assert plain.compute(law, FIGURES, family, as_of=day) == computed


@pytest.mark.slow
@QUICK
@given(families=st.lists(households(LAW.on(date(2024, 1, 1)), FIGURES), min_size=1, max_size=5), day=DAYS)
def test_many_families_in_columns_and_in_loops(fused, families, day):
    law = LAW.on(day)
    population = make_population(get_plan(law, FIGURES), families)
    expected = one_by_one(law, FIGURES, families, day)
    assert_columns(columns.compute_columns(law, FIGURES, population, day), expected)
    assert_columns(fused.compute(law, FIGURES, population, day), expected)


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2024, 2, 29)])
def test_a_town_cut_in_pieces_and_on_an_accelerator(fused, day):
    law = LAW.on(day)
    plan = get_plan(law, FIGURES)
    families = [make_family(number) for number in range(1_500)]
    town = make_population(plan, families)
    expected = one_by_one(law, FIGURES, families, day)
    assert_columns(fused.compute(law, FIGURES, town, day), expected)
    for by in (columns.compute_columns, fused.compute):
        parts = [figures for _, figures in columns.compute_blocks(law, FIGURES, town.split(plan, 500), day, by=by)]
        assert len(parts) > 5
        assert_columns({name: np.concatenate([part[name] for part in parts]) for name in FIGURES}, expected)
    pytest.importorskip("jax", reason="JAX is not installed (requirements-dev.lock has it)")
    assert_columns(accelerated.compute_accelerated(law, FIGURES, town, day), expected)


def make_family(number):
    """A family that depends on its number only."""
    roles = ("head", "spouse", "child", "child", "child")[: 1 + number % 5]
    return {
        "person": [
            {"salary": number * 7_919_003 % 900_000_001 if place < 2 else 0, "role": role,
             "born_on": date(1950 + (number * 7 + place * 29) % 75, 1 + number % 12, 1 + number % 28)}
            for place, role in enumerate(roles)
        ],
        "family": [{}],
    }  # fmt: skip


def test_a_fault_in_one_form_is_seen():
    """The control: a law that is off by one unit in one form does not pass."""
    day, family = date(2024, 1, 1), make_family(3)
    law = LAW.on(day)
    expected = one_by_one(law, FIGURES, [family], day)
    faulty = law.reformed({"allowance_each": 4_500_000 - 20_000}, cite="a planted fault")
    population = make_population(get_plan(faulty, FIGURES), [family])
    with pytest.raises(AssertionError):
        assert_columns(columns.compute_columns(faulty, FIGURES, population, day), expected)
