"""What a rule may not say is refused with file, line and remedy; what it may say means what it says."""

import pytest

from gapura.foundation.rules import scalar
from gapura.foundation.rules.columns import compute_columns
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.fused import Fused
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.populations import make_population
from gapura.foundation.rules.tests.small_laws import DAY, FIRST, make_law, rule

TAX = "tax(salary: Yearly) -> Yearly"

REFUSED = {
    "an unknown input": (rule("tax(wage: Yearly) -> Yearly", "return wage"), 1, "nothing is called wage", "Declare"),
    "a name that is no argument": (rule(TAX, "return salary + bonus"), 2, "bonus is not an argument", "Add it"),
    "an amount written in the rule": (
        rule(TAX, "return salary - 54000000"),
        2,
        "54000000 is written in the rule",
        "Make it a parameter",
    ),
    "a month for a year": (
        rule("cost(rent: Monthly) -> Yearly", "return rent", of="family"),
        1,
        "a money a month stands where a money a year is meant",
        "yearly()",
    ),
    "a month added to a year": (
        rule("cost(rent: Monthly, most: Yearly) -> Yearly", "return most + rent", of="family"),
        2,
        "a money a month stands where",
        "Convert it",
    ),
    "a month annotated as a year": (
        rule("cost(rent: Yearly) -> Yearly", "return rent", of="family"),
        0,
        "takes rent for a money a year, but it is a money a month",
        "Annotate",
    ),
    "a family's datum taken for a person's": (
        rule("cost(rent: Monthly) -> Monthly", "return rent"),
        0,
        "is of a person, but rent is of a family",
        "Mark the argument as of a family",
    ),
    "a person's datum in a rule of the family": (
        rule("cost(salary: Yearly) -> Yearly", "return salary", of="family"),
        0,
        "is of a family, but salary is of a person",
        "Take a total or a count",
    ),
    "a fraction that is not rounded": (
        rule("tax(salary: Yearly, rate: Rate) -> Yearly", "return salary * rate"),
        1,
        "the figure is a fraction",
        "Say how the law rounds",
    ),
    "a rate finer than a millionth": (
        rule("part(rate: Rate) -> Rate", "return rate / 7"),
        1,
        "a whole number of millionths",
        "Round it",
    ),
    "an unknown code": (
        rule("is_boss(role: Role) -> Flag", 'return role == "boss"'),
        2,
        '"boss" is no code of role',
        "head, child",
    ),
    "codes of different lists": (
        rule("odd(role: Role, sex: Sex) -> Flag", "return role == sex"),
        2,
        "a code of sex stands where a code of role is meant",
        "",
    ),
    "an order of codes": (rule("odd(role: Role) -> Flag", 'return role < "child"'), 2, "codes have no order", "=="),
    "a loop": (
        rule(TAX, "for _ in (1, 2):\n    pass\nreturn salary"),
        2,
        "a rule has no such statement",
        "Use assignments, if and return",
    ),
    "a call of something else": (rule(TAX, "return round(salary)"), 2, "a rule cannot call round", "words of law"),
    "an attribute": (rule(TAX, "return salary.real"), 2, "a rule cannot say salary.real", "words of law"),
    "a decimal number": (rule(TAX, "return down(salary * 0.05)"), 2, "0.05 is no whole number", "among the parameters"),
    "a way without a result": (
        rule("tax(salary: Yearly, poor: Flag) -> Yearly", "if poor:\n    return 0"),
        1,
        "not every way through the rule returns a figure",
        "Return one",
    ),
    "money times money": (
        rule("tax(salary: Yearly, most: Yearly) -> Yearly", "return salary * most"),
        2,
        "cannot be multiplied by",
        "number or a rate",
    ),
    "a year divided by a month": (
        rule("part(salary: Yearly, rent: Family[Monthly]) -> Number", "return down(salary / rent)"),
        2,
        "cannot be divided by",
        "one period",
    ),
    "money as a condition": (rule(TAX, "if salary:\n    return salary\nreturn 0"), 2, "is no condition", "Compare"),
    "a table as an amount": (
        rule("tax(salary: Yearly, brackets: Brackets) -> Yearly", "return salary + brackets"),
        2,
        "brackets is a table",
        "progressive()",
    ),
    "rows read as brackets": (
        rule("tax(salary: Yearly, steps: Rows) -> Yearly", "return down(progressive(steps, salary))"),
        2,
        "steps is not such a table",
        "Brackets",
    ),
    "a table for another list of codes": (
        rule(
            "help(sex: Annotated[str, Unit(Kind.CODE, codes='sex')], aid: Choices) -> Money", "return choose(aid, sex)"
        ),
        2,
        "aid is for codes of role",
        "Give such a code",
    ),
    "an argument without a unit": (
        rule("tax(salary) -> Yearly", "return salary"),
        0,
        "does not say what salary counts",
        "Annotate it",
    ),
    "a result without a unit": (
        rule("tax(salary: Yearly)", "return salary"),
        0,
        "does not say what its result counts",
        "Annotate",
    ),
    "a circle": (
        rule("a(b: Money) -> Money", "return b") + rule("b(a: Money) -> Money", "return a"),
        None,
        "is a circle",
        "begin from an input",
    ),
    "a rule without an article": (rule(TAX, cite=""), 0, "tax cites no article", "Say cite="),
    "a gap in dates": (
        rule(TAX, until="2010-01-01") + rule(TAX, since="2011-01-01"),
        3,
        "nothing is in force from 2010-01-01 until 2011-01-01",
        "Close the gap",
    ),
    "an overlap of dates": (
        rule(TAX, until="2012-01-01") + rule(TAX, since="2011-01-01"),
        3,
        "two versions are in force from 2011-01-01 until 2012-01-01",
        "End the earlier one",
    ),
    "two beginnings on one day": (rule(TAX) + rule(TAX), 3, "tax begins twice on 2009-01-01", "Keep one"),
    "a name that is taken": (rule("rent(salary: Yearly) -> Yearly", "return salary"), 0, "rent is declared twice", ""),
    "an unknown entity": (rule(TAX, of="tribe"), 0, "is of a 'tribe'", "Entities: person, family"),
    "a count of money": (
        'chapter.count("rich", "family", "salary", "person", cite="Act 1", since="2009-01-01")',
        0,
        "rich counts a money a year",
        "Count a flag",
    ),
    "a total of codes": (
        'chapter.total("roles", "family", "role", "person", cite="Act 1", since="2009-01-01")',
        0,
        "roles adds up a code of role",
        "Add up money or numbers",
    ),
    "a total over no members": (
        'chapter.total("all", "village", "salary", "person", cite="Act 1", since="2009-01-01")',
        0,
        "which is no member of a village here",
        "entities.yaml",
    ),
    "a total of nothing": (
        'chapter.total("all", "family", "wages", "person", cite="Act 1", since="2009-01-01")',
        0,
        "nothing is called wages",
        "Declare",
    ),
    "a parameter that has no value yet": (
        rule("tax(late: Yearly) -> Yearly", "return late", since="2001-01-01"),
        0,
        "late has no value on 2009-01-01",
        "Add a version",
    ),
    "a rule that is not in force": (
        rule("old(salary: Yearly) -> Yearly", since="2001-01-01", until="2005-01-01")
        + rule("tax(old: Yearly) -> Yearly", "return old"),
        3,
        "old is not in force on",
        "a version",
    ),
}
LATE = "late: {unit: money/year, title: {en: late}, versions: [{from: 2030-01-01, value: 6, cite: Act 1}]}\n"


