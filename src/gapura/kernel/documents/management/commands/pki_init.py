from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation import clock
from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.kernel.documents.providers.demo.authority import AuthorityFolder, CannotUseAuthority


class Command(BaseCommand):
    help = (
        "Make the demonstration authority under GAPURA_HOME/pki: root, issuing and time-stamp authority, "
        "a seal for every agency, the revocation lists. What exists is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", type=_day, metavar="YYYY-MM-DD", help="first day of new certificates (default: now)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        country = load(settings.GAPURA_JURISDICTION)
        folder = Path(settings.GAPURA_HOME) / "pki"
        since = options["since"] or clock.now()
        try:
            made = AuthorityFolder(folder).create(_seal_names(country), since, country.code)
        except CannotUseAuthority as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{folder}: {_told(made)}.")


def _told(made: list[str]) -> str:
    return f"made {', '.join(made)}" if made else "everything is there"


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _seal_names(country: Jurisdiction) -> dict[str, str]:
    """Title by code of every agency of the country."""
    agencies = country.read("agencies.yaml")["agencies"]
    return {code: agency["title"][country.languages[0]] for code, agency in agencies.items()}
