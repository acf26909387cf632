from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import admit_counter
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "Let a counter have packs: its card was carried here from the machine itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("card", type=Path)

    def handle(self, *, card: Path, **options: Any) -> None:
        try:
            counter = admit_counter(actor=system_actor("counter admit"), card=card.read_text(), now=clock.now())
        except CounterRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The counter {counter.code} is admitted.")
