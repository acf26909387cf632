from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation.notes import BadNote, parse_verifier
from gapura.kernel.operations.counters.asking import ask_pin, counter_folder
from gapura.kernel.operations.counters.keys import Clerk, make_counter
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "Make this machine an offline counter: its keys, opened by two of its officials together, and its card."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="AGENCY/OFFICE/NAME, for example dukcapil/31.71/1")
        parser.add_argument("--house", required=True, help="what `gapura counter house` printed at the house")
        parser.add_argument(
            "--official",
            action="append",
            required=True,
            metavar="NUMBER:NAME",
            help="at least twice; each chooses a PIN",
        )
        parser.add_argument(
            "--out", type=Path, required=True, help="where the card is written, to be carried to the house"
        )

    def handle(self, *, code: str, house: str, official: list[str], out: Path, **options: Any) -> None:
        people = [one.partition(":")[::2] for one in official]
        clerks = [Clerk(number, name, ask_pin(f"New PIN of {name} ({number}): ")) for number, name in people]
        try:
            out.write_text(make_counter(counter_folder(), code=code, house=parse_verifier(house), clerks=clerks))
        except (CounterRefused, BadNote) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Carry {out} to the house: gapura counter admit {out.name}")
