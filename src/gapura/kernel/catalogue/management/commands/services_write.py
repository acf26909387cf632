from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.kernel.catalogue.writing import write_definitions


class Command(BaseCommand):
    help = "Write what was adopted at a desk into a country's folder, as it would stand in the repository."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a country's folder, or an empty one for the definitions alone")

    def handle(self, *, folder: Path, **options: Any) -> None:
        written = write_definitions(folder)
        self.stdout.write(f"{len(written)} files written to {folder}:")
        for file in written:
            self.stdout.write(f"  {file.relative_to(folder)}")
