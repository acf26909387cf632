"""The law once more, deliberately plain: each rule is called as it is written, for one row, as often as anybody asks.

Nothing here is planned, generated or shared with what it checks, besides the law's files and its functions themselves.
"""

from datetime import date
from fractions import Fraction

from gapura.foundation.rules.authoring import Aggregate, Written
from gapura.foundation.rules.law import AS_OF, LawInForce
from gapura.foundation.rules.parameters import parse_rate
from gapura.foundation.rules.units import Kind, date_number


def compute(law: LawInForce, targets, household, *, as_of: date):
    """As ``scalar.compute`` gives it."""
    plain = Plain(law, household, as_of)
    found = {}
    for target in targets:
        entity = law.get_entity(target)
        rows = range(len(household.get(entity, ({},))))
        found[target] = [plain.as_kept(target, plain.find(target, entity, row)) for row in rows]
    return found


class Plain:
    def __init__(self, law: LawInForce, household, as_of: date) -> None:
        self.law, self.household, self.as_of = law, household, as_of

    def find(self, name: str, entity: str, row: int):
        """What a rule of ``entity`` reads by ``name`` in one of its rows."""
        if name == AS_OF:
            return date_number(self.as_of.year, self.as_of.month, self.as_of.day)
        if name in self.law.law.parameters:
            return self.law.parameters[name].value
        owner = self.law.get_entity(name)
        row = self.climb(entity, row, owner)
        if name in self.law.inputs:
            return self.read(name, self.household.get(owner, ({},))[row])
        rule = self.law.law.rules[name].on(self.law.since)
        return self.add_up(rule, row) if isinstance(rule, Aggregate) else self.call(rule, row)

    def climb(self, entity: str, row: int, owner: str) -> int:
        """The row of the group, through the groups in between."""
        for group in self.law.law.entities[entity].groups if entity != owner else ():
            try:
                return self.climb(group, self.household.get(entity, ({},))[row].get(group, 0), owner)
            except LookupError:
                continue
        if entity != owner:
            raise LookupError(owner)
        return row

    def read(self, name: str, row):
        each = self.law.inputs[name]
        value = row.get(name, each.default)
        if each.unit.kind is Kind.CODE:
            codes = list(self.law.law.codes[each.unit.codes])
            return value if value in codes else codes[value]
        if each.unit.kind is Kind.DATE and isinstance(value, date):
            return date_number(value.year, value.month, value.day)
        if each.unit.kind is Kind.RATE:
            return parse_rate(value) if isinstance(value, str) else Fraction(value, 1_000_000)
        return value

    def call(self, rule: Written, row: int):
        code = rule.function.__code__
        return rule.function(*(self.find(name, rule.of, row) for name in code.co_varnames[: code.co_argcount]))

    def add_up(self, rule: Aggregate, row: int):
        members = range(len(self.household.get(rule.members, ({},))))
        mine = [each for each in members if self.climb(rule.members, each, rule.of) == row]
        values = [self.find(rule.figure, rule.members, each) for each in mine]
        return sum(values) if rule.how == "total" else sum(map(bool, values))

    def as_kept(self, name: str, value) -> int:
        """The whole number that other forms keep."""
        unit = self.law.get_unit(name)
        if unit.kind is Kind.CODE:
            return list(self.law.law.codes[unit.codes]).index(value)
        return int(value * 1_000_000) if unit.kind is Kind.RATE else int(value)
