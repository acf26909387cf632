from typing import Any

from django.core.management.base import BaseCommand

from gapura.kernel.catalogue.reference import write_reference


class Command(BaseCommand):
    help = "Write the reference of all public services in Markdown (docs/reference/services.md)."

    def handle(self, **options: Any) -> None:
        self.stdout.write(write_reference(), ending="")
