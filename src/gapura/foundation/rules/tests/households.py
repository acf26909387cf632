"""Random households for any law: every input within its range, and often at a bound that the law compares with."""

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from gapura.foundation.rules.authoring import Brackets, Rows
from gapura.foundation.rules.intervals import UNKNOWN
from gapura.foundation.rules.planning import Plan, get_plan
from gapura.foundation.rules.populations import list_memberships
from gapura.foundation.rules.units import Kind


def households(law, targets, most: int = 4):
    """Households for the targets; the members of groups stand together or scattered, some groups have none."""
    plan = get_plan(law, targets)
    bounds = sorted(list_bounds(law))
    return st.composite(lambda draw: _draw(draw, plan, bounds, most))()


def hide(law, row, drawn):
    """The row with some of its data not known."""
    return {name: UNKNOWN if name in law.inputs and drawn.random() < 0.4 else value for name, value in row.items()}


def list_bounds(law) -> set[int]:
    """Amounts of the law, with what lies right below and above each."""
    bounds = set()
    for version in law.parameters.values():
        value = version.value
        if isinstance(value, int):
            bounds.add(value)
        elif isinstance(value, Brackets | Rows):
            bounds.update(value.floors if isinstance(value, Brackets) else value.ceilings)
        elif not isinstance(value, Fraction):
            bounds.update(number for _, number in value.values)
    return {bound + step for bound in bounds for step in (-1, 0, 1)}


def _draw(draw, plan: Plan, bounds, most: int):
    sizes = {entity.name: draw(st.integers(1, most if entity.groups else 2)) for entity in plan.entities}
    memberships = list_memberships(plan)
    household = {}
    for entity, size in sizes.items():
        groups = [group for member, group in memberships if member == entity]
        inputs = plan.get_inputs(entity)
        household[entity] = [
            {each.name: draw(_values(plan, each, bounds)) for each in inputs}
            | {group: draw(st.integers(0, sizes[group] - 1)) for group in groups}
            for _ in range(size)
        ]
    return household


def _values(plan: Plan, each, bounds):
    if each.unit.kind is Kind.CODE:
        return st.sampled_from(list(plan.law.law.codes[each.unit.codes]))
    if each.unit.kind is Kind.FLAG:
        return st.booleans()
    if each.unit.kind is Kind.DATE:
        leap = st.sampled_from([date(2004, 2, 29), date(2006, 2, 28), date(2006, 3, 1)])
        return st.dates(date(1930, 1, 1), date(2024, 12, 31)) | leap
    if each.unit.kind is Kind.RATE:
        millionths = st.integers(max(each.low, 0), min(each.high, 1_000_000))
        return millionths.map(lambda n: f"{n // 10_000}.{n % 10_000:04d}%")
    low, high = each.low, each.high
    within = [bound for bound in bounds if low <= bound <= high]
    usual = st.integers(low, min(high, low + 400_000_000))
    return st.one_of(usual, st.integers(low, high), *([st.sampled_from(within)] if within else []))
