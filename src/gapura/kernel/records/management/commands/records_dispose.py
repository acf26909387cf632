from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.records.actions import dispose_due, dispose_table
from gapura.kernel.records.queries import get_backup_days, list_due
from gapura.kernel.records.types import CannotDispose


class Command(BaseCommand):
    help = (
        "End what is due by the country's retention.yaml and not held. Run it after every restore: what was "
        "destroyed and came back is destroyed again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", help="this table only; refused when it is kept or a hold keeps it")
        parser.add_argument("--dry-run", action="store_true", help="say what is due and end nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now, actor = clock.now(), system_actor("records")
        due = list_due(now)
        for one in due:
            self.stdout.write(f"{one.table}: {one.rows} due ({one.retention_class}: {one.ending}), {one.held} held")
        if options["dry_run"]:
            return
        if options["table"]:
            try:
                ended = dispose_table(actor=actor, table=options["table"], now=now)
            except CannotDispose as refusal:
                raise CommandError(str(refusal)) from refusal
        else:
            with tqdm(total=sum(one.rows - one.held for one in due), unit="row", disable=None) as bar:
                ended = dispose_due(actor=actor, now=now, progress=bar.update)
        last = now + timedelta(days=get_backup_days())
        self.stdout.write(f"{ended} rows ended; gone from the last backup by {last:%Y-%m-%d}.")
