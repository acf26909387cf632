"""Every address × person × object × state meets what the table says; a refusal changes nothing and tells nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.cases import permissions
from tests.security.matrix import (
    Rule,
    Town,
    list_cells,
    list_routes,
    read_rules,
    try_cell,
    undone,
)
from tests.security.town import NOW, found_town

RULES = read_rules()
Recorder = Callable[[str, object], None]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, seal_keys: None) -> Iterator[Town]:
    """One town for all cells; each is undone, and the town itself at the end."""
    with django_db_blocker.unblock(), undone(), clock.frozen(NOW):
        yield found_town()


@pytest.mark.postgresql_only  # as in production: row security is part of what everybody meets
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.label)
def test_everybody_meets_what_the_table_says(rule: Rule, town: Town, record_property: Recorder) -> None:
    cells = list(list_cells(rule, town))
    complaints = [line for who, state in cells for line in try_cell(rule, town, who, state)]
    record_property("cells", len(cells))
    record_property("differences", len(complaints))
    assert complaints == []


def test_every_address_is_in_the_table(record_property: Recorder) -> None:
    undeclared = list_routes() - {rule.route for rule in RULES}
    record_property("undeclared", len(undeclared))
    assert undeclared == set()


def test_the_table_names_only_addresses_that_exist() -> None:
    assert {rule.route for rule in RULES} - list_routes() == set()


def test_a_check_that_is_left_out_is_noticed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(rule for rule in RULES if rule.route == "desk:case" and rule.object == "case")
    monkeypatch.setattr(permissions, "can_work_cases", lambda actor, agency_code, office_code: True)
    assert "other office: shown, the table says absent" in " ".join(try_cell(rule, town, "other office", "review"))


def test_a_refusal_that_tells_what_there_is_is_noticed(town: Town) -> None:
    rule = next(rule for rule in RULES if rule.route == "desk:case" and rule.object == "case")
    assert try_cell(rule, town, "other office", "review") == []
    met = town.absences[rule.label, "other office"]
    town.absences[rule.label, "other office"] = (met[0], met[1] + "A case of the neighbors.")
    assert "otherwise than what does not exist" in " ".join(try_cell(rule, town, "other office", "review"))
    town.absences[rule.label, "other office"] = met
