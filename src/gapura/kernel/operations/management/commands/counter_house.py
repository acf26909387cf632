from typing import Any

from django.core.management.base import BaseCommand

from gapura.kernel.operations.counters.house import get_house_signer


class Command(BaseCommand):
    help = "Print the line by which a counter recognizes this house's packs; it is public."

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(get_house_signer().verifier))
