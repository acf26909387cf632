"""How a number of a register is written, and what time it is given at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True)
class Numbering:
    """A country's patterns by direction, and how far a clock may have been set back."""

    patterns: Mapping[str, str]
    tolerance: timedelta

    def write(self, direction: str, *, serial: int, unit_code: str, task_code: str, on: date) -> str:
        """The number as people read it. A unit is called by its place in its agency: ``SERVICES.STANDARDS``."""
        agency, _, unit = unit_code.partition("/")
        return self.patterns[direction].format(
            serial=serial,
            agency=agency.upper(),
            unit=unit.replace("/", ".").upper(),
            task=task_code,
            roman=_ROMAN[on.month - 1],
            year=on.year,
        )

    def moment(self, now: datetime, last: datetime | None) -> datetime | None:
        """When the next number is given: never before the last one. None: the clock is too far back to tell."""
        if last is None or now >= last:
            return now
        return last if last - now <= self.tolerance else None
