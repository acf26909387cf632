"""How fast the house comes back from the copy alone, against copying the same bytes as files."""

import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.harness import Result, start_django

NAME = "restore"
PEOPLE = "2000"


def run() -> list[Result]:
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    call_command("pki_init", verbosity=0)
    call_command("demo", people=int(PEOPLE), verbosity=0)
    with tempfile.TemporaryDirectory(prefix="gapura-copies-") as folder:
        back_up_seconds, restore_seconds, rows = _back_up_and_restore(Path(folder))
        plain = _seconds_to_copy(Path(settings.GAPURA_HOME), Path(folder) / "plain")
    return [
        Result(f"{NAME}/backup", back_up_seconds, "s", "copying the same folder", back_up_seconds / plain),
        Result(NAME, restore_seconds, "s", f"{rows} rows, until the first page", restore_seconds / plain),
    ]


def _back_up_and_restore(folder: Path) -> tuple[float, float, int]:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.operations.actions import back_up, make_backup_key
    from gapura.kernel.operations.backup.drill import Copies, HouseElsewhere, bring_back
    from gapura.kernel.operations.backup.folder import CopyFolder
    from gapura.kernel.operations.backup.shares import join_shares

    actor = system_actor("benchmark")
    shares, target = make_backup_key(actor=actor), CopyFolder(folder)
    started = time.perf_counter()
    back_up(actor=actor, target=target, now=clock.now())
    took = time.perf_counter() - started
    copies = Copies(target, join_shares(shares[:2]), shares[0].house, timedelta(days=1))
    outcome = bring_back(copies, HouseElsewhere(folder / "elsewhere"))
    if outcome.differences:
        raise RuntimeError(f"The house did not come back: {outcome.differences[:3]}")
    return took, outcome.rto_seconds, int(outcome.figures["rows_restored"])


def _seconds_to_copy(home: Path, target: Path) -> float:
    started = time.perf_counter()
    shutil.copytree(home, target)
    return time.perf_counter() - started
