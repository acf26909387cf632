"""``gapura documents recheck``: every issued document against the register as known at its issue."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import is_faithful
from gapura.kernel.documents.queries import count_documents, iterate_codes


class Command(BaseCommand):
    help = (
        "Ask the registers again what each issued document states, as they were known then, and name every "
        "document that says otherwise. Exit status 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, **options: Any) -> None:
        actor = system_actor("recheck")
        total = count_documents()
        codes = tqdm(iterate_codes(), total=total, unit="document", disable=options["json"])
        unfaithful = [code for code in codes if not is_faithful(actor=actor, code=code, now=clock.now())]
        if options["json"]:
            self.stdout.write(json.dumps({"documents": total, "unfaithful": unfaithful}))
        else:
            for code in unfaithful:
                self.stdout.write(f"{grouped(code)} states what the register did not know at its issue.")
            self.stdout.write(f"{total} documents checked, {len(unfaithful)} unfaithful.")
        sys.exit(1 if unfaithful else 0)
