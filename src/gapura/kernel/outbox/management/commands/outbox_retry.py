from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.kernel.outbox.actions import retry_dead_letters


class Command(BaseCommand):
    help = "Try dead letters again: one by its number (gapura outbox status shows it), or all."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("job_id", nargs="?", type=int)
        which.add_argument("--all", action="store_true")

    def handle(self, *, job_id: int | None, **options: Any) -> None:
        revived = retry_dead_letters(job_id=job_id)
        if job_id is not None and not revived:
            raise CommandError(f"No dead letter has the number {job_id}; see gapura outbox status.")
        self.stdout.write(f"{revived} will be tried again.")
