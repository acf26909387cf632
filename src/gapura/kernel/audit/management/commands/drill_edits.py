import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.audit.drill import MARKER, copied_house, run_drill


class Command(BaseCommand):
    help = (
        "Edit a copy of the database as its superuser, in random ways, and look whether the audit finds and names "
        "every edit. The database itself is only read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--edits", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same edits")
        parser.add_argument("--on-copy", action="store_true", help="used by the drill itself, inside the copy")

    def handle(self, *, edits: int, seed: int, on_copy: bool, **options: Any) -> None:
        if on_copy:
            if not (Path(settings.GAPURA_HOME) / MARKER).exists():
                raise CommandError("This is not a drill's copy; run gapura drill edits without --on-copy.")
            self.stdout.write(json.dumps(run_drill(edits, seed)))
            return
        figures = self._run_in_copy(edits, seed)
        missed = figures.pop("missed")
        kept = not missed and figures["false_alarms"] == 0
        record_measurement(
            Path(settings.GAPURA_HOME),
            promise="edits-found",
            kept=kept,
            figures=figures,
            now=clock.now(),
            command=f"gapura drill edits --edits {edits} --seed {seed}",
        )
        for what in missed:
            self.stdout.write(f"NOT FOUND: {what}")
        self.stdout.write(
            f"{figures['found']} of {figures['edits']} edits were found and named in {figures['seconds']} s; "
            f"{figures['false_alarms']} findings before the first."
        )
        if not kept:
            sys.exit(1)

    def _run_in_copy(self, edits: int, seed: int) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="gapura-drill-") as folder, copied_house(Path(folder)) as environment:
            command = [sys.executable, "-m", "django", "drill_edits", "--on-copy", f"--edits={edits}", f"--seed={seed}"]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise CommandError("The drill broke off; what it said stands above.")
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return figures
