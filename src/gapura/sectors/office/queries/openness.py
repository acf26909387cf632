"""What the figures of openness are made from: registered documents and their lines, samples, folders of an agency."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings

from gapura.kernel.approvals.queries import LineFigures, count_steps_and_returns
from gapura.kernel.identity.queries import list_units
from gapura.sectors.office.models import FindingSample, FolderTerm, OfficialDocument
from gapura.sectors.office.openness import DueFolder, Probe, Settled
from gapura.sectors.office.types import Direction, Disclosure, DocumentStatus, Fate

_BATCH = 500
_NO_LINE = LineFigures(0, 0)


def list_settled(agency_code: str, *, since: date, until: date) -> list[Settled]:
    """Documents the agency made and registered from ``since`` on and before ``until``, the first first.

    Units that were merged count for who has their work today, here and below.
    """
    today = _units_today(agency_code)
    rows = OfficialDocument.objects.filter(
        agency_code=agency_code,
        status=DocumentStatus.REGISTERED,
        registered_at__gte=_midnight(since),
        registered_at__lt=_midnight(until),
    ).exclude(direction=Direction.INCOMING)
    wanted = ("unit_code", "created_at", "registered_at", "line_number", "disclosure")
    return [
        Settled(
            unit_code=today.get(unit, unit),
            created_at=created_at,
            registered_at=registered_at,
            was_online=bool(line),
            steps=figures.steps,
            returns=figures.returns,
            is_public=disclosure != Disclosure.CLOSED,
        )
        for (unit, created_at, registered_at, line, disclosure), figures in _with_lines(
            list(rows.order_by("registered_at", "pk").values_list(*wanted))
        )
    ]


def list_probes(agency_code: str, *, since: date, until: date) -> list[Probe]:
    """How well documents were found, by what was measured from ``since`` on and before ``until``; the first first."""
    today = _units_today(agency_code)
    rows = FindingSample.objects.filter(agency_code=agency_code, measured_on__gte=since, measured_on__lt=until)
    wanted = ("unit_code", "measured_on", "sample", "found")
    return [
        Probe(today.get(unit, unit), on, sample, found)
        for unit, on, sample, found in rows.order_by("measured_on", "pk").values_list(*wanted)
    ]


def list_due_folders(agency_code: str, *, since: date, until: date) -> list[DueFolder]:
    """Folders kept for ever whose term was over from ``since`` on and before ``until``. In time is what the archive
    confirmed before the year was over in which the term was.
    """
    today = _units_today(agency_code)
    rows = FolderTerm.objects.filter(
        folder__agency_code=agency_code, fate=Fate.PERMANENT, inactive_until__gte=since, inactive_until__lt=until
    )
    wanted = ("folder__unit_code", "inactive_until", "folder__transfer__received_at")
    return [
        DueFolder(
            today.get(unit, unit), due.year, received is not None and received < _midnight(date(due.year + 1, 1, 1))
        )
        for unit, due, received in rows.order_by("inactive_until", "pk").values_list(*wanted)
    ]


_Row = tuple[str, datetime, datetime, str, str]


def _with_lines(rows: list[_Row]) -> Iterator[tuple[_Row, LineFigures]]:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        figures = count_steps_and_returns([row[3] for row in batch if row[3]])
        for row in batch:
            yield row, figures.get(row[3], _NO_LINE)


def _units_today(agency_code: str) -> dict[str, str]:
    taken_over = {unit.code: unit.successor for unit in list_units(agency_code=agency_code)}

    def today(code: str) -> str:
        while successor := taken_over.get(code):
            code = successor
        return code

    return {code: today(code) for code in taken_over}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def months_of(year: int) -> list[tuple[date, date]]:
    """First day of each month and of the next."""
    firsts = [date(year + month // 12, month % 12 + 1, 1) for month in range(13)]
    return list(pairwise(firsts))
