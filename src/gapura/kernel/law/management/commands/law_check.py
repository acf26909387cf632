from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.rules.errors import LawError
from gapura.kernel.law.examples import list_own_examples, run_example
from gapura.kernel.law.queries import get_law


class Command(BaseCommand):
    help = "Read the country's law of every stretch of days, and its own worked examples. A mistake is named by line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="print every rule in force today")

    def handle(self, **options: Any) -> None:
        today = clock.today(settings.TIME_ZONE)
        try:
            law = get_law()
            for day in tqdm(law.changes, unit="stretch"):
                law.on(day)
            law.check()
        except LawError as error:
            raise CommandError(str(error)) from error
        if options["list"]:
            for figure in law.on(today).figures.values():
                self.stdout.write(f"{figure.name:<28} {figure.unit!s:<14} {figure.of:<9} {figure.cite}")
        examples = list_own_examples()
        wrong = [each for each in examples if not run_example(each, today=today).holds]
        self.stdout.write(
            f"{len(law.rules)} rules, {len(law.inputs)} inputs, {len(law.parameters)} parameters, "
            f"{len(law.changes)} days on which something changes, {len(examples)} examples: no mistakes in the law."
        )
        if wrong:
            raise CommandError(f"{len(wrong)} examples differ: {', '.join(each.code for each in wrong)}.")
