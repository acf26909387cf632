import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import clock
from gapura.kernel.audit.queries import get_log_health
from gapura.kernel.audit.types import LogHealth


class Command(BaseCommand):
    help = "Say how old the newest checkpoint is and who witnesses the log; exit status 1 when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, **options: Any) -> None:
        health = get_log_health(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(health), default=str))
        else:
            self._describe(health)
        if health.problem:
            sys.exit(1)

    def _describe(self, health: LogHealth) -> None:
        signed = f"signed {health.signed_at:%Y-%m-%d %H:%M:%S}" if health.signed_at else "no checkpoint yet"
        self.stdout.write(f"{health.size} events in the log, {signed}.")
        if not health.witnesses_known:
            self.stdout.write("Nobody else watches this log: name witnesses in GAPURA_WITNESSES.")
        else:
            agreeing = f"{health.witnesses_agreeing} of {health.witnesses_known} witnesses agree"
            self.stdout.write(f"{agreeing}; {health.quorum} must.")
        for state in health.witnesses:
            self.stdout.write(
                f"  {state.name}: {state.view} at {state.size}, {state.at:%H:%M:%S} {state.what}".rstrip()
            )
        self.stdout.write(f"WRONG: {health.explanation}" if health.problem else "All is well.")
