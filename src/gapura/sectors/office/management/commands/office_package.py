"""``gapura office package``: a closed folder as one file that needs nobody."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.sectors.office.actions.packages import build_package
from gapura.sectors.office.models import Folder
from gapura.sectors.office.types import CannotArchive


class Command(BaseCommand):
    help = "Write a closed folder as a sealed packet (BagIt, METS, PREMIS) that any computer can open and check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="the folder's code, for example kemenpan-rb/services/OT.01/2026")
        parser.add_argument("--to", type=Path, default=Path(), help="where the file goes (default: here)")

    def handle(self, *, folder: str, to: Path, **options: Any) -> None:
        found = Folder.objects.filter(code=folder).first()
        if found is None:
            raise CommandError(f"No folder is called {folder!r}.")
        target = to / f"{folder.replace('/', '-')}.tar"
        new = target.with_name(f".{target.name}.new")
        to.mkdir(parents=True, exist_ok=True)
        try:
            with new.open("wb") as out, tqdm(total=found.documents.count(), unit=" documents", disable=None) as bar:
                digest = build_package(
                    actor=system_actor("cli"), folder=found, out=out, now=clock.now(), progress=bar.update
                )
        except (CannotArchive, CannotSealDocument) as refusal:
            new.unlink(missing_ok=True)
            raise CommandError(str(refusal)) from refusal
        new.replace(target)
        self.stdout.write(f"{target}\nsha256 {digest}")
