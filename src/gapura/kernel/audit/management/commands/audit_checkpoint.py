from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.queries import get_latest_checkpoint
from gapura.kernel.audit.types import LogKeyMissing, LogRolledBack


class Command(BaseCommand):
    help = "Join all committed audit events to the log now, sign and publish a checkpoint."

    def handle(self, **options: Any) -> None:
        try:
            added = integrate_events()
        except (LogKeyMissing, LogRolledBack) as error:
            raise CommandError(str(error)) from error
        checkpoint = get_latest_checkpoint()
        self.stdout.write(f"{added} events joined the log; it has {checkpoint.size if checkpoint else 0}.")
