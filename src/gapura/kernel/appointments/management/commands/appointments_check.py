from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.appointments.queries import count_four_eyes


class Command(BaseCommand):
    help = "Count powers that somebody gave to themselves or approved alone, and reviews of one's own; none may exist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-record", action="store_true", help="print only; leave the status page as it is")

    def handle(self, *, no_record: bool, **options: Any) -> None:
        figures = count_four_eyes(on=clock.today(settings.TIME_ZONE))
        kept = figures["self_approvals"] == 0 and figures["self_reviews"] == 0
        for name, value in figures.items():
            self.stdout.write(f"{name}: {value}")
        if not no_record:
            record_measurement(
                Path(settings.GAPURA_HOME),
                promise="four-eyes",
                kept=kept,
                figures=figures,
                now=clock.now(),
                command="gapura appointments check",
            )
        if not kept:
            raise CommandError("Somebody decided for themselves. Look at the rows with the same person in both roles.")
