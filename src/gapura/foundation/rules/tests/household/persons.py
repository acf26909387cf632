"""Tax of a person, benefit of a family."""

from typing import Annotated

from gapura.foundation.rules.authoring import Brackets, Chapter, down, progressive, years_between
from gapura.foundation.rules.units import Date, Flag, Kind, MoneyPerYear, Number, Of, Rate, Subject, Unit

chapter = Chapter(of="person")
Role = Annotated[str, Unit(Kind.CODE, codes="role")]
Family = Annotated[Subject, Of("family")]


@chapter.rule(cite="Act 1 Article 2", since="2009-01-01")
def occupational_deduction(
    salary: MoneyPerYear, occupational_rate: Rate, occupational_most: MoneyPerYear
) -> MoneyPerYear:
    return min(down(salary * occupational_rate), occupational_most)


@chapter.rule(cite="Act 3 Article 1", since="2009-01-01")
def is_child(role: Role, born_on: Date, as_of: Date, age_of_majority: Number) -> Flag:
    return role == "child" and years_between(born_on, as_of) < age_of_majority


@chapter.rule(cite="Act 1 Article 3", since="2009-01-01")
def is_spouse(role: Role) -> Flag:
    return role == "spouse"


@chapter.rule(cite="Act 1 Article 3", since="2009-01-01")
def is_member(salary: MoneyPerYear) -> Flag:
    return salary >= 0


chapter.count("children", "family", "is_child", "person", cite="Act 1 Article 3", since="2009-01-01")
chapter.count("spouses", "family", "is_spouse", "person", cite="Act 1 Article 3", since="2009-01-01")
chapter.count("members", "family", "is_member", "person", cite="Act 2 Article 2", since="2009-01-01")


@chapter.rule(cite="Act 1 Article 3", since="2009-01-01")
def allowance(
    role: Role,
    children: Family[Number],
    spouses: Family[Number],
    allowance_self: MoneyPerYear,
    allowance_each: MoneyPerYear,
    most_children: Number,
) -> MoneyPerYear:
    if role != "head":
        return allowance_self
    dependants = min(children, most_children)
    if spouses > 0:
        dependants = dependants + 1
    return allowance_self + dependants * allowance_each


@chapter.rule(cite="Act 1 Article 4", since="2009-01-01")
def taxable_income(salary: MoneyPerYear, occupational_deduction: MoneyPerYear, allowance: MoneyPerYear) -> MoneyPerYear:
    return down(max(salary - occupational_deduction - allowance, 0), to=1000)


@chapter.rule(cite="Act 1 Article 4", since="2009-01-01")
def income_tax(taxable_income: MoneyPerYear, brackets: Brackets) -> MoneyPerYear:
    return down(progressive(brackets, taxable_income))


@chapter.rule(cite="Act 1 Article 5", since="2009-01-01")
def net_income(salary: MoneyPerYear, income_tax: MoneyPerYear) -> MoneyPerYear:
    return salary - income_tax


chapter.total("family_net_income", "family", "net_income", "person", cite="Act 2 Article 2", since="2009-01-01")


@chapter.rule(of="family", cite="Act 2 Article 2", since="2009-01-01")
def child_benefit(
    children: Number,
    members: Number,
    family_net_income: MoneyPerYear,
    benefit_each: MoneyPerYear,
    benefit_threshold: MoneyPerYear,
    benefit_taper: Rate,
) -> MoneyPerYear:
    per_head = down(family_net_income / max(members, 1))
    taper = down(max(per_head - benefit_threshold, 0) * benefit_taper)
    return max(children * benefit_each - taper, 0)
