"""The life of an order in one table, how patiently a factory is asked, and when a counter is open for fingerprints."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from gapura.kernel.production.types import OrderStatus, Stage, StageReport

S = OrderStatus

# What a report does to an order: from which states, to which. Whatever stands elsewhere stays: late, doubled or out of
# order, a report is heard once and never moves anything back.
REPORTED: dict[Stage, tuple[frozenset[OrderStatus], OrderStatus]] = {
    Stage.PRINTING: (frozenset({S.ORDERED}), S.PRINTING),
    Stage.CHECKED: (frozenset({S.ORDERED, S.PRINTING}), S.CHECKED),
    Stage.SHIPPED: (frozenset({S.ORDERED, S.PRINTING, S.CHECKED}), S.SHIPPED),
    Stage.READY: (frozenset({S.ORDERED, S.PRINTING, S.CHECKED}), S.READY),
    Stage.DELIVERED: (frozenset({S.ORDERED, S.PRINTING, S.CHECKED, S.SHIPPED}), S.DELIVERED),
    Stage.MISPRINT: (frozenset({S.ORDERED, S.PRINTING, S.CHECKED}), S.ORDERED),
    Stage.LOST: (frozenset({S.ORDERED, S.PRINTING, S.CHECKED, S.SHIPPED, S.READY}), S.ORDERED),
}
SCRAPS = frozenset({Stage.MISPRINT, Stage.LOST})

AT_FACTORY = frozenset({S.ORDERED, S.PRINTING, S.CHECKED, S.SHIPPED})
OPEN = AT_FACTORY | {S.FINGERPRINTS, S.READY}
LEFT_THE_FACTORY = frozenset({S.SHIPPED, S.READY})
OVER = frozenset({S.DELIVERED, S.COLLECTED})

FIRST_PATIENCE = timedelta(seconds=5)
LONGEST_PATIENCE = timedelta(minutes=30)


def target_of(stage: Stage, status: str) -> OrderStatus | None:
    """Where a report takes an order that stands at ``status``; None when it says nothing new."""
    sources, target = REPORTED[stage]
    return target if status in sources else None


def next_look(waiting_since: datetime, now: datetime) -> datetime:
    """When to ask the factory next: as long from now as was waited already, between seconds and half an hour."""
    return now + min(max(now - waiting_since, FIRST_PATIENCE), LONGEST_PATIENCE)


def in_order(reports: tuple[StageReport, ...]) -> list[StageReport]:
    """As things happened, however the factory lists them."""
    return sorted(reports, key=lambda report: (report.at, list(Stage).index(report.stage)))


def times_of_day(on: date, first_hour: int, last_hour: int, minutes: int, zone: tzinfo) -> Iterator[datetime]:
    """When visits begin on a day: every ``minutes`` from the first hour until the last one begins."""
    moment, end = datetime.combine(on, time(first_hour), zone), datetime.combine(on, time(last_hour), zone)
    while moment < end:
        yield moment
        moment += timedelta(minutes=minutes)


def end_of_term(issued_on: date, years: int | None) -> date | None:
    """The day on which a document is no longer in force; None for one for life. 29 February ends on 1 March."""
    if years is None:
        return None
    is_leap_day = (issued_on.month, issued_on.day) == (2, 29)
    day = issued_on + timedelta(days=1) if is_leap_day else issued_on
    return day.replace(year=issued_on.year + years)
