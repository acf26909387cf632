import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.kernel.nodes.queries import compare_logs, iterate_log

_BEGINNING, _END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Compare two message logs: each side writes its own with --export, one side reads the other's with --with. "
        "Exit status 1 when they do not tell the same. The files hold digests, no content."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--peer", required=True, help="the other member, e.g. ID/GOV/BANK")
        parser.add_argument("--since", type=_moment, default=_BEGINNING, metavar="YYYY-MM-DD")
        parser.add_argument("--until", type=_moment, default=_END, metavar="YYYY-MM-DD")
        parser.add_argument("--export", type=Path, metavar="FILE")
        parser.add_argument("--with", dest="other", type=Path, metavar="FILE")

    def handle(self, **options: Any) -> None:
        rows = iterate_log(options["peer"], since=options["since"], until=options["until"])
        ours = list(tqdm(rows, desc="Reading the message log", unit=" messages", disable=None))
        if options["export"]:
            options["export"].write_text("".join(f"{json.dumps(row)}\n" for row in ours))
            self.stdout.write(f"{len(ours)} messages written to {options['export']}.")
        if options["other"]:
            self._compare(ours, options["other"])

    def _compare(self, ours: list[dict[str, Any]], other: Path) -> None:
        try:
            theirs = [json.loads(line) for line in other.read_text().splitlines()]
            differences = compare_logs(ours, theirs)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{other} is no exported message log: {error!r}.") from error
        for one in differences:
            self.stdout.write(f"{one.what:>9}  {one.kind:8}  {one.message_id}")
        self.stdout.write(f"{len(ours)} messages here, {len(theirs)} there, {len(differences)} differences.")
        if differences:
            raise SystemExit(1)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
