from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from gapura.foundation.log_files import LogFolder
from gapura.kernel.audit.tree import publish_log
from gapura.kernel.audit.types import LogKeyMissing, LogRolledBack


class Command(BaseCommand):
    help = (
        "Write the log, without any personal data, to a folder that anybody can check with "
        "python -m gapura.foundation.verify_log FOLDER. A folder exported before is brought up to date."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        log = LogFolder(folder)
        with tqdm(unit=" entries", disable=None, leave=False) as bar:

            def advance(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                publish_log(log, advance)
            except (LogKeyMissing, LogRolledBack) as error:
                raise CommandError(str(error)) from error
        if log.find_note() is None:
            raise CommandError("The log is empty as yet; gapura audit checkpoint signs the first checkpoint.")
        self.stdout.write(f"{folder} holds the log; its key is {log.read_verifier()}")
