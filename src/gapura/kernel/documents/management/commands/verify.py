import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from gapura.foundation import clock
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.queries import MAX_UPLOAD_BYTES, NotADocument, verify_file
from gapura.kernel.documents.sealing.reading import CannotReadFile, SealCheck, judge_seal

_UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Check a sealed PDF: what the house says of it, and whether its seal holds for any reader. "
        "Ends with 0 when genuine, 1 when not, 2 when it cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--offline", action="store_true", help="judge by the seal alone, ask no database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = _read(options["file"])
            outcome = "" if options["offline"] else _outcome(content)
            seal = judge_seal(content, get_seal_provider(), clock.now())
        except (OSError, NotADocument, CannotReadFile) as error:
            self._finish(options, {"error": str(error)}, f"Cannot read {options['file']}: {error}", _UNREADABLE)
            return
        genuine = seal.valid and outcome in ("", "genuine")
        result = {"genuine": genuine, "outcome": outcome or None, "seal": asdict(seal)}
        self._finish(options, result, _sentence(outcome, seal), 0 if genuine else 1)

    def _finish(self, options: dict[str, Any], result: dict[str, Any], sentence: str, status: int) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(result, default=str))
        elif status == 0:
            self.stdout.write(sentence)
        if status:
            raise CommandError("" if options["json"] else sentence, returncode=status)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_UPLOAD_BYTES + 1)  # verify_file refuses what is larger


def _outcome(content: bytes) -> str:
    try:
        return str(verify_file(content, today=clock.today(settings.TIME_ZONE)).outcome)
    except DatabaseError as error:
        raise CannotReadFile(f"the register of documents does not answer ({error}); try --offline") from error


def _sentence(outcome: str, seal: SealCheck) -> str:
    register = f"Register: {outcome}. " if outcome else ""
    archived = f", archived {seal.archived_at:%Y-%m-%d %H:%M} UTC" if seal.archived_at else ""
    if not seal.valid:
        return f"{register}Seal: not valid. {seal.reason}"
    return f"{register}Seal: valid, by {seal.signer}, {seal.sealed_at:%Y-%m-%d %H:%M} UTC{archived}."
