import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation.codes import grouped
from gapura.kernel.operations.counters.asking import add_pack_arguments, ask_pins, counter_folder
from gapura.kernel.operations.counters.issuing import issue_offline
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "Issue a prepared document while the network is down. Needs no database. Again: prints the same paper again."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_pack_arguments(parser)
        parser.add_argument(
            "--person", required=True, metavar="NUMBER", help="the person who stands here, identity checked"
        )
        parser.add_argument("--service", required=True, metavar="CODE")
        parser.add_argument("--out", type=Path, required=True, help="the paper (PDF)")

    def handle(self, *, pack: Path, person: str, service: str, out: Path, **options: Any) -> None:
        pins = ask_pins(options["issuer"], options["witness"])
        try:
            content, line, is_new = issue_offline(
                counter_folder(), pack.read_text(), person=person, service=service, pins=pins
            )
        except CounterRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"Nothing was issued: {error}. Check this machine's disk, then try again.") from error
        _write(out, content)
        when = f"{line.at:%Y-%m-%d %H:%M} UTC"
        said = "issued" if is_new else f"was issued on {when}; this is the same paper again"
        self.stdout.write(f"{out}: {grouped(line.body['code'])} {said} (line {line.place} of the journal).")


def _write(out: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            handle.write(content)
    except OSError as error:
        raise CommandError(f"The paper is issued but could not be written ({error}). Run the same again.") from error
