from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.kernel.audit.queries import get_inclusion_proof
from gapura.kernel.audit.types import EventNotLogged


class Command(BaseCommand):
    help = (
        "Prove that an event is in the log, as a .tlog-proof for python -m gapura.foundation.verify_log. "
        "The proof holds the event itself: give it only to those who may read it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", type=UUID, help="number of the audit event")
        parser.add_argument("--output", type=Path, help="file to write (default: the terminal)")

    def handle(self, *, event: UUID, output: Path | None, **options: Any) -> None:
        try:
            proof = get_inclusion_proof(event)
        except EventNotLogged as error:
            raise CommandError(str(error)) from error
        if output is None:
            self.stdout.write(str(proof), ending="")
        else:
            output.write_text(str(proof))
