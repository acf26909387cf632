from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation.jurisdictions import load
from gapura.kernel.catalogue.definitions.catalogue import read_catalogue
from gapura.kernel.catalogue.definitions.problems import BadDefinitions


class Command(BaseCommand):
    help = "Check a country's files (services, agreements, code lists …) and name every mistake by line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="a country's folder; the country in use when left out")

    def handle(self, *, folder: Path | None, **options: Any) -> None:
        country = load(settings.GAPURA_JURISDICTION)
        if folder is not None:
            country = replace(country, root=folder)
        try:
            catalogue = read_catalogue(country)
        except BadDefinitions as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(error.problems)} mistakes. Correct them; nothing is loaded until none is left."
            ) from error
        versions = sum(len(services) for services in catalogue.services.values())
        self.stdout.write(
            f"{len(catalogue.services)} public services in {versions} versions, "
            f"{len(catalogue.agreements)} agreements, {len(catalogue.agencies)} agencies: no mistakes."
        )
