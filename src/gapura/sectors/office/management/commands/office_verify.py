"""``gapura office verify``: whether a packet is whole and unaltered, from the packet alone. Asks no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.sectors.office.archive.reading import Verdict, verify_package


class Command(BaseCommand):
    help = "Check a packet: its files, METS and PREMIS, versions, seals and the path of each approval."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path)
        parser.add_argument(
            "--root", type=Path, action="append", default=[], help="trust this authority (PEM or DER) and no other"
        )
        parser.add_argument("--record", action="store_true", help="keep the result as a measurement of this house")

    def handle(self, *, package: Path, root: list[Path], record: bool, **options: Any) -> None:
        verdict = read_verdict(package, root)
        if record:
            self._record(verdict)
        if verdict.problems:
            raise CommandError("\n".join(["The packet does not hold:", *verdict.problems]))
        self.stdout.write(
            f"{verdict.folder['title']} ({verdict.folder['code']})\n"
            f"{verdict.documents} documents in {verdict.files} files hold, and {verdict.signatures} signatures.\n"
            f"Sealed by {verdict.sealed_by} at {verdict.sealed_at}."
        )
        if not root:
            trusted = ", ".join(verdict.roots)
            self.stdout.write(f"Trusted was the authority in the packet itself: {trusted}. Compare it, or name --root.")

    def _record(self, verdict: Verdict) -> None:
        figures = {"documents": verdict.documents, "signatures": verdict.signatures, "problems": len(verdict.problems)}
        record_measurement(
            Path(settings.GAPURA_HOME),
            promise="office-archive",
            kept=not verdict.problems,
            figures=figures,
            now=clock.now(),
            command="gapura office verify PACKET --record",
        )


def read_verdict(package: Path, roots: list[Path]) -> Verdict:
    """The verdict on a file, with a bar that shows how far it was read. Raises CommandError."""
    try:
        trusted = [root.read_bytes() for root in roots]
        with (
            package.open("rb") as file,
            tqdm(total=package.stat().st_size, unit="B", unit_scale=True, disable=None, leave=False) as bar,
        ):
            return verify_package(file, roots=trusted, progress=bar.update)
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
