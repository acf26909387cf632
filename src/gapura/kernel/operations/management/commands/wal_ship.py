import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import ship_log
from gapura.kernel.operations.backup.stretches import Stretch
from gapura.kernel.operations.backup.vault_client import open_target
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Send PostgreSQL's write-ahead log, encrypted, to the vault as it is written, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default=settings.GAPURA_BACKUP_TARGET, help="a vault's address, or a folder")
        parser.add_argument("--every", type=float, default=5.0, help="seconds between two stretches: what a fire costs")
        parser.add_argument("--after-gap", action="store_true", help="go on though the server has removed a part")

    def handle(self, *, to: str, every: float, after_gap: bool, **options: Any) -> None:
        ended = threading.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: ended.set())
        with tqdm(unit="B", unit_scale=True, disable=None, leave=False) as bar:

            def told(stretch: Stretch) -> None:
                bar.set_description(f"in the vault until {stretch.moment:%H:%M:%S} UTC")
                bar.update(stretch.end - stretch.start)

            try:
                ship_log(
                    actor=system_actor("wal ship"),
                    target=open_target(to, settings.GAPURA_BACKUP_KEY),
                    address=settings.GAPURA_REPLICATION,
                    every=every,
                    until=ended.is_set,
                    after_gap=after_gap,
                    told=told,
                )
            except BackupRefused as refusal:
                raise CommandError(str(refusal)) from refusal
