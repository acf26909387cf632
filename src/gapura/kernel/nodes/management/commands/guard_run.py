from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from gapura.foundation import clock
from gapura.kernel.nodes.folder import get_registry
from gapura.kernel.nodes.guard.policy import install_policy
from gapura.kernel.nodes.serving import serve_members
from gapura.kernel.nodes.types import BadRegistry, NoNode

PASSING_AT_ONCE = 8


class Command(BaseCommand):
    help = (
        "Serve the guard of a separated network: let pass what the signed policy declares, and nothing else. "
        "One process, so that what it counts is whole; the worker beside it seals its log (gapura worker)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", type=Path, required=True, help="the policy as the exchange authority signed it")
        parser.add_argument("--host", default="127.0.0.1", help="the guard's address in the open network")
        parser.add_argument("--port", type=int, default=4443)

    def handle(self, *, policy: Path, host: str, port: int, **options: Any) -> None:
        try:
            get_registry()
            in_force = install_policy(policy.read_text(), clock.now())
        except OSError as error:
            raise CommandError(f"The policy cannot be read: {error}. Nothing passes without one.") from error
        except (NoNode, BadRegistry) as error:
            raise CommandError(f"{error} Nothing passes.") from error
        services = ", ".join(sorted(in_force.openings))
        self.stdout.write(f"Policy {in_force.number} until {in_force.valid_until:%Y-%m-%d}: {services}.")
        self.stdout.flush()
        connections.close_all()
        serve_members("gapura.config.guard_wsgi:application", host=host, port=port, workers=1, threads=PASSING_AT_ONCE)
