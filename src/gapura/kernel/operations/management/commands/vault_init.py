from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation.notes import BadNote
from gapura.kernel.operations.backup.vault import make_vault
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Make a vault: a place for copies that the house can add to and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--house", required=True, help="the line that `gapura backup keys` printed")
        parser.add_argument("--retention-days", type=int, default=400, help="nothing younger can be disposed of")

    def handle(self, *, folder: Path, house: str, retention_days: int, **options: Any) -> None:
        try:
            keys = make_vault(folder, house=house, retention_days=retention_days)
        except (BackupRefused, BadNote) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Shown once; the vault keeps only their hashes.")
        self.stdout.write(f"deposit key (GAPURA_BACKUP_KEY of the house): {keys['deposit']}")
        self.stdout.write(f"reading key (for whoever restores; never in the house): {keys['reading']}")
        self.stdout.write(f"receipts are signed by: {keys['receipts']}")
