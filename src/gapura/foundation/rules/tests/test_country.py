"""The country's own law: every form gives the same rupiah, for random families on random days of several laws."""

from datetime import date
from functools import cache

import pytest
from django.conf import settings as country_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gapura.foundation.jurisdictions import load as load_country
from gapura.foundation.rules import scalar
from gapura.foundation.rules.columns import compute_columns
from gapura.foundation.rules.errors import WouldOverflow
from gapura.foundation.rules.fused import Fused
from gapura.foundation.rules.intervals import find_possible, prove
from gapura.foundation.rules.loading import load
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.populations import make_population
from gapura.foundation.rules.tests import plain
from gapura.foundation.rules.tests.households import hide, households

DAYS = [date(2021, 12, 31), date(2023, 6, 30), date(2024, 2, 29), date(2025, 1, 15), date(2026, 6, 1)]
MAIN = (
    "ptkp", "tarif", "pkp", "biaya_jabatan", "penghasilan_neto", "pph_terutang", "kredit_pajak", "pph_kurang_bayar",
    "bagian", "ppn", "pph_final_umkm", "pesangon", "pbb", "bphtb", "bunga_keterlambatan", "denda_lapor",
)  # fmt: skip
FUSED = ("pph_kurang_bayar", "ter_bulan", "pph_final_umkm")
SLOW = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
)


@cache
def get_law():
    name = country_settings.GAPURA_JURISDICTION
    return load(load_country(name).path("law"), f"gapura.jurisdictions.{name}.law")


@cache
def list_sound_figures(day):
    """Figures that columns may be made of."""
    law, sound = get_law().on(day), []
    for figure in law.figures:
        try:
            prove(get_plan(law, (figure,)))
        except WouldOverflow:
            continue
        sound.append(figure)
    return tuple(sound)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_main_figures_cannot_leave_64_bits(day):
    assert set(MAIN) <= set(list_sound_figures(day))


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_one_by_one_explained_by_hand_and_in_columns(day):
    law, targets = get_law().on(day), list_sound_figures(day)
    plan = get_plan(law, targets)

    @SLOW
    @given(households(law, targets, most=3))
    def agree(family):
        computed = scalar.compute(law, targets, family, as_of=day)
        nodes = scalar.explain(law, targets, family, as_of=day)
        columns = compute_columns(law, targets, make_population(plan, [family]), day)
        by_hand = plain.compute(law, targets, family, as_of=day)
        for target, values in computed.items():
            assert [node["value"] for node in nodes[target]] == values, target
            assert columns[target].tolist() == values, target
            assert by_hand[target] == values, target

    agree()


@pytest.mark.slow
def test_whatever_the_unknown_turns_out_to_be_was_possible():
    day = DAYS[-1]
    law = get_law().on(day)
    targets = tuple(law.figures)

    @SLOW
    @given(households(law, targets, most=3), st.randoms(use_true_random=False))
    def within(family, drawn):
        hidden = {entity: [hide(law, row, drawn) for row in rows] for entity, rows in family.items()}
        possible = find_possible(get_plan(law, targets), hidden, as_of=day)
        for target, values in scalar.compute(law, targets, family, as_of=day).items():
            assert all(one.low <= value <= one.high for value, one in zip(values, possible[target], strict=True)), (
                target
            )

    within()


@pytest.mark.slow
def test_in_loops(tmp_path):
    day, fused = DAYS[-1], Fused(tmp_path)
    law = get_law().on(day)

    @SLOW
    @given(st.lists(households(law, FUSED), min_size=1, max_size=4))
    def agree(families):
        each = [scalar.compute(law, FUSED, family, as_of=day) for family in families]
        figures = fused.compute(law, FUSED, make_population(get_plan(law, FUSED), families), day)
        for target, column in figures.items():
            assert column.tolist() == [value for figures in each for value in figures[target]], target

    agree()
