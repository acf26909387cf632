import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import witness


class Command(BaseCommand):
    help = "Make a witness, or let it know another log; the same as python -m gapura.foundation.witness init."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder")
        parser.add_argument("--name", required=True)
        parser.add_argument("--log", action="append", default=[], metavar="KEY")

    def handle(self, *, folder: str, name: str, log: list[str], **options: Any) -> None:
        logs = [word for key in log for word in ("--log", key)]
        sys.exit(witness.main(["init", folder, "--name", name, *logs]))
