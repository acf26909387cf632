from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.operations.backup.drill import HouseElsewhere, add_copy_arguments, bring_back, open_copies
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Bring the newest copy back into an empty folder and an empty database, and check it before anybody uses it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_copy_arguments(parser)
        parser.add_argument("--into", type=Path, required=True, help="the empty folder, the GAPURA_HOME to be")
        parser.add_argument(
            "--database", default="", help="address of the empty database (default: SQLite in the folder)"
        )

    def handle(self, *, into: Path, database: str, **options: Any) -> None:
        house = HouseElsewhere(into.resolve(), database)
        try:
            outcome = bring_back(open_copies(options), house, at=options["at"])
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for check in outcome.checks:
            self.stdout.write(f"{check.name:10} {check.looked_at:>10} looked at  {len(check.differences)} differences")
        if differences := outcome.differences:
            raise CommandError("The house came back, but not as it was: " + "; ".join(differences[:10]))
        self.stdout.write(
            f"The house is back as it was at {outcome.taken_at:%Y-%m-%d %H:%M:%S} UTC (copy {outcome.number}). "
            f"Start it with GAPURA_HOME={house.home} GAPURA_DATABASE={house.address}"
        )
