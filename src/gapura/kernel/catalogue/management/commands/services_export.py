import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gapura.foundation import clock
from gapura.kernel.catalogue.cpsv_ap import write_catalogue
from gapura.kernel.catalogue.queries import list_services


class Command(BaseCommand):
    help = "Write the public services in force today as CPSV-AP in JSON-LD."

    def handle(self, **options: Any) -> None:
        services = list_services(on=clock.today(settings.TIME_ZONE))
        self.stdout.write(json.dumps(write_catalogue(services), ensure_ascii=False, indent=2))
