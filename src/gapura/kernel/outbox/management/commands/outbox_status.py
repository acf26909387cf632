import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import clock
from gapura.kernel.outbox.queries import get_status


class Command(BaseCommand):
    help = "What the outbox holds: waiting events, due, later and running jobs, dead letters."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, **options: Any) -> None:
        status = get_status(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(status), default=str))
            return
        self.stdout.write(f"events waiting   {status.events_waiting}")
        self.stdout.write(f"jobs due         {status.jobs_due} (oldest since {status.oldest_due_at or '–'})")
        self.stdout.write(f"jobs for later   {status.jobs_later}")
        self.stdout.write(f"jobs running     {status.jobs_running}")
        self.stdout.write(f"dead letters     {len(status.dead_letters)}")
        for letter in status.dead_letters:
            self.stdout.write(
                f"  {letter.job_id}  {letter.name}  {letter.attempts} attempts  "
                f"given up {letter.dead_at:%Y-%m-%d %H:%M}  {letter.last_error}"
            )
        if status.dead_letters:
            self.stdout.write("When the cause is gone: gapura outbox retry --all, or one by its number.")
