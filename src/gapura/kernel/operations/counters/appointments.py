"""Who comes to the counter when, and for what: the list of a day, as a spreadsheet writes it."""

import csv
from collections.abc import Iterable
from datetime import datetime, tzinfo

from gapura.kernel.operations.types import CounterRefused

COLUMNS = ("at", "person", "service")


def read_appointments(
    lines: Iterable[str], *, since: datetime, until: datetime, timezone: tzinfo
) -> list[tuple[str, str]]:
    """Person and service of each appointment from ``since`` to before ``until``; other columns are left alone.

    A time without a zone is the counter's. Raises CounterRefused, which names the line.
    """
    rows = csv.DictReader(lines)
    if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise CounterRefused(f"The list of appointments has no column {', '.join(missing)}. Its first line names them.")
    return [
        (row["person"].strip(), row["service"].strip())
        for row in rows
        if since <= _read_time(row["at"], rows.line_num, timezone) < until
    ]


def _read_time(text: str, line: int, timezone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CounterRefused(
            f"Line {line} of the appointments: {text!r} is no time. Write 2026-11-22 09:30."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)
