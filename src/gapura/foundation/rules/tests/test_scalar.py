"""One household: what it was asked badly is said plainly, and every figure explains itself."""

from datetime import date, datetime

import pytest

from gapura.foundation.rules import scalar
from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.tests.laws import TARGETS, get_household_law
from gapura.foundation.rules.tests.small_laws import DAY, make_law, rule

LAW = get_household_law().on(DAY)


def person(**more):
    return {"salary": 90_000_000, "role": "head", "born_on": "1980-01-01"} | more


REFUSED = {
    "a negative salary": (person(salary=-1), "salary: -1 is not between 0 and 1000000000000 (person 1)."),
    "a salary beyond all measure": (person(salary=10**13), "salary: 10000000000000 is not between 0 and"),
    "a decimal salary": (person(salary=1.5), "salary: 1.5 is no whole number (person 1). Give it without decimals."),
    "yes for a salary": (person(salary=True), "salary: True is no whole number"),
    "text for a salary": (person(salary="90000000"), "salary: '90000000' is no whole number"),
    "an unknown role": (person(role="boss"), "role: 'boss' is none of head, spouse, child (person 1)."),
    "a number for a role": (person(role=1), "role: 1 is none of"),
    "a list for a role": (person(role=["head"]), "role: ['head'] is none of"),
    "a day that is not": (
        person(born_on="2023-02-29"),
        "born_on: '2023-02-29' is no date (person 1). Write it as 2024-02-29.",
    ),
    "a decimal number for a day": (person(born_on=1980.5), "born_on: 1980.5 is no date"),
    "a day of long ago": (person(born_on="1700-01-01"), "born_on: 17000101 is not between 18000101 and 22991231"),
    "no salary": ({"born_on": "1980-01-01"}, "salary: it is not given for person 1."),
    "nothing for a salary": (person(salary=None), "salary: it is not given for person 1."),
    "no such family": (person(family=1), "family: there is no row 1."),
    "a family before the first": (person(family=-1), "family: there is no row -1."),
    "a name for a family": (person(family="ours"), "family: there is no row 'ours'."),
}


@pytest.mark.parametrize("explained", [False, True])
@pytest.mark.parametrize(("row", "message"), REFUSED.values(), ids=REFUSED)
def test_a_datum_the_law_cannot_reckon_with_is_named(row, message, explained):
    ask = scalar.explain if explained else scalar.compute
    with pytest.raises(BadInput) as refused:
        ask(LAW, TARGETS, {"person": [row], "family": [{}]}, as_of=DAY)
    assert message in str(refused.value)


def test_the_row_that_is_wrong_is_counted():
    with pytest.raises(BadInput, match=r"\(person 2\)"):
        scalar.compute(LAW, TARGETS, {"person": [person(), person(salary=-1)], "family": [{}]}, as_of=DAY)


def test_a_default_is_taken_where_nothing_is_said():
    rows = [{"salary": 90_000_000, "born_on": date(1980, 1, 1)}, person(born_on=datetime(1980, 1, 1, 12), role=None)]
    one, other = (scalar.compute(LAW, TARGETS, {"person": [row]}, as_of=DAY) for row in rows)
    assert one == other == scalar.compute(LAW, TARGETS, {"person": [person()], "family": [{}]}, as_of=DAY)


def test_somebody_in_no_family_but_the_second():
    households = {"person": [person(family=1)], "family": [{}, {}]}
    assert scalar.compute(LAW, ["members"], households, as_of=DAY) == {"members": [0, 1]}


def test_an_unknown_target_says_what_is_near():
    with pytest.raises(LookupError, match="No rule is called 'income_taxes'; near: income_tax"):
        scalar.compute(LAW, ["income_taxes"], {}, as_of=DAY)


def test_every_node_leads_to_its_rule_its_article_and_what_it_came_from():
    nodes = scalar.explain(LAW, ["income_tax"], {"person": [person(sources={"salary": "slip"})]}, as_of=DAY)
    (tax,) = nodes["income_tax"]
    assert tax["rule"]["cite"] == "Act 1 Article 4"
    assert tax["rule"]["law"] == LAW.digest
    assert [each["name"] for each in tax["rule"]["parameters"]] == ["brackets"]
    (taxable,) = tax["from"]
    assert [each.get("rule", each.get("input"))["name"] for each in taxable["from"]] == [
        "salary", "occupational_deduction", "allowance",
    ]  # fmt: skip
    salary = taxable["from"][0]
    assert salary["value"] == 90_000_000
    assert salary["row"]["sources"] == {"salary": "slip"}
    (children,) = [each for each in taxable["from"][2]["from"] if each.get("rule", {}).get("name") == "children"]
    assert [each["rule"]["name"] for each in children["from"]] == ["is_child"]


def test_the_law_is_planned_and_written_once():
    first = scalar.get_compiled(LAW, TARGETS, explained=False)
    assert scalar.get_compiled(LAW, TARGETS, explained=False) is first


def test_groups_of_groups_and_their_data_are_reached(tmp_path):
    law = make_law(
        tmp_path,
        rule("home(rent: Family[Monthly], rooms: Family[Number]) -> Monthly", "return down(rent / max(rooms, 1))")
        + rule("of_all(village_homes: Annotated[Monthly, Of('village')]) -> Monthly", "return village_homes")
        + 'chapter.total("homes", "family", "home", "person", cite="Act 1", since="2009-01-01")\n'
        + 'chapter.total("village_homes", "village", "homes", "family", cite="Act 1", since="2009-01-01")\n',
    )
    household = {
        "person": [{"family": 1}, {"family": 0}, {"family": 1}],
        "family": [{"rent": 100, "rooms": 2, "village": 1}, {"rent": 70, "village": 1}],
        "village": [{}, {}],
    }
    found = scalar.compute(law, ["home", "village_homes", "of_all"], household, as_of=DAY)
    assert found == {"home": [70, 50, 70], "village_homes": [0, 190], "of_all": [190, 190, 190]}
