"""A nation in columns: the terms of the law over arrays, to the last unit of money what ``scalar`` gives.

Both ways of an ``if`` are worked out and one is kept. ``prove`` has shown before that no step leaves 64 bits.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from gapura.foundation.rules.authoring import Rows
from gapura.foundation.rules.intervals import prove
from gapura.foundation.rules.law import AS_OF, Figure, LawInForce
from gapura.foundation.rules.planning import Plan, get_plan
from gapura.foundation.rules.populations import Column, Population
from gapura.foundation.rules.scalar import as_number
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term, value_of

Columns = dict[str, Column]
"""For each target the value of each row (rates in millionths, flags 0 and 1), 64 bits."""
Compute = Callable[[LawInForce, Sequence[str], Population, date], Columns]
"""A way to reckon: ``compute_columns``, ``fused.Fused(folder).compute`` or ``accelerated.compute_accelerated``."""


def compute_columns(law: LawInForce, targets: Sequence[str], population: Population, as_of: date) -> Columns:
    """The targets of everybody. Raises WouldOverflow, BadInput, and LookupError for a target that is not in force."""
    plan = get_sound_plan(law, targets)
    population.check(plan)
    with np.errstate(divide="ignore"):  # only on the way that is not kept
        return Walk(np, plan, population, as_number(as_of)).compute()


def compute_blocks(
    law: LawInForce,
    targets: Sequence[str],
    blocks: Iterable[Population],
    as_of: date,
    *,
    by: Compute = compute_columns,
    progress: Callable[[int], object] = lambda rows: None,
) -> Iterator[tuple[Population, Columns]]:
    """Each block with its figures, one block in memory at a time; ``progress`` hears of the rows done since."""
    for block in blocks:
        figures = by(law, targets, block, as_of)
        progress(max(block.rows.values()))
        yield block, figures


def get_sound_plan(law: LawInForce, targets: Sequence[str]) -> Plan:
    """The plan, proved once to stay within 64 bits. Raises WouldOverflow."""
    plan = get_plan(law, targets)
    key = ("proved", *targets)
    if key not in law.plans:
        law.plans[key] = prove(plan)
    return plan


def _whole(value: Any) -> Any:
    """A yes or no as 1 or 0; anything else as it is, in 64 bits."""
    if isinstance(value, bool):
        return int(value)
    return value.astype(np.int64) if getattr(value, "dtype", None) == np.bool_ else value


def _yes(value: Any) -> Any:
    return value if getattr(value, "dtype", None) == np.bool_ else value != 0


class Walk:
    """Works out the figures of a plan by the operations of ``arrays``: NumPy, or what has the same words."""

    def __init__(self, arrays: Any, plan: Plan, population: Population, as_of: int) -> None:
        self.arrays, self.plan, self.population, self.as_of = arrays, plan, population, as_of
        self.found: dict[str, Any] = {
            each.name: arrays.asarray(population.read(each), dtype=arrays.int64) for each in plan.inputs
        }

    def compute(self) -> Columns:
        """The targets."""
        last = {use: figure.name for figure in self.plan.figures for use in figure.uses}
        for figure in self.plan.figures:
            self.found[figure.name] = self._sum(figure) if figure.term is None else self._work_out(figure, figure.term)
            for use in figure.uses:
                if last[use] == figure.name and use not in self.plan.targets:
                    self.found.pop(use, None)  # nobody reads it any more
        return {target: self.found[target] for target in self.plan.targets}

    def _work_out(self, figure: Figure, term: Term) -> Any:
        names: dict[str, Any] = {AS_OF: self.as_of}
        for use in figure.uses:
            if use != AS_OF:
                names[use] = self._reach(figure.of, use)
        value = _whole(Terms(self.arrays, self.plan.law.tables, names).find(term))
        rows = self.population.rows[figure.of]
        return self.arrays.broadcast_to(self.arrays.asarray(value, dtype=self.arrays.int64), (rows,))

    def _reach(self, entity: str, use: str) -> Any:
        """The figure for each row of ``entity``: its own, or that of a group it is in."""
        positions = None
        for group in self.plan.get_path(entity, self.plan.law.get_entity(use)):
            step = self.population.get_group(entity, group)
            positions = step if positions is None else step[positions]
            entity = group
        return self.found[use] if positions is None else self.found[use][positions]

    def _sum(self, figure: Figure) -> Any:
        assert figure.aggregate is not None
        members, groups = figure.aggregate.members, self.population.rows[figure.of]
        positions, values = self.population.get_group(members, figure.of), self.found[figure.uses[0]]
        if self.arrays is not np:
            return self.arrays.zeros(groups, self.arrays.int64).at[positions].add(values)
        sums = np.zeros(groups, np.int64)
        if not self.population.is_rising(members, figure.of):
            np.add.at(sums, positions, values)
            return sums
        starts = np.flatnonzero(np.diff(positions, prepend=-1))  # the first member of each group that has any
        if len(starts):
            sums[positions[starts]] = np.add.reduceat(values, starts)
        return sums


class Terms:
    """Values of terms over arrays; a term that stands twice is worked out once."""

    def __init__(self, arrays: Any, tables: Mapping[str, Table], names: Mapping[str, Any]) -> None:
        self.arrays, self.tables, self.names = arrays, tables, names
        self.known: dict[Term, Any] = {}
        self.operations: dict[str, Callable[..., Any]] = {
            **{op: _over_whole(work) for op, work in _ARITHMETIC.items()},
            "min": _over_whole(arrays.minimum),
            "max": _over_whole(arrays.maximum),
            "and": lambda one, other: arrays.logical_and(_yes(one), _yes(other)),
            "or": lambda one, other: arrays.logical_or(_yes(one), _yes(other)),
            "not": lambda one: arrays.logical_not(_yes(one)),
            "if": lambda condition, then, otherwise: arrays.where(_yes(condition), _whole(then), _whole(otherwise)),
        }

    def find(self, term: Term) -> Any:
        """The value of the term for every row."""
        if term.op == "const":
            return value_of(term)
        if term.op == "name":
            return self.names[str(term.args[0])]
        if term not in self.known:
            values = [self.find(each) for each in term.terms()]
            work = self.operations.get(term.op)
            self.known[term] = (
                work(*values) if work else self._look_up(term.op, self.tables[str(term.args[0])], values[0])
            )
        return self.known[term]

    def _look_up(self, op: str, table: Table, value: Any) -> Any:
        if op == "choose":
            return self.arrays.asarray(table.choices, dtype=self.arrays.int64)[value]
        if op == "row":
            assert isinstance(table.value, Rows)
            ceilings = self.arrays.asarray(table.value.ceilings, dtype=self.arrays.int64)
            return self.arrays.asarray(table.rates, dtype=self.arrays.int64)[self.arrays.searchsorted(ceilings, value)]
        above = self.arrays.maximum(_whole(value), 0)
        return sum(rise * (self.arrays.maximum(above - floor, 0) if floor else above) for floor, rise in table.rises)


def _over_whole(work: Callable[..., Any]) -> Callable[..., Any]:
    return lambda one, other: work(_whole(one), _whole(other))


_ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
