"""What a person learns and works over the years, as the register writes it."""

from collections.abc import Mapping
from typing import Any

from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.people import Person
from gapura.sectors.civil.types import MaritalStatus


class WorkingLife:
    """School and work by age, from the country's figures."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._school_begins = facts["school_begins_at"]
        self._leaves_at: Mapping[str, int] = facts["leaves_school_at"]
        self._steps: list[str] = facts["while_at_school"]
        self._words: Mapping[str, str] = facts["work_words"]
        self._pension_age = facts["pension_age"]
        self._pensioned = frozenset(facts["pensioned"])
        self._card_age = facts["coming_of_age_card"]

    def stations(self, person: Person, until: int) -> list[tuple[int, tuple[str, str, str]]]:
        """Marital status, occupation and education from each day on which one of them changed."""
        ages = (self._school_begins, self._card_age, self._leaves_at[person.schooling], self._pension_age)
        birthdays = {person.born + int(age * YEAR) + 1 for age in ages}
        days = sorted(birthdays | {day for day, _ in person.statuses})
        found: list[tuple[int, tuple[str, str, str]]] = []
        for day in days:
            if day > until:
                break
            facts = self._at(person, day)
            if not found or found[-1][1] != facts:
                found.append((day, facts))
        return found

    def _at(self, person: Person, day: int) -> tuple[str, str, str]:
        age = (day - person.born) / YEAR
        status = next(value for since, value in reversed(person.statuses) if since <= day)
        return status.value, self._occupation(person, age, status), self._education(person, age)

    def _occupation(self, person: Person, age: float, status: MaritalStatus) -> str:
        leaves = self._leaves_at[person.schooling]
        if age < self._school_begins or (age < 15 and age >= leaves):
            return self._words["none"]
        if age < leaves:
            return self._words["learning"]
        if age >= self._pension_age and person.occupation in self._pensioned:
            return self._words["retired"]
        if person.occupation == self._words["married_only"] and status is MaritalStatus.SINGLE:
            return self._words["none"]
        return person.occupation

    def _education(self, person: Person, age: float) -> str:
        if age >= self._leaves_at[person.schooling]:
            return person.schooling
        reached = [step for step in self._steps if age >= self._leaves_at[step]]
        if reached:
            return reached[-1]
        return self._steps[0] if age >= self._school_begins else self._words["none"]
