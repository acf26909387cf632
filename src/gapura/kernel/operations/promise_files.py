"""The promises of the house as their files say, and what the newest measurements make of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation.measurements import Measurement
from gapura.kernel.operations.types import BadPromise, Figure, Promise, PromiseReport, PromiseState

SHIPPED = Path(__file__).parent  # with what the drills measured before this version was given out
FOLDER = SHIPPED / "promises"
LANGUAGES = {"id", "en", "ko"}
KEYS = {"code", "title", "command", "figures", "stale_after_days", "source"}
NEEDS = "needs"  # an hour, a quiet machine, a running house: said where the command alone does not do


@cache
def load_promises(folder: Path = FOLDER) -> tuple[Promise, ...]:
    """Every promise, by code. Raises BadPromise."""
    return tuple(_promise(file) for file in sorted(folder.glob("*.yaml")))


def judge(promises: Iterable[Promise], measured: Iterable[Measurement], now: datetime) -> list[PromiseReport]:
    """Each promise with its newest measurement: kept only when measured lately and within every bound."""
    newest = {one.promise: one for one in sorted(measured, key=lambda one: datetime.fromisoformat(one.measured_at))}
    return [_report(promise, newest.get(promise.code), now) for promise in promises]


def _report(promise: Promise, measurement: Measurement | None, now: datetime) -> PromiseReport:
    if measurement is None:
        return PromiseReport(promise, PromiseState.UNMEASURED)
    age = now - datetime.fromisoformat(measurement.measured_at)
    within = all(
        figure.name in measurement.figures and figure.is_within(measurement.figures[figure.name])
        for figure in promise.figures
    )
    if not (measurement.kept and within):
        state = PromiseState.BROKEN
    else:
        state = PromiseState.STALE if age > promise.stale_after else PromiseState.KEPT
    return PromiseReport(promise, state, measurement, age)


def _promise(file: Path) -> Promise:
    said = yaml.safe_load(file.read_text())
    if not isinstance(said, dict) or set(said) - {NEEDS} != KEYS:
        odd = ", ".join(sorted(set(said or ()) - {NEEDS} ^ KEYS))
        raise BadPromise(f"{file.name}: the keys must be {', '.join(sorted(KEYS))}; check {odd}.")
    if said["code"] != file.stem:
        raise BadPromise(f"{file.name}: the code must be the file's name, {file.stem}.")
    return Promise(
        code=said["code"],
        title=_text(file, said["title"]),
        command=str(said["command"]),
        figures=tuple(_figure(file, one) for one in said["figures"]),
        stale_after=timedelta(days=said["stale_after_days"]),
        source=str(said["source"]),
        needs=_text(file, said[NEEDS]) if NEEDS in said else None,
    )


def _figure(file: Path, said: Mapping[str, Any]) -> Figure:
    if unknown := set(said) - {"name", "title", "at_most", "at_least"}:
        raise BadPromise(f"{file.name}: a figure knows no {', '.join(sorted(unknown))}.")
    return Figure(said["name"], _text(file, said["title"]), said.get("at_most"), said.get("at_least"))


def _text(file: Path, said: object) -> Mapping[str, str]:
    if not isinstance(said, dict) or set(said) != LANGUAGES or not all(str(words).strip() for words in said.values()):
        raise BadPromise(f"{file.name}: {said!r} needs {', '.join(sorted(LANGUAGES))}; quote words that hold a comma.")
    return said
