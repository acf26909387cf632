import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from gapura.kernel.operations.backup.checking import list_checks, run_check
from gapura.kernel.operations.backup.databases import load_database
from gapura.kernel.operations.types import Deed


class Command(BaseCommand):
    help = "The second half of a restore, run in the restored house: load the database and check everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dump", type=Path, required=True)
        parser.add_argument("--rows", type=Path, required=True, help="rows of each table, as JSON")

        parser.add_argument("--destroyed", type=Path, required=True, help="what must not come back, as JSON")

    def handle(self, *, dump: Path, rows: Path, destroyed: Path, **options: Any) -> None:
        load_database(dump)
        deeds = [Deed(**one) for one in json.loads(destroyed.read_text())]
        checks = list_checks(json.loads(rows.read_text()), deeds)
        done = []
        with tqdm(checks, desc="checking", file=sys.stderr, disable=None, leave=False) as bar:
            for name, check in bar:
                bar.set_postfix_str(name)
                done.append(asdict(run_check(name, check)))
        self.stdout.write(json.dumps(done))
