"""Bounds: no overflow passes, and what is not known yet is never called known."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapura.foundation.rules import scalar
from gapura.foundation.rules.columns import compute_columns
from gapura.foundation.rules.errors import WouldOverflow
from gapura.foundation.rules.intervals import UNKNOWN, find_possible, prove
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.populations import make_population
from gapura.foundation.rules.questions import find_next_question
from gapura.foundation.rules.tests.households import hide, households
from gapura.foundation.rules.tests.laws import TARGETS, get_household_law
from gapura.foundation.rules.tests.small_laws import DAY, make_law, rule

LAW = get_household_law().on(DAY)
FIGURES = (*TARGETS, "allowance", "is_child", "children")


def test_every_figure_lies_within_its_proved_bounds():
    bounds = prove(get_plan(LAW, FIGURES))
    assert bounds["is_child"] == (0, 1)
    assert bounds["children"] == (0, 40)
    assert bounds["income_tax"][0] == 0

    @settings(max_examples=40, deadline=None)
    @given(households(LAW, FIGURES))
    def within(family):
        for name, values in scalar.compute(LAW, FIGURES, family, as_of=DAY).items():
            assert all(bounds[name][0] <= value <= bounds[name][1] for value in values)

    within()


OVERFLOWS = {
    "a product": ("down(salary * rooms * rooms * rooms * rooms * rooms)", "1e+22"),
    "a step whose result is small": ("min(down(salary * rooms * rooms * rooms * rooms * rooms), most)", "1e+22"),
}


@pytest.mark.parametrize(("text", "widest"), OVERFLOWS.values(), ids=OVERFLOWS)
def test_what_could_leave_64_bits_is_refused_and_never_computed(tmp_path, text, widest):
    signature = "figure(salary: Yearly, rooms: Family[Number], most: Yearly) -> Yearly"
    law = make_law(tmp_path, rule(signature, f"return {text}"))
    households = [{"person": [{"salary": 10**12}], "family": [{"rooms": 100}]}]
    (exact,) = scalar.compute(law, ["figure"], households[0], as_of=DAY)["figure"]
    assert exact in (10**22, 6_000_000)  # one household is reckoned exactly all the same
    population = make_population(get_plan(law, ["figure"]), households)
    with pytest.raises(WouldOverflow, match=rf"chapter.py:\d+: figure reckons with up to {widest.replace('+', '.')}"):
        compute_columns(law, ["figure"], population, DAY)


def test_without_the_proof_the_wrong_number_would_come_out(tmp_path, monkeypatch):
    """The planted fault: with the proof taken away, the product really does leave 64 bits."""
    signature = "figure(salary: Yearly, rooms: Family[Number]) -> Yearly"
    law = make_law(tmp_path, rule(signature, "return salary * rooms * rooms * rooms * rooms * rooms"))
    households = [{"person": [{"salary": 10**12}], "family": [{"rooms": 100}]}]
    monkeypatch.setattr("gapura.foundation.rules.columns.prove", lambda plan: {})
    wrong = compute_columns(law, ["figure"], make_population(get_plan(law, ["figure"]), households), DAY)
    assert wrong["figure"].tolist() != scalar.compute(law, ["figure"], households[0], as_of=DAY)["figure"]


def test_a_divisor_that_may_be_zero_is_refused_until_it_cannot_be(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    signature = "figure(salary: Yearly, rooms: Family[Number]) -> Yearly"
    law = make_law(tmp_path / "one", rule(signature, "return down(salary / rooms)"))
    with pytest.raises(WouldOverflow, match=r"divides by what may be zero. Divide by max\(…, 1\) of it"):
        prove(get_plan(law, ["figure"]))
    law = make_law(tmp_path / "other", rule(signature, "return down(salary / max(rooms, 1))"))
    assert prove(get_plan(law, ["figure"]))["figure"] == (0, 10**12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(family=households(LAW, FIGURES), drawn=st.randoms(use_true_random=False))
def test_whatever_the_unknown_turns_out_to_be_the_figure_was_possible(family, drawn):
    hidden = {entity: [hide(LAW, row, drawn) for row in rows] for entity, rows in family.items()}
    possible = find_possible(get_plan(LAW, FIGURES), hidden, as_of=DAY)
    for name, values in scalar.compute(LAW, FIGURES, family, as_of=DAY).items():
        for value, one in zip(values, possible[name], strict=True):
            assert one.low <= value <= one.high
            assert one.is_known or one.open_inputs


def test_a_share_of_what_is_not_known_yet_is_open_and_not_an_error(tmp_path):
    body = "if rooms == 0:\n    return 0\nreturn down(salary / rooms)"
    law = make_law(tmp_path, rule("figure(salary: Yearly, rooms: Family[Number]) -> Yearly", body))
    household = {"person": [{"salary": 1_000}], "family": [{"rooms": UNKNOWN}]}
    (one,) = find_possible(get_plan(law, ["figure"]), household, as_of=DAY)["figure"]
    assert (one.low, one.high, one.is_known) == (0, 1_000, False)


def test_everything_known_is_one_figure():
    family = {"person": [{"salary": 90_000_000, "role": "head", "born_on": "1980-01-01"}], "family": [{}]}
    possible = find_possible(get_plan(LAW, FIGURES), family, as_of=DAY)
    computed = scalar.compute(LAW, FIGURES, family, as_of=DAY)
    assert {name: [one.low for one in possible[name]] for name in FIGURES} == computed
    assert all(one.is_known for name in FIGURES for one in possible[name])


def test_the_question_that_decides_is_asked_and_none_when_nothing_is_open():
    child = {"salary": 0, "role": "child", "born_on": UNKNOWN}
    head = {"salary": 10_000_000, "role": "head", "born_on": UNKNOWN}
    family = {"person": [head, child], "family": [{}]}
    question = find_next_question(LAW, ["child_benefit"], family, as_of=DAY)
    assert (question.name, question.row) == ("born_on", 1)  # the head's birth decides nothing
    child["born_on"] = date(2015, 3, 1)
    assert find_next_question(LAW, ["child_benefit"], family, as_of=DAY) is None
