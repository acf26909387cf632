from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import reconcile_journal
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "Confirm what a counter issued offline. Safe to repeat. Ends with 1 when something was refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("journal", type=Path, help="what gapura counter close wrote")

    def handle(self, *, journal: Path, **options: Any) -> None:
        content = journal.read_bytes()
        try:
            with tqdm(total=max(content.count(b"\n") - 2, 0), unit="paper", disable=None) as progress:
                result = reconcile_journal(
                    actor=system_actor("counter reconcile"),
                    content=content,
                    now=clock.now(),
                    advance=progress.update,
                )
        except CounterRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for code, why in result.refused.items():
            self.stderr.write(f"refused: {grouped(code)}: {why}")
        for code, why in result.unchecked.items():
            self.stderr.write(f"confirmed, registers not asked again: {grouped(code)}: {why} Reconcile again later.")
        self.stdout.write(
            f"{len(result.confirmed)} confirmed, {len(result.confirmed_before)} confirmed before, "
            f"{len(result.refused)} refused, {result.ended_meanwhile} replaced or revoked because a register changed "
            f"meanwhile, {result.unused} prepared and not used."
        )
        if result.refused:
            raise CommandError(f"{len(result.refused)} papers are not confirmed.", returncode=1)
