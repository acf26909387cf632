"""Between which bounds a figure can lie: proves that no product leaves 64 bits, and reckons with what is not known.

A condition has three values here: no (0, 0), yes (1, 1), and either (0, 1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gapura.foundation.rules.errors import BadInput, WouldOverflow
from gapura.foundation.rules.law import AS_OF, EARLIEST, LATEST, Figure, Input
from gapura.foundation.rules.planning import Plan
from gapura.foundation.rules.scalar import Household, Row, read_datum
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term, value_of
from gapura.foundation.rules.units import LARGEST, date_number

Bounds = tuple[int, int]
UNKNOWN = object()
"""Given as a datum: nobody has said yet."""
YES, NO, EITHER = (1, 1), (0, 0), (0, 1)


def _corners(one: Bounds, other: Bounds, op: Callable[[int, int], int]) -> Bounds:
    found = [op(a, b) for a in one for b in other]
    return min(found), max(found)


def _less(one: Bounds, other: Bounds) -> Bounds:
    return YES if one[1] < other[0] else NO if one[0] >= other[1] else EITHER


def _equal(one: Bounds, other: Bounds) -> Bounds:
    if one[0] == one[1] == other[0] == other[1]:
        return YES
    return NO if one[1] < other[0] or other[1] < one[0] else EITHER


def _not(one: Bounds) -> Bounds:
    return 1 - one[1], 1 - one[0]


def _remainder(one: Bounds, other: Bounds) -> Bounds:
    if one[0] == one[1] and other[0] == other[1]:
        return one[0] % other[0], one[0] % other[0]
    if one[0] >= 0 and one[0] // other[1] == one[1] // other[1] and other[0] == other[1]:
        return one[0] % other[1], one[1] % other[1]
    return 0, other[1] - 1


_PAIRS: Mapping[str, Callable[[Bounds, Bounds], Bounds]] = {
    "+": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "-": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "*": lambda a, b: _corners(a, b, lambda x, y: x * y),
    "//": lambda a, b: _corners(a, b, lambda x, y: x // y),
    "%": _remainder,
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "<": _less,
    "<=": lambda a, b: _not(_less(b, a)),
    "==": _equal,
    "!=": lambda a, b: _not(_equal(a, b)),
    "and": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "or": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
}


class DivisorMayBeZero(Exception):
    """A divisor's bounds include zero or less."""


class Walker:
    """Bounds of terms; ``widest`` remembers the largest magnitude met on the way."""

    def __init__(self, tables: Mapping[str, Table], *, guarded: bool = False) -> None:
        """``guarded``: take it that the law only divides where the divisor is more than zero."""
        self.tables, self.guarded, self.widest = tables, guarded, 0

    def find_bounds(self, term: Term, known: Mapping[str, Bounds]) -> Bounds:
        """Raises DivisorMayBeZero."""
        return self._walk(term, known, {})

    def _walk(self, term: Term, known: Mapping[str, Bounds], met: dict[int, Bounds]) -> Bounds:
        if id(term) not in met:
            bounds = self._find(term, known, met)
            self.widest = max(self.widest, abs(bounds[0]), abs(bounds[1]))
            met[id(term)] = bounds
        return met[id(term)]

    def _find(self, term: Term, known: Mapping[str, Bounds], met: dict[int, Bounds]) -> Bounds:
        if term.op == "const":
            return value_of(term), value_of(term)
        if term.op == "name":
            return known[str(term.args[0])]
        args = term.terms()
        if term.op == "if":
            return self._choose(args, known, met)
        bounds = [self._walk(each, known, met) for each in args]
        if term.op in ("//", "%"):
            bounds[1] = self._divisor(bounds[1])
        if term.op == "not":
            return _not(bounds[0])
        if term.op in _PAIRS:
            return _PAIRS[term.op](bounds[0], bounds[1])
        table = self.tables[str(term.args[0])]
        if term.op == "progressive":
            top = max(abs(bounds[0][0]), abs(bounds[0][1])) * max(table.rates)
            self.widest = max(self.widest, top, *(off for _, _, off in table.slices))
        return table.extremes(term.op, *bounds[0])

    def _divisor(self, bounds: Bounds) -> Bounds:
        if bounds[0] <= 0 and not self.guarded:
            raise DivisorMayBeZero
        return max(bounds[0], 1), max(bounds[1], 1)

    def _choose(self, args: Sequence[Term], known: Mapping[str, Bounds], met: dict[int, Bounds]) -> Bounds:
        condition = self._walk(args[0], known, met)
        if condition == EITHER:
            then, otherwise = self._walk(args[1], known, met), self._walk(args[2], known, met)
            return min(then[0], otherwise[0]), max(then[1], otherwise[1])
        return self._walk(args[1] if condition == YES else args[2], known, met)


