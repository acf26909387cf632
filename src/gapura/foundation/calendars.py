"""Working days: which they are, and how deadlines run over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gapura.foundation.texts import Text


@dataclass(frozen=True)
class WorkingCalendar:
    """A country's (or office's) days of work.

    ``holidays`` names the days off; ``weekend`` holds ISO weekdays (Monday is 1). Outside the years that
    ``holidays`` covers only the weekend counts, see :meth:`covers`.
    """

    holidays: Mapping[date, Text]
    weekend: frozenset[int] = frozenset({6, 7})

    def __post_init__(self) -> None:
        if len(self.weekend) >= 7:
            raise ValueError("A calendar without any working day has no deadlines; leave a weekday to work.")

    def is_working_day(self, day: date) -> bool:
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def add_working_days(self, start: date, days: int) -> date:
        """The last day of a term of ``days`` working days; the day it starts does not count.

        A term of 0 days ends on ``start``, or on the next working day when that is none.
        """
        if days < 0:
            raise ValueError("A term cannot have a negative number of days.")
        day, left = start, days
        while left or not self.is_working_day(day):
            day += timedelta(days=1)
            left -= left > 0 and self.is_working_day(day)
        return day

    def subtract_working_days(self, end: date, days: int) -> date:
        """The latest day from which a term of ``days`` working days would end before ``end``."""
        day = end
        while self.count_working_days(day, end) <= days:
            day -= timedelta(days=1)
        return day

    def count_working_days(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def covers(self, day: date) -> bool:
        """Whether the holidays of that year are known at all."""
        return any(holiday.year == day.year for holiday in self.holidays)
