"""``gapura policy simulate``: what a reform would cost, who gains and who loses."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.sectors.insight.actions import as_json, read_title, simulate
from gapura.sectors.insight.plugin import PopulationSource, find_source, list_sources
from gapura.sectors.insight.presentation import present
from gapura.sectors.insight.reports import write_report
from gapura.sectors.insight.types import CannotSimulate
from gapura.web.jinja import money
from gapura.web.languages import localized, reader_language


class Command(BaseCommand):
    help = "Reckon a reform of the law for a population: cost, winners and losers, marginal rates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reform", type=Path, action="append", required=True, help="YAML file; give several to try them together"
        )
        parser.add_argument("--people", type=int, default=10_000, help="people of the population (default 10000)")
        parser.add_argument(
            "--population", default="demonstration", help="where the families come from (default demonstration)"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same families")
        parser.add_argument("--on", type=date.fromisoformat, help="the day whose law it is (default today)")
        parser.add_argument("--out", type=Path, help="folder for report.html, result.json and tables as CSV")
        parser.add_argument("--json", action="store_true", help="print the result as JSON only")

    def handle(
        self, *, reform: list[Path], people: int, population: str, seed: int, out: Path | None, **options: Any
    ) -> None:
        on, source = options["on"] or clock.today(settings.TIME_ZONE), _get_source(population)
        texts = [_read(path) for path in reform]
        if people < 1:
            raise CommandError("A population has people: give --people 1 or more.")
        try:
            with tqdm(total=people, unit=" people", desc="Reckoning", disable=options["json"] or None) as bar:
                outcome = simulate(texts, source=source, people=people, seed=seed, on=on, progress=bar.update)
            title = read_title(texts, on=on)
        except CannotSimulate as refusal:
            raise CommandError(str(refusal)) from refusal
        result = as_json(outcome)
        if out:
            called = localized(source.title)
            files = write_report(out, result, title=title, reform="\n---\n".join(texts), population=called, on=on)
            self.stderr.write(f"Wrote {', '.join(path.name for path in files)} to {out}.")
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _text(title, result))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}. Name a YAML file.") from error


def _get_source(code: str) -> PopulationSource:
    source = find_source(code)
    if source is None:
        known = ", ".join(each.code for each in list_sources())
        raise CommandError(f"No population is called {code!r}. There are: {known}.")
    return source


def _text(title: str, result: dict[str, Any]) -> str:
    shown = present(result, language=reader_language(), money=money)
    everybody = shown["everybody"]
    counts = (everybody["winners"], everybody["losers"], everybody["unchanged"])
    lines = [
        title,
        f"Costs {money(shown['cost'])} a year for {everybody['people']:,} people"
        + (f", {money(shown['cost_in_country'])} for the country." if shown["represents"] else "."),
        "{:,} families gain, {:,} lose, nothing changes for {:,}.".format(*counts),
        "",
    ]
    for heading, rows in (("Tenth of income", shown["deciles"]), ("Kind of family", shown["kinds"])):
        lines.append(f"{heading:<32}{'on average':>20}{'gain':>8}{'lose':>8}")
        lines += [f"  {row['name']:<30}{row['words']:>20}{row['cells'][4]:>8}{row['cells'][5]:>8}" for row in rows]
        lines.append("")
    lines.append(f"{'Marginal rate':<32}{'now':>10}{'reform':>10}")
    lines += [f"  {band['name']:<30}{band['values'][0]:>10,}{band['values'][1]:>10,}" for band in shown["marginal"]]
    return "\n".join(lines)
