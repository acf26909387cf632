"""``gapura demo``: make the demonstration nation."""

import json
import resource
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.demo.actions.nation import found_nation
from gapura.demo.queries import DUTIES, STORIES
from gapura.demo.simulation.nation import NationPlan
from gapura.demo.types import DEMO_PASSWORD, NationExists, NationSummary
from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import system_actor


class Command(BaseCommand):
    help = "Make a consistent nation with offices, agreements and people to sign in as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=10_000, help="living people (default 10000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same nation")
        parser.add_argument("--on", type=date.fromisoformat, help="the nation's present day (default today)")
        parser.add_argument("--replace", action="store_true", help="empty the database and start over")
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *, people: int, seed: int, on: date | None, replace: bool, json: bool, **options: Any) -> None:
        if people < 1:
            raise CommandError("A nation needs people: give --people 1 or more.")
        country = load(settings.GAPURA_JURISDICTION)
        plan = NationPlan(people, seed, on or clock.today(country.timezone))
        started = perf_counter()
        with tqdm(total=people, unit=" people", disable=json or None, desc="Making the nation") as bar:
            try:
                summary = found_nation(
                    actor=system_actor("demo"),
                    country=country,
                    plan=plan,
                    now=clock.now(),
                    replace=replace,
                    progress=bar.update,
                )
            except NationExists as error:
                raise CommandError(str(error)) from error
        if replace:
            _put_log_aside()
        report = _report(summary, perf_counter() - started)
        self.stdout.write(_json(report) if json else _text(report))


def _put_log_aside() -> None:
    """The published audit log speaks of a database that is gone; the new one begins a log of its own."""
    folder = Path(settings.GAPURA_HOME) / "audit"
    if folder.exists():
        folder.rename(folder.with_name(f"audit-until-{clock.now():%Y%m%dT%H%M%S}"))


def _report(summary: NationSummary, seconds: float) -> dict[str, Any]:
    facts = asdict(summary)
    for resident in facts["residents"]:
        resident["why"] = str(STORIES[resident["story"]])
    for official in facts["officials"]:
        official["why"] = str(DUTIES[official["duty"]])
    facts["password"] = DEMO_PASSWORD
    facts["seconds"] = round(seconds, 2)
    facts["people_per_second"] = round(summary.people / seconds)
    facts["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return facts


def _json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)


def _text(report: dict[str, Any]) -> str:
    lines = [
        f"{report['people']:,} people live in {report['reference']}, made in {report['seconds']} s "
        f"({report['people_per_second']:,} people/s, {report['peak_memory_mib']} MiB).",
        f"Digest {report['digest']}",
        "",
        *(f"  {register:<18}{count:>12,}" for register, count in report["counts"].items()),
        "",
        f"Sign in with the password {report['password']} as",
    ]
    for sample in (*report["residents"], *report["officials"]):
        lines.append(f"  {sample['login']:<18}{sample['number']}  {sample['full_name']} — {sample['why']}")
    return "\n".join(lines)
