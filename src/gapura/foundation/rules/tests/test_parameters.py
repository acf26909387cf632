"""Parameters: refused with file and line where they are wrong, in force on their days, told apart by the digest."""

from datetime import date

import pytest

from gapura.foundation.rules import scalar
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.tests.laws import get_household_law
from gapura.foundation.rules.tests.small_laws import DAY, PARAMETERS, make_law, rule, write_law

LINE = PARAMETERS.count("\n") + 1
TAX = rule("tax(salary: Yearly) -> Yearly")
CAPPED = rule("tax(salary: Yearly, most: Yearly) -> Yearly", "return min(salary, most)")


def odd(unit: str, value: str) -> str:
    """A parameter with one version."""
    return f"odd: {{unit: {unit}, versions: [{{from: 2009-01-01, value: {value}, cite: Act 1}}]}}"


REFUSED = {
    "no unit": (odd("rupiah", "5"), 0, "'rupiah' is no unit"),
    "no version": ("odd: {unit: money, versions: []}", 0, "it has no version"),
    "no article": ("odd:\n  unit: money\n  versions:\n    - {from: 2009-01-01, value: 5}", 3, "cites no article"),
    "no day": ("odd: {unit: money, versions: [{value: 5, cite: Act 1}]}", 0, "does not say from when it holds"),
    "a decimal amount": (odd("money", "0.5"), 0, "0.5 is no whole"),
    "a rate as a number": (odd("rate", "0.05"), 0, "0.05 is no rate"),
    "brackets that fall": (odd("brackets", "[[0, 5%], [9, 6%], [3, 7%]]"), 0, "begin at 0 and rise"),
    "brackets from the middle": (odd("brackets", "[[1, 5%]]"), 0, "begin at 0"),
    "rows without an end": (odd("rows", "[[1, 5%]]"), 0, "the last has null"),
    "rows that fall": (odd("rows", "[[5, 5%], [1, 5%], [null, 6%]]"), 0, "rise"),
    "a code left out": (odd("money, by: role", "{head: 1}"), 0, "missing: child"),
    "an unknown list": (odd("money, by: rank", "{}"), 0, "no list of codes 'rank'"),
    "a gap": (
        "odd:\n  unit: money\n  versions:\n    - {from: 2009-01-01, until: 2010-01-01, value: 5, cite: A}\n"
        "    - {from: 2011-01-01, value: 6, cite: A}",
        4,
        "nothing is in force from 2010-01-01 until 2011-01-01",
    ),
    "an overlap": (
        "odd:\n  unit: money\n  versions:\n    - {from: 2009-01-01, until: 2012-01-01, value: 5, cite: A}\n"
        "    - {from: 2011-01-01, value: 6, cite: A}",
        4,
        "two versions are in force from 2011-01-01 until 2012-01-01",
    ),
}


@pytest.mark.parametrize(("text", "line", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_parameter_is_refused_with_its_line(tmp_path, text, line, problem):
    with pytest.raises(LawError) as refused:
        write_law(tmp_path, TAX, parameters=text)
    assert problem in refused.value.problem
    if "in force" in problem:
        assert refused.value.place == f"{tmp_path}/parameters/all.yaml:{LINE + line}"
    else:
        file, _, number = refused.value.place.rpartition(":")
        assert (file, int(number) >= LINE) == (f"{tmp_path}/parameters/all.yaml", True)


INPUTS = {
    "an unknown entity": ("odd: {of: tribe, unit: flag}", "is of a 'tribe'"),
    "an unknown unit": ("odd: {of: person, unit: kilo}", "'kilo' is no unit"),
    "no range": ("odd: {of: person, unit: money}", "has no range"),
    "an unknown list of codes": ("odd: {of: person, codes: rank}", "no list of codes 'rank'"),
}


@pytest.mark.parametrize(("text", "problem"), INPUTS.values(), ids=INPUTS)
def test_a_wrong_input_is_refused_with_its_line(tmp_path, text, problem):
    with pytest.raises(LawError) as refused:
        write_law(tmp_path, TAX, inputs=text)
    assert problem in str(refused.value)
    assert refused.value.place == f"{tmp_path}/inputs.yaml:9"


def test_equal_laws_have_equal_digests_and_one_changed_value_another(tmp_path):
    folders = [tmp_path / name for name in ("one", "other", "cited")]
    for folder in folders:
        folder.mkdir()
    one, other = make_law(folders[0], CAPPED), make_law(folders[1], CAPPED)
    changed = one.reformed({"most": 6_000_001}, cite="Bill 1")
    recited = make_law(folders[2], CAPPED.replace("Act 1", "Act 2"))
    assert one.digest == other.digest
    assert len({one.digest, changed.digest, recited.digest}) == 3
    assert scalar.compute(changed, ["tax"], {"person": [{"salary": 7_000_000}]}, as_of=DAY) == {"tax": [6_000_001]}


def test_days_between_two_changes_share_one_reading():
    law = get_household_law()
    assert law.on(date(2016, 1, 1)) is law.on(date(2020, 2, 29))
    assert law.on(date(2015, 12, 31)) is not law.on(date(2016, 1, 1))


def test_a_year_with_two_laws_follows_the_day():
    law, family = get_household_law(), {"person": [{"salary": 100_000_000, "born_on": "1980-01-01"}], "family": [{}]}
    allowances = [
        scalar.compute(law.on(day), ["allowance"], family, as_of=day)["allowance"]
        for day in (date(2015, 12, 31), date(2016, 1, 1))
    ]
    assert allowances == [[36_000_000], [54_000_000]]


def test_the_law_as_it_was_known_on_a_day_differs_from_what_was_published_later():
    law, day = get_household_law(), date(2016, 3, 1)
    assert law.on(day).parameters["allowance_self"].value == 54_000_000
    before = law.on(day, known=date(2016, 3, 1)).parameters["allowance_self"]
    assert before.value == 36_000_000


def test_before_the_first_day_nothing_is_in_force():
    law = get_household_law().on(date(2008, 12, 31))
    with pytest.raises(LookupError, match="its versions begin on 2009-01-01"):
        scalar.compute(law, ["income_tax"], {}, as_of=date(2008, 12, 31))


def test_a_reform_of_something_unknown_is_refused():
    with pytest.raises(LawError, match=r"Bill 7: nothing is called allowances"):
        get_household_law().on(DAY).reformed({"allowances": 1}, cite="Bill 7")


def test_what_has_no_words_in_a_language_is_named(tmp_path):
    get_household_law().check()
    with pytest.raises(LawError, match="tax has no title in en"):
        write_law(tmp_path, TAX).check()
