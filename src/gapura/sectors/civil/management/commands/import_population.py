"""``gapura import population FILE.csv``."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import system_actor
from gapura.sectors.civil.actions.population_file.cells import CannotReadFile
from gapura.sectors.civil.actions.population_file.importing import ImportTotals, import_population
from gapura.sectors.civil.actions.population_file.records import read_mapping


class Command(BaseCommand):
    help = "Load a country's population file; what is doubtful is set aside with the reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="YAML: which column means what")
        parser.add_argument("--encoding", help="the file's encoding, where it is not found by itself")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            help="day from which facts hold that have no date (default today)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(
        self,
        *,
        file: Path,
        mapping: Path | None,
        encoding: str | None,
        on: date | None,
        json: bool,
        **options: Any,
    ) -> None:
        country = load(settings.GAPURA_JURISDICTION)
        with tqdm(unit=" rows", desc="Importing", disable=json or None) as bar:
            try:
                totals = import_population(
                    actor=system_actor("import population"),
                    country=country,
                    file=file,
                    mapping=read_mapping(mapping),
                    encoding=encoding,
                    on=on or clock.today(country.timezone),
                    now=clock.now(),
                    progress=lambda rows: bar.update(rows - bar.n),
                )
            except CannotReadFile as error:
                raise CommandError(str(error)) from error
        self.stdout.write(_json(totals) if json else _text(totals))


def _json(totals: ImportTotals) -> str:
    return json.dumps(asdict(totals), default=str, ensure_ascii=False)


def _text(totals: ImportTotals) -> str:
    lines = [
        f"Read {totals.read:,} rows ({totals.encoding}, separated by {totals.separator!r}): "
        f"{totals.loaded:,} loaded, {totals.unchanged:,} unchanged, {totals.quarantined:,} quarantined.",
        f"The run is {totals.reference}.",
    ]
    if totals.resumed:
        lines.append(f"{totals.resumed:,} of the rows were done before the import was interrupted.")
    if totals.families_without_head:
        lines.append(f"{totals.families_without_head:,} families have no head in the file.")
    if totals.quarantine:
        lines.append(f"The quarantined rows and their reasons are in {totals.quarantine}.")
    return "\n".join(lines)
