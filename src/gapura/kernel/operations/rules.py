"""Which days an outage took, and which of them were given back before."""

from collections.abc import Iterable, Iterator
from datetime import date

Days = tuple[date, date]
"""From the first day up to the second, exclusive."""


def days_not_given_back(outage: Days, given: Iterable[Days]) -> Iterator[Days]:
    """The parts of ``outage`` that no earlier one gave back, in order; empty when all were."""
    start, end = outage
    for since, until in sorted(given):
        if until <= start or since >= end:
            continue
        if since > start:
            yield start, since
        start = max(start, until)
    if start < end:
        yield start, end
