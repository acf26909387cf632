"""Tables of the law at work: slices, rows and choices with one denominator."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from math import lcm

from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.units import Unit


@dataclass(frozen=True)
class Table:
    """A table in force. ``over``: what its numerators are to be divided by. ``unit``: of what ``choose`` gives."""

    name: str
    value: Brackets | Rows | Choices
    unit: Unit
    codes: tuple[str, ...] = ()

    @cached_property
    def over(self) -> int:
        if isinstance(self.value, Choices):
            return 1
        return lcm(*(rate.denominator for rate in self.value.rates))

    @cached_property
    def rates(self) -> tuple[int, ...]:
        """The rates as numerators over ``over``."""
        assert not isinstance(self.value, Choices)
        return tuple(int(rate * self.over) for rate in self.value.rates)

    @cached_property
    def slices(self) -> tuple[tuple[int, int, int], ...]:
        """(highest amount, rate, what to take off) of each slice: rate * amount - off is the progressive tax so far.

        The first slice begins at 0; the last has no highest amount (-1)."""
        assert isinstance(self.value, Brackets)
        off, before, found = 0, 0, []
        for floor, rate, end in zip(self.value.floors, self.rates, [*self.value.floors[1:], -1], strict=True):
            off += floor * (rate - before)
            before = rate
            found.append((end, rate, off))
        return tuple(found)

    @cached_property
    def rises(self) -> tuple[tuple[int, int], ...]:
        """(where it begins, by how much the rate rises there) of each slice: the same without any branch."""
        assert isinstance(self.value, Brackets)
        before = (0, *self.rates)
        return tuple(
            (floor, rate - was) for floor, rate, was in zip(self.value.floors, self.rates, before, strict=False)
        )

    @cached_property
    def choices(self) -> tuple[int, ...]:
        """The figure of each code, in the order of the list of codes."""
        assert isinstance(self.value, Choices)
        values = dict(self.value.values)
        return tuple(values[code] for code in self.codes)

    def progressive(self, amount: int) -> int:
        """Each slice at its own rate, as a numerator."""
        if amount <= 0:
            return 0
        for end, rate, off in self.slices:
            if end < 0 or amount <= end:
                return rate * amount - off
        raise AssertionError("the last slice has no end")

    def row(self, amount: int) -> int:
        """The rate of the row the amount falls in, as a numerator."""
        assert isinstance(self.value, Rows)
        return self.rates[bisect_left(self.value.ceilings, amount)]

    def look_up(self, op: str, argument: int) -> int:
        """What ``op`` (progressive, row or choose) gives."""
        if op == "choose":
            return self.choices[argument]
        return self.progressive(argument) if op == "progressive" else self.row(argument)

    def extremes(self, op: str, low: int, high: int) -> tuple[int, int]:
        """The least and the most that ``op`` gives for any argument between ``low`` and ``high``."""
        if op == "choose":
            among = self.choices[max(0, low) : high + 1]
        elif op == "progressive" and all(rate >= 0 for rate in self.rates):
            return self.progressive(low), self.progressive(high)
        elif op == "row":
            assert isinstance(self.value, Rows)
            first, last = bisect_left(self.value.ceilings, low), bisect_left(self.value.ceilings, high)
            among = self.rates[first : last + 1]
        else:
            corners = [low, high, *(end for end, _, _ in self.slices if low < end < high)]
            among = tuple(self.progressive(corner) for corner in corners)
        return min(among), max(among)
