"""Who of the nation's officials worked at a center near home on which days, and what became of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from gapura.sectors.smart_work.types import BookingStatus, DayThere, Half, Worker

Figures = Mapping[str, Any]


class Commuters:
    """The same workers, seed and day give the same days."""

    def __init__(
        self,
        figures: Figures,
        workers: Sequence[Worker],
        *,
        seed: int,
        today: date,
        is_working_day: Callable[[date], bool],
    ) -> None:
        self._figures, self._workers, self._today = figures, workers, today
        self._is_working_day = is_working_day
        self._random = Random(f"Commuters/{seed}")  # noqa: S311 - reproducible on purpose

    def __iter__(self) -> Iterator[DayThere]:
        figures = self._figures
        monday = self._today - timedelta(days=self._today.weekday())
        last = self._today + timedelta(days=figures["days_ahead"])
        for worker in self._workers:
            for week in range(-figures["weeks"], 2):
                for day in self._choose_days(monday + timedelta(weeks=week)):
                    if day <= last and day != self._today and self._is_working_day(day):
                        yield self._spend(worker, day)

    def _choose_days(self, monday: date) -> list[date]:
        number = self._random.choice(self._figures["in_a_week"])
        chosen = self._random.choices(range(5), weights=self._figures["weekdays"], k=number)
        return [monday + timedelta(days=step) for step in sorted(set(chosen))]

    def _spend(self, worker: Worker, day: date) -> DayThere:
        figures = self._figures
        halves = tuple(Half(half) for half in self._draw(figures["halves"]).split())
        choice = int(self._happens(figures["second_choice"]))
        if day > self._today:
            return DayThere(worker, day, halves, BookingStatus.CONFIRMED, choice)
        status = BookingStatus(self._draw(figures["became"]))
        if status is not BookingStatus.FINISHED:
            return DayThere(worker, day, halves, status, choice)
        came, left = self._random.randint(-20, 35), self._leave(halves)
        is_said = left is not None and self._happens(figures["own_minutes"])
        own = 5 * (self._random.randint(*figures["minutes"]) // 5) if is_said else None
        rating = int(self._draw(figures["ratings"])) if self._happens(figures["rated"]) else None
        return DayThere(worker, day, halves, status, choice, came, left, own, rating)

    def _leave(self, halves: Sequence[Half]) -> int | None:
        """Minutes after the end; None without signing out. A short visit is over within the first hour."""
        if self._happens(self._figures["unsigned"]):
            return None
        if self._happens(self._figures["short"]):
            return {Half.AM: -215, Half.PM: -130}[halves[0]] if len(halves) == 1 else -455
        return self._random.randint(-30, 45)

    def _happens(self, in_a_hundred: int) -> bool:
        return self._random.randrange(100) < in_a_hundred

    def _draw(self, weights: Mapping[Any, int]) -> str:
        return str(self._random.choices(list(weights), weights=list(weights.values()))[0])
