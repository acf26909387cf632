"""Whom the justice registers hold fits the lives of those people."""

from datetime import date
from typing import Any

import pytest

from gapura.demo.simulation.holdings.immigration import Travels
from gapura.demo.simulation.holdings.justice import Justice
from gapura.demo.simulation.nation import Nation, NationPlan
from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on

TODAY = date(2026, 3, 2)
KEEPING = ("justice.WarrantEntry", "justice.TravelBanEntry", "justice.SentenceEntry")


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    columns = Travels.columns() | Justice.columns()
    columns |= {"civil.PersonEntry": ("valid_from", *["-"] * 5, "number", "-", "-", "-", "birth_on")}
    found: dict[str, list[dict[str, Any]]] = {register: [] for register in columns}
    for batch in Nation(load("indonesia"), NationPlan(people=6000, seed=3, on=TODAY)):
        for register, names in columns.items():
            found[register] += [dict(zip(names, row, strict=False)) for row in batch.rows[register]]
    return found


def test_only_adults_are_sentenced_and_no_number_is_given_twice(rows) -> None:
    born = {row["number"]: row["birth_on"] for row in rows["civil.PersonEntry"]}
    numbers = [row["judgment_number"] for row in rows["justice.SentenceEntry"]]
    assert len(numbers) == len(set(numbers)) > 10
    for row in rows["justice.SentenceEntry"]:
        assert age_on(born[row["number"]], row["valid_from"]) >= 18


def test_some_sentences_are_served_and_some_are_not(rows) -> None:
    assert {row["valid_until"] is None for row in rows["justice.SentenceEntry"]} == {True, False}


def test_nobody_crossed_the_border_while_something_kept_them_here(rows) -> None:
    kept = {}
    for register in KEEPING:
        assert rows[register]
        for row in rows[register]:
            kept.setdefault(row["number"], []).append(row)
    for crossing in rows["immigration.CrossingEntry"]:
        for row in kept.get(crossing["number"], ()):
            until = row["valid_until"] or date.max
            assert not row["valid_from"] <= crossing["valid_from"] < until


def test_a_ban_has_its_term(rows) -> None:
    assert {(row["valid_until"] - row["valid_from"]).days for row in rows["justice.TravelBanEntry"]} == {182}
