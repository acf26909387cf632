import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.operations.backup.drill import HouseElsewhere, add_copy_arguments, bring_back, open_copies
from gapura.kernel.operations.types import BackupRefused

COMMAND = "gapura drill restore --from VAULT --share FILE --share FILE"


class Command(BaseCommand):
    help = "Restore from the copy alone into an empty folder, check everything, and record what was measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_copy_arguments(parser)
        parser.add_argument("--database", default="", help="address of an empty database (default: SQLite)")

    def handle(self, *, database: str, **options: Any) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="gapura-drill-") as folder:
                Path(folder).chmod(0o711)  # PostgreSQL's own user plays the log forward below it
                home = HouseElsewhere(Path(folder) / "home", database)
                outcome = bring_back(open_copies(options), home, at=options["at"])
        except BackupRefused as refusal:
            self._record(kept=False, figures={"why": str(refusal)[:300]})
            raise CommandError(str(refusal)) from refusal
        for check in outcome.checks:
            self.stdout.write(f"{check.name:10} {check.looked_at:>10} looked at  {len(check.differences)} differences")
        for difference in outcome.differences[:20]:
            self.stdout.write(f"  {difference}")
        self._record(kept=not outcome.differences, figures=outcome.figures)
        self.stdout.write(f"RPO {outcome.rpo_seconds:.1f} s   RTO {outcome.rto_seconds:.1f} s   (measured now)")
        if outcome.differences:
            raise CommandError(f"{len(outcome.differences)} differences: this copy does not bring the house back.")

    def _record(self, *, kept: bool, figures: dict[str, float | int | str]) -> None:
        home = Path(settings.GAPURA_HOME)
        record_measurement(home, promise="restore", kept=kept, figures=figures, now=clock.now(), command=COMMAND)
