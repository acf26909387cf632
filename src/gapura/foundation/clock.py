"""The only place that reads the wall clock. Domain code is given dates; edges ask here.

Tests and drills move time with :func:`frozen`; nothing else may.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at or datetime.now(UTC)


def today(timezone: str) -> date:
    """The calendar day in ``timezone`` (IANA name): deadlines run by the country's day, not by UTC's."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) inside the block. For tests, drills and simulations."""
    global _frozen_at
    if moment.tzinfo is None:
        raise ValueError("A frozen moment needs a time zone: pass an aware datetime.")
    before, _frozen_at = _frozen_at, moment
    try:
        yield
    finally:
        _frozen_at = before


def local_day(moment: datetime, timezone: str) -> date:
    """The calendar day of ``moment`` (aware) in ``timezone``."""
    return moment.astimezone(ZoneInfo(timezone)).date()