@pytest.mark.parametrize(("text", "line", "problem", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused_with_file_line_and_remedy(tmp_path, text, line, problem, remedy):
    with pytest.raises(LawError) as refused:
        make_law(tmp_path, text, parameters=LATE)
    assert problem in refused.value.problem
    assert remedy in refused.value.remedy
    file, _, number = refused.value.place.rpartition(":")
    assert file == str(tmp_path / "chapter.py")
    assert line is None or int(number) == FIRST + line


SAID = {
    "down to thousands": ("salary: Yearly", "Yearly", "down(salary, to=1000)", {"salary": 1_999}, 1_000),
    "up": ("salary: Yearly, rate: Rate", "Yearly", "up(salary * rate)", {"salary": 21}, 2),
    "up of a whole multiple": ("salary: Yearly, rate: Rate", "Yearly", "up(salary * rate)", {"salary": 20}, 1),
    "nearest, a half goes up": ("salary: Yearly, rate: Rate", "Yearly", "nearest(salary * rate)", {"salary": 10}, 1),
    "nearest below a half": ("salary: Yearly, rate: Rate", "Yearly", "nearest(salary * rate)", {"salary": 9}, 0),
    "down of what is owed back": (
        "salary: Yearly, rate: Rate, most: Yearly",
        "Yearly",
        "down((salary - most) * rate)",
        {"salary": 5_999_999},
        -1,
    ),
    "a sum of fractions": (
        "salary: Yearly, rate: Rate",
        "Yearly",
        "down(salary / 3 + salary * rate)",
        {"salary": 20},
        7,
    ),
    "a rate as a figure": ("rate: Rate", "Rate", "rate / 2", {}, 25_000),
    "a rate as a datum": (
        "salary: Yearly, share: Rate",
        "Yearly",
        "down(salary * share)",
        {"salary": 1_000, "share": "12.5%"},
        125,
    ),
    "a month of a year": ("salary: Yearly", "Monthly", "down(monthly(salary))", {"salary": 25}, 2),
    "an exact quotient": ("salary: Yearly", "Yearly", "down(divided(salary, 3) * 3)", {"salary": 25}, 25),
    "a year of months": ("salary: Yearly", "Yearly", "yearly(of_a_month(salary))", {"salary": 2}, 24),
    "one of several codes": ("role: Role", "Flag", 'role in ("child", "head")', {"role": "child"}, 1),
    "none of several codes": ("role: Role", "Flag", 'role not in ("child",)', {"role": "child"}, 0),
    "between": ("salary: Yearly, most: Yearly", "Flag", "0 < salary <= most", {"salary": 6_000_000}, 1),
    "either": ("salary: Yearly, poor: Flag", "Yearly", "0 if not poor else salary", {"salary": 7, "poor": True}, 7),
    "the first row": ("salary: Yearly, steps: Rows", "Rate", "row(steps, salary)", {"salary": 100}, 0),
    "the second row": ("salary: Yearly, steps: Rows", "Rate", "row(steps, salary)", {"salary": 101}, 10_000),
    "the last row": ("salary: Yearly, steps: Rows", "Rate", "row(steps, salary)", {"salary": 201}, 20_000),
    "slices": (
        "salary: Yearly, brackets: Brackets",
        "Yearly",
        "down(progressive(brackets, salary))",
        {"salary": 201},
        20,
    ),
    "by code": ("role: Role, aid: Choices", "Money", "choose(aid, role)", {"role": "child"}, 200),
    "years of one born on a leap day, before": (
        "born_on: Date, as_of: Date",
        "Number",
        "years_between(born_on, as_of)",
        {"born_on": "2000-02-29"},
        23,
    ),
    "months": ("born_on: Date, as_of: Date", "Number", "months_between(born_on, as_of)", {"born_on": "2023-11-02"}, 1),
    "the year": ("as_of: Date", "Number", "year_of(as_of)", {}, 2024),
    "least of three": ("salary: Yearly, most: Yearly", "Yearly", "min(salary, most, 0)", {"salary": 5}, 0),
}


@pytest.mark.parametrize(("arguments", "unit", "text", "row", "expected"), SAID.values(), ids=SAID)
def test_words_mean_what_they_say(tmp_path, arguments, unit, text, row, expected):
    law = make_law(tmp_path, rule(f"figure({arguments}) -> {unit}", f"return {text}"))
    row = {"salary": 0, "born_on": "1990-01-01"} | row
    assert scalar.compute(law, ["figure"], {"person": [row]}, as_of=DAY) == {"figure": [expected]}
    (node,) = scalar.explain(law, ["figure"], {"person": [row]}, as_of=DAY)["figure"]
    assert node["value"] == expected


@pytest.mark.slow
def test_words_mean_the_same_in_columns_and_in_loops(tmp_path):
    figures = [f"figure_{number}" for number in range(len(SAID))]
    rules = zip(figures, SAID.values(), strict=True)
    law = make_law(
        tmp_path, "".join(rule(f"{name}({said[0]}) -> {said[1]}", f"return {said[2]}") for name, said in rules)
    )
    people = [{"salary": 0, "born_on": "1990-01-01"} | said[3] for said in SAID.values()]
    household = {"person": people, "family": [{"rent": 0}]}
    expected = scalar.compute(law, figures, household, as_of=DAY)
    population = make_population(get_plan(law, figures), [household])
    for by in (compute_columns, Fused(tmp_path).compute):
        assert {name: column.tolist() for name, column in by(law, figures, population, DAY).items()} == expected
