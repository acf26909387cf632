import json
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from gapura.foundation import clock
from gapura.foundation.measurements import FOLDER
from gapura.foundation.texts import in_language
from gapura.kernel.operations.promise_files import SHIPPED
from gapura.kernel.operations.queries import list_promises
from gapura.kernel.operations.tasks import measure_ages
from gapura.kernel.operations.types import PromiseReport, PromiseState


class Command(BaseCommand):
    help = "List every promise with its last figures, their age, and whether it is kept (exit status 1: not all are)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--measure", action="store_true", help="measure first what a running house can by itself")
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--keep", action="store_true", help="ship this house's measurements with the source")

    def handle(self, *, measure: bool, keep: bool, **options: Any) -> None:
        if measure:
            measure_ages()
        if keep:
            for file in sorted((Path(settings.GAPURA_HOME) / FOLDER).glob("*.json")):
                shutil.copyfile(file, SHIPPED / FOLDER / file.name)
        reports = list_promises(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps([{"code": one.promise.code, "state": one.state} for one in reports]))
        else:
            for one in reports:
                self._write(one)
        if any(one.state is not PromiseState.KEPT for one in reports):
            sys.exit(1)

    def _write(self, report: PromiseReport) -> None:
        style = self.style.SUCCESS if report.state is PromiseState.KEPT else self.style.ERROR
        age = "never" if report.age is None else f"{report.age.total_seconds() / 3600:.1f} h ago"
        title = in_language(report.promise.title, "en")
        self.stdout.write(f"{style(f'{report.state:<10}')} {report.promise.code:<20} {age:>12}  {title}")
        for name, value in (report.measurement.figures if report.measurement else {}).items():
            self.stdout.write(f"{'':45}{name} = {value}")
        if report.state is not PromiseState.KEPT:
            needs = f" ({in_language(report.promise.needs, 'en')})" if report.promise.needs else ""
            self.stdout.write(f"{'':45}measure it: {report.promise.command}{needs}")
