from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation import clock
from gapura.kernel.operations.backup.vault import Vault
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "For the vault's keeper: free the space of copies whose retention is over. The lists stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep-from", type=int, required=True, help="the number of the oldest copy that stays")

    def handle(self, *, folder: Path, keep_from: int, **options: Any) -> None:
        try:
            removed = Vault(folder).dispose(keep_from=keep_from, now=clock.now())
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{removed} objects removed; copies from {keep_from} on are whole.")
