"""The country's terms for letters that are to be answered or read."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.catalogue.queries import get_working_calendar


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days to answer and to read, and how many receivers or readers one act may name."""

    answer_days: int
    urgent_answer_days: int
    reading_days: int
    most_receivers: int
    most_readers: int

    def answer_due_on(self, arrived_on: date, *, urgent: bool) -> date:
        """The last day for an answer."""
        days = self.urgent_answer_days if urgent else self.answer_days
        return get_working_calendar().add_working_days(arrived_on, days)

    def reading_due_on(self, started_on: date) -> date:
        """The day by which a document that goes round is to be read."""
        return get_working_calendar().add_working_days(started_on, self.reading_days)


def get_terms() -> Terms:
    """The terms of the country."""
    return _terms_of(settings.GAPURA_JURISDICTION)


@cache
def _terms_of(country: str) -> Terms:
    facts: dict[str, Any] = load(country).read("office", "circulation.yaml")
    answer = facts["answer_working_days"]
    return Terms(
        answer["ordinary"],
        answer["urgent"],
        facts["reading_working_days"],
        facts["most_receivers"],
        facts["most_readers"],
    )
