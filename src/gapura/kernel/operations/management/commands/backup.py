from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import back_up
from gapura.kernel.operations.backup.vault_client import open_target
from gapura.kernel.operations.backup.watching import read_state
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Copy the whole house, encrypted, to a vault or a mounted folder. Exit status 1 when something is odd."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default=settings.GAPURA_BACKUP_TARGET, help="a vault's address, or a folder")

        parser.add_argument(
            "--base", action="store_true", help="PostgreSQL's own files, for `gapura wal ship` to continue"
        )

    def handle(self, *, to: str, base: bool, **options: Any) -> None:
        with tqdm(unit="B", unit_scale=True, disable=None, leave=False) as bar:

            def advance(store: str, size: int) -> None:
                bar.set_description(store or "index")
                bar.update(size)

            try:
                target = open_target(to, settings.GAPURA_BACKUP_KEY)
                actor = system_actor("backup")
                copy = back_up(actor=actor, target=target, now=clock.now(), base=base, advance=advance)
            except BackupRefused as refusal:
                raise CommandError(str(refusal)) from refusal
        plain, kept = (sum(pair[side] for pair in copy.sizes.values()) for side in (0, 1))
        self.stdout.write(f"Copy {copy.number}: {sum(copy.rows.values())} rows, {plain} bytes kept as {kept}.")
        if oddities := read_state()["oddities"]:
            raise CommandError("The copy was kept, but looks wrong; earlier ones are untouched: " + "; ".join(oddities))
