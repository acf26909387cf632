import os
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions import make_pack
from gapura.kernel.operations.counters.appointments import read_appointments
from gapura.kernel.operations.models import Counter
from gapura.kernel.operations.queries import list_counters
from gapura.kernel.operations.types import CounterRefused


class Command(BaseCommand):
    help = "Prepare documents that a counter may issue while it has no network. Everybody named sees that it was done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", required=True, help="AGENCY/OFFICE, or AGENCY/OFFICE/NAME where it has several")
        parser.add_argument("--services", nargs="+", default=[], metavar="CODE")
        parser.add_argument("--persons", type=Path, help="a file with one person number a line, each for all services")
        parser.add_argument(
            "--appointments",
            type=Path,
            help="a CSV file with the columns at, person, service; those in the pack's hours",
        )
        parser.add_argument("--hours", type=int, required=True, help="how long the pack is good, from now")
        parser.add_argument("--most", type=int, help="how many documents may be issued (default: all prepared)")
        parser.add_argument("--out", type=Path, required=True, help="the pack's file")

    def handle(self, **options: Any) -> None:
        now = clock.now()
        try:
            papers = list(dict.fromkeys(_list_papers(options, now)))
            counter = _find_counter(options["office"])
            with tqdm(total=len(papers), unit="paper", disable=None) as progress:
                note, left_out = make_pack(
                    actor=system_actor("counter pack"),
                    counter=counter,
                    papers=papers,
                    hours=options["hours"],
                    most=options["most"],
                    now=now,
                    advance=progress.update,
                )
        except CounterRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        with os.fdopen(os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(note)
        for (person, service), why in left_out.items():
            self.stderr.write(f"not prepared: {person} {service}: {why}")
        self.stdout.write(f"{options['out']}: for {counter.code}, good for {options['hours']} hours.")


def _list_papers(options: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    if not options["appointments"] and not (options["persons"] and options["services"]):
        raise CommandError("Say who comes for what: --appointments FILE, or --persons FILE with --services CODE.")
    if options["appointments"]:
        until, timezone = now + timedelta(hours=options["hours"]), ZoneInfo(settings.TIME_ZONE)
        with options["appointments"].open(newline="") as lines:
            yield from read_appointments(lines, since=now, until=until, timezone=timezone)
    if options["persons"]:
        persons = [line.strip() for line in options["persons"].read_text().splitlines() if line.strip()]
        yield from product(persons, options["services"])


def _find_counter(office: str) -> Counter:
    found = [one for one in list_counters() if one.code == office or one.code.startswith(f"{office}/")]
    if len(found) != 1:
        raise CounterRefused(f"{office} has {len(found)} admitted counters. Name one: AGENCY/OFFICE/NAME.")
    return found[0]
