"""``gapura run``: the whole house on this machine, prepared if needed, ended by Ctrl-C."""

import io
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import translation

from gapura.config.supervisor import Part, PartFailed, is_answering, is_port_free, supervise
from gapura.demo.queries import DUTIES, STORIES, find_nation
from gapura.demo.types import DEMO_PASSWORD, NationSummary


class Command(BaseCommand):
    help = "Start the web server and the worker; in a demo, make the nation first if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="web processes")

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        if not is_port_free(host, port):
            raise CommandError(
                f"Port {port} is taken by another program. Choose another one: make run PORT={port + 80}."
            )
        nation = self._prepare()
        address = os.environ.get("GAPURA_PUBLIC_ADDRESS", f"http://{host}:{port}")
        try:
            supervise(
                [_web_server(host, port, workers), _worker()],
                environment=os.environ | {"GAPURA_PUBLIC_ADDRESS": address},
                is_ready=lambda: is_answering(host, port),
                announce=lambda: self._announce(address, nation),
            )
        except PartFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\nGapura has stopped.")

    def _prepare(self) -> NationSummary | None:
        """Database, keys and, in a demo, the nation, which is returned."""
        self.stdout.write("Preparing the database and the keys …")
        call_command("migrate", verbosity=0)
        call_command("pki_init", verbosity=0)
        if settings.GAPURA_DEMO and find_nation() is None:
            # Who lives there is told when the doors are open, not before.
            call_command("demo", stdout=io.StringIO())
        nation = find_nation() if settings.GAPURA_DEMO else None
        connections.close_all()  # the parts have their own
        return nation

    def _announce(self, address: str, nation: NationSummary | None) -> None:
        if nation is not None:
            self._introduce_people(nation)
        if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
            self.stdout.write(f"E-mail is written to {settings.EMAIL_FILE_PATH}")
        self.stdout.write(self.style.SUCCESS(f"\nGapura is open at {address}  (stop with Ctrl-C)"))

    def _introduce_people(self, nation: NationSummary) -> None:
        reasons = {resident.login: STORIES[resident.story] for resident in nation.residents}
        one_of_each = {official.duty: official for official in reversed(nation.officials)}
        reasons |= {one_of_each[duty].login: DUTIES[duty] for duty in DUTIES if duty in one_of_each}
        width = max(map(len, reasons), default=0)
        self.stdout.write(f"\nSign in as one of these; everybody's password is {DEMO_PASSWORD}")
        with translation.override("en"):
            for login, reason in reasons.items():
                self.stdout.write(f"  {login:{width}}  {reason}")


def _web_server(host: str, port: int, workers: int) -> Part:
    # One blocking thread: Python's lock makes more of them dearer per request, not faster.
    options = f"--interface wsgi --host {host} --port {port} --workers {workers} --blocking-threads 1"
    command = [sys.executable, "-m", "granian", *options.split(), "--log-level", "warning"]
    return Part("web server", [*command, "gapura.config.wsgi:application"])


def _worker() -> Part:
    return Part("worker", [sys.executable, "-m", "django", "worker", "--settings", "gapura.config.settings"])
