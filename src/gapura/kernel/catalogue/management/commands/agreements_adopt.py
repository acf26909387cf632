from typing import Any

from django.core.management.base import BaseCommand

from gapura.kernel.audit.types import system_actor
from gapura.kernel.catalogue.actions import adopt_declared_agreements


class Command(BaseCommand):
    help = "Put the agreements that the country's files declare in force; after a change of these files, again."

    def handle(self, **options: Any) -> None:
        count = adopt_declared_agreements(actor=system_actor("agreements"))
        self.stdout.write(f"{count} declared agreements are in force.")
