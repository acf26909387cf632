from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.kernel.approvals.queries import list_line_faults, list_line_numbers


class Command(BaseCommand):
    help = (
        "Check approval lines again: the chain of their path, every signature, the seal, and the bytes that were "
        "signed. Names what no longer agrees (exit status 1)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="lines to check (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        known = list_line_numbers()
        numbers = options["numbers"] or known
        if unknown := sorted(set(numbers) - set(known)):
            raise CommandError(f"There is no line {unknown[0]}. Its number stands on its page.")
        wrong = 0
        for number in tqdm(numbers, unit=" lines", disable=None, leave=False):
            faults = list_line_faults(number)
            wrong += bool(faults)
            for fault in faults:
                self.stdout.write(f"{number}  {fault}")
        if wrong:
            raise CommandError(f"{wrong} of {len(numbers)} lines no longer agree with what was signed.", returncode=1)
        self.stdout.write(f"{len(numbers)} lines: paths, signatures, seals and bytes agree.")
