"""``gapura smart-work open``: open the centers that the country's file declares and that do not stand yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.audit.types import system_actor
from gapura.sectors.smart_work.actions import open_declared_centers
from gapura.sectors.smart_work.types import CannotChangeCenter


class Command(BaseCommand):
    help = "Open the smart work centers of the country's file that do not stand yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            opened = open_declared_centers(actor=system_actor("smart-work"))
        except CannotChangeCenter as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{opened} centers were opened.")
