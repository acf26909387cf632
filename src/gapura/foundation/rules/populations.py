"""A nation as columns of whole numbers: who is in which group, where it is cut, what of it no law can reckon with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.law import Input
from gapura.foundation.rules.planning import Plan
from gapura.foundation.rules.scalar import Household, read_datum
from gapura.foundation.rules.units import Kind

Column = npt.NDArray[Any]
AT_A_TIME = 32_768
"""Rows that are looked at together: what is found about them stays in the cache of a processor."""


@dataclass(frozen=True)
class Population:
    """Nothing of it may be changed once it was reckoned with: what was found sound is not looked at again.

    ``rows``: how many there are of each entity. ``columns``: whole numbers of any width for each input; of a code its
    position in the list, of a day 20240229, of a rate its millionths. ``groups``: for (member, group) the position of
    each member's group; where these rise, the members of a group stand together, and the population can be cut.
    """

    rows: Mapping[str, int]
    columns: Mapping[str, Column]
    groups: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    _sound: set[Any] = field(default_factory=set, init=False, compare=False, repr=False)
    _rising: dict[tuple[str, str], bool] = field(default_factory=dict, init=False, compare=False, repr=False)

    def get_group(self, member: str, group: str) -> Column:
        """The position of each member's group; all are in the first where nothing else is said and there is one."""
        positions = self.groups.get((member, group))
        if positions is None and self.rows.get(group) == 1:
            positions = np.zeros(self.rows[member], np.int64)
        if positions is None:
            raise BadInput(group, f"the population does not say in which {group} each {member} is.")
        return positions

    def is_rising(self, member: str, group: str) -> bool:
        """Whether the members of each group stand together, in the order of the groups."""
        key = (member, group)
        if key not in self._rising:
            positions = self.get_group(member, group)
            starts = range(0, len(positions), AT_A_TIME)
            parts = (positions[start : start + AT_A_TIME + 1] for start in starts)
            self._rising[key] = all(bool((part[1:] >= part[:-1]).all()) for part in parts)
        return self._rising[key]

    def find_cuts(self, plan: Plan, most: int) -> dict[str, Column]:
        """Where each entity is cut into pieces of about ``most`` rows, no group in two: first rows, and the end.

        One piece, where an entity is in two groups or the members of a group are scattered."""
        names = [each.name for each in plan.entities]
        memberships = list_memberships(plan)
        pieces = max(1, -(-max(self.rows[name] for name in names) // most))
        group_of = dict(memberships)
        if len(group_of) < len(memberships) or not all(self.is_rising(*each) for each in memberships):
            pieces = 1
        cuts: dict[str, Column] = {}
        for name in reversed(names):  # groups before their members
            if pieces > 1 and name in group_of:
                cuts[name] = np.searchsorted(self.get_group(name, group_of[name]), cuts[group_of[name]])
            else:
                cuts[name] = np.arange(pieces + 1, dtype=np.int64) * self.rows[name] // pieces
        return cuts

    def split(self, plan: Plan, most: int) -> Iterator["Population"]:
        """The population in parts of about ``most`` rows, no group in two; whole where it cannot be cut."""
        cuts = self.find_cuts(plan, most)
        for piece in range(len(next(iter(cuts.values()))) - 1):
            yield self._part(plan, {name: slice(int(cut[piece]), int(cut[piece + 1])) for name, cut in cuts.items()})

    def _part(self, plan: Plan, spans: Mapping[str, slice]) -> "Population":
        groups = {
            (member, group): self.get_group(member, group)[spans[member]] - spans[group].start
            for member, group in list_memberships(plan)
        }
        columns = {
            each.name: self.columns[each.name][spans[each.of]] for each in plan.inputs if each.name in self.columns
        }
        part = Population({name: span.stop - span.start for name, span in spans.items()}, columns, groups)
        part._sound.update(self._sound)  # what holds for all holds for some
        part._rising.update(self._rising)
        return part

    def read(self, each: Input) -> Column:
        """The column of an input, or its default for all. Raises BadInput."""
        if each.name in self.columns:
            return self.columns[each.name]
        if each.default is None:
            raise BadInput(each.name, f"the population has no such column, and nothing is assumed for a {each.of}.")
        return np.full(self.rows[each.of], each.default, np.int64)

    def check(self, plan: Plan) -> None:
        """Raises BadInput that names input and row for what the law cannot reckon with."""
        for entity in plan.entities:
            if entity.name not in self.rows:
                raise BadInput(entity.name, "the population does not say how many there are.")
        for each in plan.inputs:
            if (each.name, each.low, each.high) not in self._sound:
                self._check_input(each)
                self._sound.add((each.name, each.low, each.high))
        for member, group in list_memberships(plan):
            if (member, group) not in self._sound:
                self._check_group(member, group, plan.law.law.entities[group].most)
                self._sound.add((member, group))

    def _check_input(self, each: Input) -> None:
        column = self.read(each)
        if column.shape != (self.rows[each.of],) or column.dtype.kind not in "biu":
            raise BadInput(each.name, f"it needs {self.rows[each.of]} whole numbers, one for each {each.of}.")
        if column.dtype == np.uint64 and len(column) and column.max() > np.uint64(2**63 - 1):
            raise BadInput(each.name, "it holds numbers that do not fit 63 bits.")
        if len(column) and not (each.low <= int(column.min()) and int(column.max()) <= each.high):
            row = int(np.flatnonzero((column < each.low) | (column > each.high))[0])
            raise BadInput(
                each.name, f"{int(column[row])} is not between {each.low} and {each.high} ({each.of} {row + 1})."
            )
        if each.unit.kind is Kind.DATE:
            self._check_days(each, column)

    def _check_days(self, each: Input, column: Column) -> None:
        for start in range(0, len(column), AT_A_TIME):
            if not (sound := _are_days(column[start : start + AT_A_TIME])).all():
                row = start + int(sound.argmin())
                raise BadInput(each.name, f"{int(column[row])} is no date ({each.of} {row + 1}). Write it as 20240229.")

    def _check_group(self, member: str, group: str, most: int) -> None:
        positions, rows = self.get_group(member, group), self.rows[group]
        if positions.shape != (self.rows[member],) or positions.dtype.kind not in "iu":
            raise BadInput(group, f"it needs {self.rows[member]} positions, one for each {member}.")
        if not len(positions):
            return
        if self.is_rising(member, group):
            least, largest = int(positions[0]), int(positions[-1])
            crowded = bool((positions[most:] == positions[:-most]).any())
        else:
            least, largest = int(positions.min()), int(positions.max())
            crowded = largest < rows and least >= 0 and int(np.bincount(positions).max()) > most
        if least < 0 or largest >= rows:
            row = int(np.flatnonzero((positions < 0) | (positions >= rows))[0])
            raise BadInput(group, f"there is no row {int(positions[row])} ({member} {row + 1}).")
        if crowded:
            full = int(np.bincount(positions).argmax())
            raise BadInput(group, f"{group} {full + 1} has more than {most} of {member}.")


def _make_calendar() -> npt.NDArray[np.bool_]:
    """Whether month * 100 + day is a day of a leap year."""
    sound = np.zeros(10_000, np.bool_)
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
        sound[month * 100 + 1 : month * 100 + days + 1] = True
    return sound


_CALENDAR = _make_calendar()
LEAP_DAY = 229


def _are_days(column: Column) -> npt.NDArray[np.bool_]:
    """Of numbers that are no less than 0 and fit 32 bits."""
    days = column.astype(np.uint32)
    within = days - days // 10_000 * 10_000  # four times as fast as %
    sound = _CALENDAR.take(within)
    leap = np.flatnonzero(within == LEAP_DAY)
    years = days[leap] // 10_000
    sound[leap] = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    return sound


def list_memberships(plan: Plan) -> list[tuple[str, str]]:
    """Each (member, group) of entities that take part."""
    names = {each.name for each in plan.entities}
    return [(each.name, group) for each in plan.entities for group in each.groups if group in names]


def make_population(plan: Plan, households: Sequence[Household]) -> Population:
    """Households (as ``scalar.compute`` takes them) one behind the other. Raises BadInput."""
    entities = [each.name for each in plan.entities]
    columns: dict[str, list[int]] = {each.name: [] for each in plan.inputs}
    groups: dict[tuple[str, str], list[int]] = {membership: [] for membership in list_memberships(plan)}
    rows = dict.fromkeys(entities, 0)
    for household in households:
        for each in plan.inputs:
            columns[each.name] += _read_rows(plan, each, household)
        for (member, group), positions in groups.items():
            positions += [rows[group] + row.get(group, 0) for row in household.get(member, ({},))]
        for name in entities:
            rows[name] += len(household.get(name, ({},)))
    return Population(
        rows,
        {name: np.array(values, np.int64) for name, values in columns.items()},
        {key: np.array(positions, np.int64) for key, positions in groups.items()},
    )


def _read_rows(plan: Plan, each: Input, household: Household) -> list[int]:
    codes, found = tuple(plan.law.law.codes.get(each.unit.codes, ())), []
    for number, row in enumerate(household.get(each.of, ({},))):
        if each.name in row:
            found.append(read_datum(each, codes, row[each.name], number))
        elif each.default is not None:
            found.append(each.default)
        else:
            raise BadInput(each.name, f"it is not given for {each.of} {number + 1}.")
    return found
