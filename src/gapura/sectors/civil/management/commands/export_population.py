"""``gapura export population FILE.csv``."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import system_actor
from gapura.sectors.civil.actions.population_file.exporting import export_population


class Command(BaseCommand):
    help = "Write the population to a file that `gapura import population` reads again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=date.fromisoformat, help="everybody alive on this day (default today)")

    def handle(self, *, file: Path, as_of: date | None, **options: Any) -> None:
        day = as_of or clock.today(load(settings.GAPURA_JURISDICTION).timezone)
        with tqdm(unit=" people", desc="Exporting", disable=None) as bar:
            count = export_population(
                actor=system_actor("export population"),
                file=file,
                as_of=day,
                progress=lambda people: bar.update(people - bar.n),
            )
        self.stdout.write(f"{count:,} people alive on {day} are in {file}.")
