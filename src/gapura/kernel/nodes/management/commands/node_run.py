import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from gapura.kernel.nodes.folder import get_registry
from gapura.kernel.nodes.serving import serve_members
from gapura.kernel.nodes.types import BadRegistry, NoNode


class Command(BaseCommand):
    help = "Serve the message port: mutual TLS 1.3, members only. Portal and worker run beside it (gapura run)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=4443)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        try:
            get_registry()
        except (NoNode, BadRegistry) as error:
            raise CommandError(str(error)) from error
        connections.close_all()
        serve_members("gapura.config.node_wsgi:application", host=host, port=port, workers=workers, threads=1)
