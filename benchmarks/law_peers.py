"""The law of ``foundation/rules/tests/household`` once more: for OpenFisca, and by hand in NumPy.

Only benchmarks read this. OpenFisca-Core reckons money in 32 bits, so its figures are compared with a tolerance.
"""

from datetime import date

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

YEAR = "2024"
DAY = date(2024, 1, 1)
TARGETS = ("income_tax", "net_income", "child_benefit")


class Role(Enum):
    head = "head"
    spouse = "spouse"
    child = "child"


Person = build_entity(key="person", plural="persons", label="", is_person=True)
Family = build_entity(key="family", plural="families", label="", roles=[{"key": "member", "plural": "members"}])


class salary(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR


class role(Variable):
    value_type = Enum
    possible_values = Role
    default_value = Role.head
    entity = Person
    definition_period = DateUnit.ETERNITY


class born_on(Variable):
    value_type = date
    entity = Person
    definition_period = DateUnit.ETERNITY


class occupational_deduction(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period, parameters):
        law = parameters(period)
        return np.minimum(np.floor(person("salary", period) * law.occupational_rate), law.occupational_most)


class is_child(Variable):
    value_type = bool
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period, parameters):
        born = person("born_on", period).astype("datetime64[D]")
        month = born.astype("datetime64[M]")
        year = born.astype("datetime64[Y]").astype(np.int64) + 1970
        start = period.start
        passed = (month.astype(np.int64) % 12 + 1) * 100 + (born - month).astype(np.int64) + 1
        age = start.year - year - (start.month * 100 + start.day < passed)
        return (person("role", period) == Role.child) * (age < parameters(period).age_of_majority)


class is_spouse(Variable):
    value_type = bool
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period):
        return person("role", period) == Role.spouse


class is_member(Variable):
    value_type = bool
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period):
        return person("salary", period) >= 0


class children(Variable):
    value_type = int
    entity = Family
    definition_period = DateUnit.YEAR

    def formula(family, period):
        return family.sum(family.members("is_child", period))


class spouses(Variable):
    value_type = int
    entity = Family
    definition_period = DateUnit.YEAR

    def formula(family, period):
        return family.sum(family.members("is_spouse", period))


class members(Variable):
    value_type = int
    entity = Family
    definition_period = DateUnit.YEAR

    def formula(family, period):
        return family.sum(family.members("is_member", period))


class allowance(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period, parameters):
        law = parameters(period)
        dependants = np.minimum(person.family("children", period), law.most_children)
        dependants = dependants + (person.family("spouses", period) > 0)
        head = person("role", period) == Role.head
        return law.allowance_self + head * dependants * law.allowance_each


class taxable_income(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period):
        left = person("salary", period) - person("occupational_deduction", period) - person("allowance", period)
        return np.floor(np.maximum(left, 0) / 1000) * 1000


class income_tax(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period, parameters):
        return np.floor(parameters(period).brackets.calc(person("taxable_income", period)))


class net_income(Variable):
    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(person, period):
        return person("salary", period) - person("income_tax", period)


class family_net_income(Variable):
    value_type = float
    entity = Family
    definition_period = DateUnit.YEAR

    def formula(family, period):
        return family.sum(family.members("net_income", period))


class child_benefit(Variable):
    value_type = float
    entity = Family
    definition_period = DateUnit.YEAR

    def formula(family, period, parameters):
        law = parameters(period)
        per_head = np.floor(family("family_net_income", period) / np.maximum(family("members", period), 1))
        taper = np.floor(np.maximum(per_head - law.benefit_threshold, 0) * law.benefit_taper)
        return np.maximum(family("children", period) * law.benefit_each - taper, 0)


def make_openfisca_law() -> TaxBenefitSystem:
    """Variables and the values of 2024."""
    system = TaxBenefitSystem([Person, Family])
    system.add_variables(
        salary, role, born_on, occupational_deduction, is_child, is_spouse, is_member, children, spouses, members,
        allowance, taxable_income, income_tax, net_income, family_net_income, child_benefit,
    )  # fmt: skip
    amounts = {
        "occupational_rate": 0.05, "occupational_most": 6_000_000, "allowance_self": 54_000_000,
        "allowance_each": 4_500_000, "most_children": 2, "benefit_each": 3_000_000, "benefit_threshold": 30_000_000,
        "benefit_taper": 0.2, "age_of_majority": 18,
    }  # fmt: skip
    brackets = [(0, 0.05), (60_000_000, 0.15), (250_000_000, 0.25), (500_000_000, 0.30), (5_000_000_000, 0.35)]
    since = "2022-01-01"
    data = {name: {"values": {since: {"value": value}}} for name, value in amounts.items()}
    data["brackets"] = {
        "brackets": [
            {"threshold": {since: {"value": floor}}, "rate": {since: {"value": rate}}} for floor, rate in brackets
        ]
    }
    system.parameters = ParameterNode("", data=data)
    return system


def as_openfisca_json(household):
    """The same household as OpenFisca is given it."""
    people = {
        f"p{number}": {
            "salary": {YEAR: person["salary"]},
            "role": {"ETERNITY": person["role"]},
            "born_on": {"ETERNITY": person["born_on"]},
        }
        for number, person in enumerate(household["person"])
    }
    return {"persons": people, "families": {"f": {"members": list(people)}}}


def simulate_json(system, situation, *, trace=False):
    """One household, as OpenFisca's web interface does it, without the web."""
    simulation = SimulationBuilder().build_from_dict(system, situation)
    simulation.trace = trace
    return {target: simulation.calculate(target, YEAR) for target in TARGETS}


def build_nation(system, salaries, roles, days, families, count):
    """A simulation of a whole population."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(salaries)))
    instance = builder.declare_entity("family", np.arange(count))
    builder.join_with_persons(instance, families, np.full(len(salaries), "member"))
    simulation = builder.build(system)
    simulation.set_input("salary", YEAR, salaries)
    simulation.set_input("role", "ETERNITY", roles)
    simulation.set_input("born_on", "ETERNITY", days)
    return simulation


def by_hand(salary, role, born_on, starts, sizes, as_of):
    """What somebody who knows NumPy writes for this law: families contiguous, whole rupiah in 64 bits."""
    deduction = np.minimum(salary // 20, 6_000_000)
    child = (role == 2) & ((as_of - born_on) // 10_000 < 18)
    children = np.add.reduceat(child, starts, dtype=np.int64)
    spouses = np.add.reduceat(role == 1, starts, dtype=np.int64)
    members = np.add.reduceat(salary >= 0, starts, dtype=np.int64)
    dependants = np.minimum(children, 2) + (spouses > 0)
    allowance = np.where(role == 0, 54_000_000 + np.repeat(dependants, sizes) * 4_500_000, 54_000_000)
    taxable = np.maximum(salary - deduction - allowance, 0) // 1000 * 1000
    tax = taxable * 5
    for floor, rise in ((60_000_000, 10), (250_000_000, 10), (500_000_000, 5), (5_000_000_000, 5)):
        tax += rise * np.maximum(taxable - floor, 0)
    tax //= 100
    net = salary - tax
    per_head = np.add.reduceat(net, starts) // np.maximum(members, 1)
    benefit = np.maximum(children * 3_000_000 - np.maximum(per_head - 30_000_000, 0) // 5, 0)
    return {"income_tax": tax, "net_income": net, "child_benefit": benefit}
