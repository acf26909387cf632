"""``gapura office restore``: a packet's folder comes into this house, marked as restored, and a receipt goes out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.sectors.office.actions.packages import receipt_file, restore_package
from gapura.sectors.office.queries.archive import get_archive_rules
from gapura.sectors.office.types import BadPackage, CannotArchive


class Command(BaseCommand):
    help = "Bring the folder of a packet into this house with its whole history, and write a sealed receipt beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path)
        parser.add_argument("--agency", help="who receives it and seals the receipt (default: the national archive)")
        parser.add_argument("--root", type=Path, action="append", default=[], help="trust this authority and no other")

    def handle(self, *, package: Path, agency: str | None, root: list[Path], **options: Any) -> None:
        try:
            with package.open("rb") as file, tqdm(unit=" documents", disable=None) as bar:
                restored = restore_package(
                    actor=system_actor("cli"),
                    package=file,
                    agency_code=agency or get_archive_rules().national_archive,
                    roots=tuple(one.read_bytes() for one in root),
                    now=clock.now(),
                    progress=bar.update,
                )
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        except (BadPackage, CannotArchive, CannotSealDocument) as refusal:
            raise CommandError(f"Nothing was restored. {refusal}") from refusal
        receipt = package.with_name(f"{package.name}.receipt.json")
        receipt.write_bytes(receipt_file(restored))
        self.stdout.write(f"{restored.folder.code} is here, as {restored.house} sealed it.\nReceipt: {receipt}")
