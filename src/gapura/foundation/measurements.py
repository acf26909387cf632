"""Figures that a drill, test or benchmark measured, kept as files so that a page can show them with their age."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FOLDER = "measurements"


@dataclass(frozen=True)
class Measurement:
    """What was measured for ``promise``, by which ``command``, and whether the promise was kept.

    ``figures`` carry their unit in the name (``rto_seconds``, ``acknowledged_lost``).
    """

    promise: str
    kept: bool
    figures: Mapping[str, float | int | str]
    measured_at: str
    command: str
    commit: str = ""


def record_measurement(
    folder: Path, *, promise: str, kept: bool, figures: Mapping[str, float | int | str], now: datetime, command: str
) -> Measurement:
    """Write the newest figures of ``promise`` below ``folder`` (the house's home); old or new, never torn."""
    one = Measurement(promise, kept, dict(figures), now.isoformat(timespec="seconds"), command, _commit())
    target = folder / FOLDER / f"{promise}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(one), indent=1, sort_keys=True) + "\n")
    draft.replace(target)
    return one


def list_measurements(folder: Path) -> list[Measurement]:
    """The newest measurement of each promise, by its code."""
    files = sorted((folder / FOLDER).glob("*.json"))
    return [Measurement(**json.loads(file.read_text())) for file in files]


def _commit() -> str:
    """The version measured, where the house runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=5).stdout.strip()
    except OSError:
        return ""
