"""Figures in words and pictures; what is too small to be told is left empty."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton

from gapura.kernel.cases.types import Figures, Selection
from gapura.kernel.catalogue.queries import get_catalogue
from gapura.web.languages import localized, reader_language

MOST_LABELS = 6
_BY_WEEK, _BY_MONTH = timedelta(days=60), timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one public service as they may be shown; None: hidden, or there is none."""

    service_code: str
    title: str
    received: int | None
    decided: int | None
    refused: int | None
    median: timedelta | None
    slow: timedelta | None
    on_time_percent: int | None
    papers: int | None
    ratings: int | None
    satisfied_percent: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """One place of the chart: its name in full and (not at every place) below the line, and a value of each line."""

    name: str
    label: str
    values: tuple[int, ...]


def present_rows(services: Iterable[Figures], *, at_least: int, opinions_at_least: int) -> list[Row]:
    """By title. Cases, and apart from them opinions, are told only where there are so many of them."""
    rows = [_row(figures, at_least, opinions_at_least) for figures in services]
    return sorted(rows, key=lambda row: row.title)


def _row(figures: Figures, at_least: int, opinions_at_least: int) -> Row:
    is_told = figures.decided >= at_least
    ratings = figures.ratings if figures.ratings >= max(opinions_at_least, 1) else None
    return Row(
        service_code=figures.service_code,
        title=_title(figures.service_code),
        received=_told(figures.received, at_least),
        decided=_told(figures.decided, at_least),
        refused=_told_share(figures.refused, figures.decided, at_least),
        median=figures.median if is_told else None,
        slow=figures.slow if is_told else None,
        on_time_percent=_percent(figures.on_time, figures.timed) if is_told else None,
        papers=figures.papers if is_told else None,
        ratings=ratings,
        satisfied_percent=_percent(figures.satisfied, figures.ratings) if ratings else None,
    )


def _title(service_code: str) -> str:
    """Of its last version, since statistics look back; the code of what the catalogue no longer knows."""
    versions = get_catalogue().services.get(service_code)
    return localized(versions[-1].title) if versions else service_code


def _told(count: int, at_least: int) -> int | None:
    return count if count >= at_least else None


def _told_share(part: int, whole: int, at_least: int) -> int | None:
    """A part, unless it or the rest could be a few people."""
    return part if whole >= at_least and all(one == 0 or one >= at_least for one in (part, whole - part)) else None


def _percent(part: int, whole: int) -> int | None:
    """Whole percent, downwards: a hundred means every one."""
    return part * 100 // whole if whole else None


def draw_timeline(received_on: Mapping[date, int], decided_on: Mapping[date, int], selection: Selection) -> list[Point]:
    """A point for each day, in longer periods for each week or month; the first and the last may be cut off."""
    length = selection.until - selection.since
    days = [selection.since + timedelta(days=n) for n in range(length.days + 1)]
    beginnings = [max(_beginning(day, length), selection.since) for day in days]
    places = {start: [0, 0] for start in beginnings}
    for day, start in zip(days, beginnings, strict=True):
        places[start][0] += received_on.get(day, 0)
        places[start][1] += decided_on.get(day, 0)
    every = -(-len(places) // MOST_LABELS)
    name, label = ("yMMMM", "MMM") if length > _BY_MONTH else ("yMMMMd", "MMMd")
    return [
        Point(_write(start, name), "" if n % every else _write(start, label), tuple(values))
        for n, (start, values) in enumerate(places.items())
    ]


def _beginning(day: date, length: timedelta) -> date:
    """Of the place in the chart that the day belongs to."""
    if length > _BY_MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if length > _BY_WEEK else day


def _write(day: date, skeleton: str) -> str:
    return format_skeleton(skeleton, day, locale=reader_language())
