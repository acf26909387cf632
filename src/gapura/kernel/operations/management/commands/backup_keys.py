from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import make_backup_key
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Make the backup key: three shares for three officials, any two of which open the copies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the three files are written, to be carried apart at once")

    def handle(self, *, folder: Path, **options: Any) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty; a key is made into an empty folder.")
        try:
            shares = make_backup_key(actor=system_actor("backup keys"))
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for share in shares:
            file = folder / f"share-{share.number}.txt"
            file.touch(mode=0o600)
            file.write_text(str(share))
            self.stdout.write(str(file))
        self.stdout.write(f"The vault needs this line (gapura vault init): {shares[0].house}")
        self.stdout.write("Give each file to one official, on paper or a medium of their own, and delete it here.")