def prove(plan: Plan) -> dict[str, Bounds]:
    """The bounds of every figure for all that inputs may be. Raises WouldOverflow where a step could leave 64 bits."""
    known: dict[str, Bounds] = {each.name: (each.low, each.high) for each in plan.inputs}
    known[AS_OF] = (EARLIEST, LATEST)
    for figure in plan.figures:
        walker = Walker(plan.law.tables)
        if figure.term is None:
            most = plan.law.law.entities[figure.of].most
            low, high = known[figure.uses[0]]
            known[figure.name] = (min(0, low * most), max(0, high * most))
            widest = max(abs(low), abs(high)) * most
        else:
            try:
                known[figure.name] = walker.find_bounds(figure.term, known)
            except DivisorMayBeZero:
                raise WouldOverflow(
                    f"{figure.place}: {figure.name} divides by what may be zero. Divide by max(…, 1) of it."
                ) from None
            widest = walker.widest
        if widest > LARGEST:
            raise WouldOverflow(
                f"{figure.place}: {figure.name} reckons with up to {widest:.3g}, more than 64 bits hold. "
                "Narrow the range of an input in inputs.yaml, or round earlier where the law does."
            )
    return known


@dataclass(frozen=True, slots=True)
class Possible:
    """What a figure of one row can be. ``open_inputs``: the unknown inputs it still depends on, as (name, row)."""

    low: int
    high: int
    open_inputs: frozenset[tuple[str, int]]

    @property
    def is_known(self) -> bool:
        return self.low == self.high


def find_possible(plan: Plan, household: Household, *, as_of: date) -> dict[str, list[Possible]]:
    """Every figure of the plan for every row; inputs may be UNKNOWN, or missing without a default. Raises BadInput."""
    return _Household(plan, household, date_number(as_of.year, as_of.month, as_of.day)).walk()


class _Household:
    def __init__(self, plan: Plan, household: Household, as_of: int) -> None:
        self.plan, self.as_of = plan, as_of
        self.rows = {each.name: list(household.get(each.name, ({},))) for each in plan.entities}
        self.found: dict[str, list[Possible]] = {}

    def walk(self) -> dict[str, list[Possible]]:
        for each in self.plan.inputs:
            self.found[each.name] = [self._read(each, row, number) for number, row in enumerate(self.rows[each.of])]
        for figure in self.plan.figures:
            work = self._add_up if figure.term is None else self._work_out
            self.found[figure.name] = work(figure)
        return self.found

    def _read(self, each: Input, row: Row, number: int) -> Possible:
        value: Any = row.get(each.name, UNKNOWN if each.default is None else each.default)
        if value is UNKNOWN:
            return Possible(each.low, each.high, frozenset({(each.name, number)}))
        codes = tuple(self.plan.law.law.codes.get(each.unit.codes, ()))
        known = value if each.name not in row else read_datum(each, codes, value, number)
        return Possible(known, known, frozenset())

    def _position(self, entity: str, number: int, group: str) -> int:
        for step in self.plan.get_path(entity, group):
            number = self.rows[entity][number].get(step, 0)
            if not 0 <= number < len(self.rows[step]):
                raise BadInput(step, f"there is no row {number!r}.")
            entity = step
        return number

    def _add_up(self, figure: Figure) -> list[Possible]:
        assert figure.aggregate is not None
        use, members = figure.uses[0], figure.aggregate.members
        sums = [Possible(0, 0, frozenset()) for _ in self.rows[figure.of]]
        for number, one in enumerate(self.found[use]):
            at = self._position(members, number, figure.of)
            before = sums[at]
            sums[at] = Possible(before.low + one.low, before.high + one.high, before.open_inputs | one.open_inputs)
        return sums

    def _work_out(self, figure: Figure) -> list[Possible]:
        assert figure.term is not None
        results = []
        for number in range(len(self.rows[figure.of])):
            used = {}
            for use in figure.uses:
                if use != AS_OF:
                    at = self._position(figure.of, number, self.plan.law.get_entity(use))
                    used[use] = self.found[use][at]
            known = {use: (each.low, each.high) for use, each in used.items()} | {AS_OF: (self.as_of, self.as_of)}
            low, high = Walker(self.plan.law.tables, guarded=True).find_bounds(figure.term, known)
            waiting = frozenset().union(*(each.open_inputs for each in used.values())) if low != high else frozenset()
            results.append(Possible(low, high, waiting))
        return results
