from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from gapura.foundation.jurisdictions import load
from gapura.kernel.catalogue.definitions.catalogue import read_files
from gapura.kernel.catalogue.definitions.problems import BadDefinitions
from gapura.kernel.catalogue.plugin import BadCompanion, Edition, find_edition_source, list_companions


class Command(BaseCommand):
    help = (
        "Check a country's files (services, agreements, code lists, bundles …) and, for the country in use, "
        "what was adopted at a desk on top of them. Every mistake is named by line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="a country's folder; the country in use when left out")

    def handle(self, *, folder: Path | None, **options: Any) -> None:
        country = load(settings.GAPURA_JURISDICTION)
        if folder is not None:
            country = replace(country, root=folder)
        try:
            catalogue = read_files(country).with_editions(_adopted() if folder is None else ())
        except BadDefinitions as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(error.problems)} mistakes. Correct them; nothing is loaded until none is left."
            ) from error
        if folder is None:
            self._check_companions()
        versions = sum(len(services) for services in catalogue.services.values())
        self.stdout.write(
            f"{len(catalogue.services)} public services in {versions} versions, "
            f"{len(catalogue.agreements)} agreements, {len(catalogue.agencies)} agencies: no mistakes."
        )

    def _check_companions(self) -> None:
        """Files of others that name the services of the country in use."""
        for word, count in list_companions():
            try:
                self.stdout.write(f"{count()} {word}: no mistakes.")
            except BadCompanion as error:
                raise CommandError(f"{word}: {error}") from error


def _adopted() -> Sequence[Edition]:
    """None before there is a database: the files are checked while a house is built, too."""
    source = find_edition_source()
    try:
        return source.list_editions() if source else ()
    except DatabaseError:
        return ()
