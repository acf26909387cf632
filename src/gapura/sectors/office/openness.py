"""How openly an office works, in figures anybody can recompute from its documents. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Settled:
    """One registered document, as far as it is counted: ``steps`` and ``returns`` of its line, if it had one."""

    unit_code: str
    created_at: datetime
    registered_at: datetime
    was_online: bool
    steps: int
    returns: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """On that day ``found`` of ``sample`` documents of the unit, drawn by chance, were found by their drafters."""

    unit_code: str
    measured_on: date
    sample: int
    found: int


@dataclass(frozen=True, slots=True)
class DueFolder:
    """A folder that was to go to the archive in ``year``, and whether the archive had it before the year ended."""

    unit_code: str
    year: int
    in_time: bool


@dataclass(frozen=True, slots=True)
class Openness:
    """Figures of one unit or month. Shares are in percent (0–100), None where nothing could be counted.

    ``hours``: the median from the first word to approval, of those approved on a line; ``steps``: their mean;
    ``findable``: found by their drafters; ``transferred``: of ``due`` folders, in the archive in time.
    """

    documents: int
    online: float | None
    hours: float | None
    steps: float | None
    returned: float | None
    disclosed: float | None
    findable: float | None
    due: int
    transferred: float | None


def measure(documents: Iterable[Settled], probes: Iterable[Probe] = (), folders: Iterable[DueFolder] = ()) -> Openness:
    """The figures of these together. Of several probes of a unit the last one counts."""
    settled, due = list(documents), list(folders)
    last = list({one.unit_code: one for one in sorted(probes, key=lambda one: one.measured_on)}.values())
    online = [one for one in settled if one.was_online]
    hours = [(one.registered_at - one.created_at) / timedelta(hours=1) for one in online]
    return Openness(
        documents=len(settled),
        online=_share(len(online), len(settled)),
        hours=round(median(hours), 1) if hours else None,
        steps=round(sum(one.steps for one in online) / len(online), 1) if online else None,
        returned=_share(sum(one.returns > 0 for one in online), len(online)),
        disclosed=_share(sum(one.is_public for one in settled), len(settled)),
        findable=_share(sum(one.found for one in last), sum(one.sample for one in last)),
        due=len(due),
        transferred=_share(sum(one.in_time for one in due), len(due)),
    )


def by_unit(
    documents: Iterable[Settled], probes: Iterable[Probe] = (), folders: Iterable[DueFolder] = ()
) -> dict[str, Openness]:
    """The figures of each unit that has any, by its code."""
    parts = [_grouped(documents), _grouped(probes), _grouped(folders)]
    units = sorted({unit for groups in parts for unit in groups})
    return {unit: measure(*(groups.get(unit, []) for groups in parts)) for unit in units}


def _grouped(things: Iterable[Any]) -> dict[str, list[Any]]:
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for one in things:
        groups[one.unit_code].append(one)
    return groups


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
