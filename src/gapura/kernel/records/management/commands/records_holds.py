from typing import Any

from django.core.management.base import BaseCommand

from gapura.kernel.records.queries import list_holds


class Command(BaseCommand):
    help = "List the disposal holds that stand. They are set and lifted in the desk, by two records officers."

    def handle(self, *args: Any, **options: Any) -> None:
        for hold in list_holds():
            covers = " ".join(filter(None, (hold.person_number, hold.case_number, hold.retention_class)))
            self.stdout.write(f"{hold.number}  {hold.set_at:%Y-%m-%d}  {hold.reason}  {hold.reference}  {covers}")
