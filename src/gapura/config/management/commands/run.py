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
from gapura.config.witnesses import prepare_witnesses
from gapura.demo.queries import DUTIES, STORIES, find_nation, find_why_not_to_serve
from gapura.demo.types import DEMO_PASSWORD, NationSummary
from gapura.foundation.jurisdictions import load
from gapura.kernel.operations.health import forget_processes
from gapura.kernel.payments.providers.configuration import DEMO_BANK, prepare_demo_bank


class Command(BaseCommand):
    help = "Start the web server and the worker; in a demo, make the nation first if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="web processes")

        parser.add_argument("--witness", action="store_true", help="start two witnesses of the audit log as well")

    def handle(self, *, host: str, port: int, workers: int, witness: bool, **options: Any) -> None:
        if not is_port_free(host, port):
            raise CommandError(
                f"Port {port} is taken by another program. Choose another one: make run PORT={port + 80}."
            )
        nation = self._prepare()
        watching, parts = prepare_witnesses(host, port + 1) if witness else ({}, [])
        address = os.environ.get("GAPURA_PUBLIC_ADDRESS", f"http://{_name(host)}:{port}")
        banks = [_demo_bank(port, port + 5)] if settings.GAPURA_DEMO else []
        try:
            supervise(
                [*parts, *banks, _web_server(host, port, workers), _worker()],
                environment=os.environ | {"GAPURA_PUBLIC_ADDRESS": address} | watching,
                is_ready=lambda: is_answering(host, port),
                announce=lambda: self._announce(address, nation),
            )
        except PartFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\nGapura has stopped.")

    def _prepare(self) -> NationSummary | None:
        """Database, keys and, in a demo, the nation, which is returned."""
        self.stdout.write("Preparing the database and the keys …")
        forget_processes()
        call_command("migrate", verbosity=0)
        call_command("pki_init", verbosity=0)
        if settings.GAPURA_DEMO and find_nation() is None:
            # Who lives there is told when the doors are open, not before.
            call_command("demo", stdout=io.StringIO())
        if reason := find_why_not_to_serve():
            raise CommandError(reason)
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


def _name(host: str) -> str:
    """Browsers keep passkeys for names, not for IP addresses."""
    return "localhost" if host == "127.0.0.1" else host


def _web_server(host: str, port: int, workers: int) -> Part:
    # One blocking thread: Python's lock makes more of them dearer per request, not faster.
    # HTTP/1 alone, whose line ends and lengths are tested with the balancer's.
    options = f"--interface wsgi --http 1 --host {host} --port {port} --workers {workers} --blocking-threads 1"
    command = [sys.executable, "-m", "granian", *options.split(), "--log-level", "warning"]
    return Part("web server", [*command, "gapura.config.wsgi:application"])


def _demo_bank(house: int, port: int) -> Part:
    """A bank of its own that fees are paid through; its books lie beside the house's."""
    secret = prepare_demo_bank(f"http://localhost:{port}")
    country = load(settings.GAPURA_JURISDICTION)
    options = {
        "--port": str(port),
        "--callbacks": f"http://localhost:{house}/payments/callbacks/{DEMO_BANK}/",
        "--timezone": country.timezone,
        "--currency": country.currency,
    }
    words = [word for option in options.items() for word in option]
    file = str(settings.GAPURA_HOME / "demo_bank.sqlite3")
    module = "gapura.kernel.payments.providers.demo_bank"
    return Part("demonstration bank", [sys.executable, "-m", module, file, *words], {"GAPURA_DEMO_BANK_SECRET": secret})


def _worker() -> Part:
    return Part("worker", [sys.executable, "-m", "django", "worker", "--settings", "gapura.config.settings"])
