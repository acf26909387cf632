import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import witness


class Command(BaseCommand):
    help = "Answer logs until stopped; the same as python -m gapura.foundation.witness run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8401")

    def handle(self, *, folder: str, host: str, port: str, **options: Any) -> None:
        sys.exit(witness.main(["run", folder, "--host", host, "--port", port]))
