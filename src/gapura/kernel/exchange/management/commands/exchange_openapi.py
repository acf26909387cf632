import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.exchange.openapi import describe_openapi
from gapura.kernel.exchange.plugin import find_evidence_type, list_evidence_types


class Command(BaseCommand):
    help = "Print the OpenAPI 3.1 document of an evidence type, for systems that ask without Gapura."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("evidence_type", help="e.g. civil.person")

    def handle(self, *, evidence_type: str, **options: Any) -> None:
        declared = find_evidence_type(evidence_type)
        if declared is None:
            known = ", ".join(one.code for one in list_evidence_types())
            raise CommandError(f"No evidence type is called {evidence_type}. There are: {known}.")
        self.stdout.write(json.dumps(describe_openapi(declared), indent=1, ensure_ascii=False))
