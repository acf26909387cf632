from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.documents.queries import verify_code


class Command(BaseCommand):
    help = "Say what the house says of the document with this code, as the public page would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the printed code, with or without hyphens")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_code(options["code"], today=clock.today(settings.TIME_ZONE))
        if not found.code:
            raise CommandError("No document has this code.", returncode=1)
        self.stdout.write(f"{grouped(found.code)}: {found.outcome}")
        self.stdout.write(f"  issued {found.issued_at:%Y-%m-%d %H:%M} UTC by {found.office_name}")
        self.stdout.write(f"  case {found.case_number}, about {found.name_masked} {found.subject_masked}")
        self.stdout.write(f"  valid until {found.valid_until or 'further notice'}, used {found.use_count} times")
