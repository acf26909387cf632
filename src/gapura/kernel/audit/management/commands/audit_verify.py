import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.kernel.audit.queries import get_latest_checkpoint, list_findings
from gapura.kernel.audit.types import LogKeyMissing


class Command(BaseCommand):
    help = "Recompute the whole audit log and name every row edited, deleted or inserted (exit status 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, **options: Any) -> None:
        with tqdm(unit=" events", disable=None, leave=False) as bar:

            def advance(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                findings = list_findings(progress=advance)
            except LogKeyMissing as error:
                raise CommandError(str(error)) from error
        checkpoint = get_latest_checkpoint()
        size = checkpoint.size if checkpoint else 0
        if options["json"]:
            self.stdout.write(json.dumps({"size": size, "findings": [asdict(found) for found in findings]}))
        else:
            for found in findings:
                leaf = "" if found.leaf_index is None else f"  leaf {found.leaf_index}"
                self.stdout.write(f"{found.kind:<11}{found.event_id or ''}{leaf}  {found.what}")
            verdict = f"{len(findings)} findings" if findings else "every row is as it was written"
            self.stdout.write(f"{size} events in the log: {verdict}.")
        if findings:
            sys.exit(1)
