from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.operations.counters.asking import add_pack_arguments, ask_pins, counter_folder
from gapura.kernel.operations.counters.issuing import close_journal
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "End a pack, and write its journal to be carried to the house."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_pack_arguments(parser)
        parser.add_argument("--out", type=Path, required=True, help="the journal for the house")

    def handle(self, *, pack: Path, out: Path, **options: Any) -> None:
        pins = ask_pins(options["issuer"], options["witness"])
        try:
            out.write_bytes(close_journal(counter_folder(), pack.read_text(), pins=pins))
        except (CounterRefused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Carry {out} to the house: gapura counter reconcile {out.name}")
