import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import verify_log


class Command(BaseCommand):
    help = "Check a published log; the same as python -m gapura.foundation.verify_log FOLDER."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path")
        parser.add_argument("--key")
        parser.add_argument("--earlier")
        parser.add_argument("--witness", action="append", default=[], metavar="KEY")
        parser.add_argument("--quorum")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, path: str, **options: Any) -> None:
        given = [(f"--{name}", options[name]) for name in ("key", "earlier", "quorum") if options[name]]
        arguments = [path, *(word for pair in given for word in pair)]
        arguments += [word for key in options["witness"] for word in ("--witness", key)]
        sys.exit(verify_log.main([*arguments, *(["--json"] if options["json"] else [])]))
