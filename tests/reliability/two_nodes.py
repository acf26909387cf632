"""Real nodes on this machine: each its own home, database and processes, mutual TLS between them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.reliability.warm import Warm
from tools import fresh_house

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 40
MAKE_PERSON = """
from gapura.sectors.civil.testing import make_family, make_person, make_residence
make_person({head!r}, "Siti Rahma"); make_residence({head!r})
"""
MAKE_FAMILY = """
make_family("3171010505200001", {{{head!r}: "head"}})
"""
ADOPT_AGREEMENTS = """
from gapura.kernel.catalogue.actions import adopt_declared_agreements
from gapura.kernel.audit.types import system_actor
adopt_declared_agreements(actor=system_actor("test"))
"""

DROP_TABLES = """
from django.apps import apps
from django.db import connection
with connection.schema_editor() as editor:
    for model in apps.get_app_config({sector!r}).get_models():
        editor.delete_model(model)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    ends_at = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Nothing listens on port {port} after {STARTING_SECONDS} seconds.")


def wait_until_free(port: int) -> None:
    ends_at = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.05)
    raise AssertionError(f"Something still listens on port {port} after {STARTING_SECONDS} seconds.")


@dataclass(eq=False)
class Node:
    """One node: commands run in its home; its message port is a process that may be killed."""

    home: Path
    member: str
    port: int = field(default_factory=free_port)
    address_port: int = 0
    host: str = "127.0.0.1"
    within: tuple[str, ...] = ()  # the command that runs others where the node stands
    process: subprocess.Popen[bytes] | None = None
    database: str = ""
    limits: str = "1"
    without: str = ""  # sectors that it does not have
    _warm: Warm | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GAPURA_", "PYTEST"))}
        return kept | {
            "GAPURA_HOME": str(self.home),
            "GAPURA_DATABASE": self.database or f"sqlite:///{self.home}/gapura.sqlite3",
            "GAPURA_RATE_LIMITS": self.limits,
            "GAPURA_WITHOUT": self.without,
            "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def gapura(self, command: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the node's home; its outcome is the caller's to judge."""
        return self._run(command=[command, *map(str, arguments)])

    def script(self, *texts: str) -> str:
        """Run Python in the node's home, all in one process; returns what it printed."""
        return _succeed(self._run(script="\n".join(["from django.core.management import call_command", *texts])))

    def _run(self, **order: Any) -> subprocess.CompletedProcess[str]:
        if self._warm is None or self._warm.environment != self.environment:
            self._warm = Warm(self.environment, self.within)
        done = self._warm.run(**order)
        if done.returncode not in (0, 1, 2, 3):
            raise AssertionError(f"{order}: {done.stderr}")
        return done

    def start(self) -> None:
        command = [sys.executable, "-m", "django", "node_run", f"--port={self.port}", "--workers=1"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, start_new_session=True)
        wait_for(self.port)

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None
            wait_until_free(self.port)  # its workers die a moment after it

    def status(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.gapura("node_status", "--json").stdout)
        return facts


def _succeed(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def found_network(authority: Node, members: dict[Node, str]) -> None:
    """Init, admit, join, as the how-to describes them; few processes, for a start of Django costs seconds.

    ``members``: the subsystems of each node, with spaces between them.
    """
    for node in (authority, *members):
        if not node.database:
            fresh_house.furnish(node.home, with_keys=False)
    for node, subsystem in members.items():
        address = f"https://{node.host}:{node.address_port or node.port}"
        named = [f"--subsystem={one}" for one in subsystem.split()]
        options = [f"--member={node.member}", f"--address={address}", *named]
        node.script(f"call_command('node_init', *{options!r})")
    steps = ["call_command('migrate', verbosity=0)", "call_command('node_authority')"]
    for node in members:
        files = [str(node.home / "node" / "request.json"), f"--out={node.home / 'answer.json'}"]
        steps.append(f"call_command('node_admit', *{files!r})")
    fingerprint = authority.script(*steps).splitlines()[0]
    registry = authority.home / "exchange-authority" / "registry.signed"
    for node in members:
        answered = [f"--answer={node.home / 'answer.json'}", f"--authority={fingerprint}"]
        newest = [f"--registry={registry}"]
        node.script(f"call_command('node_join', *{answered!r})", f"call_command('node_join', *{newest!r})")


HEAD = "3171014205900001"


@contextmanager
def portal_and_register(
    folder: Path,
    *,
    address_port: int = 0,
    databases: Mapping[str, str] = MappingProxyType({}),
    services: str = "civil.family,civil.family-member",
) -> Iterator[tuple[Node, Node]]:
    """A node with portal, cases and its residents, and one that holds the family register, running.

    ``databases``: addresses for ``portal`` and ``register``; each has its own SQLite file where none is given.
    ``services``: what the register answers.
    """
    homes = {name: folder / name for name in ("authority", "portal", "register")}
    for home in homes.values():
        home.mkdir()
    authority = Node(homes["authority"], "")
    portal = Node(homes["portal"], "ID/GOV/PORTAL", database=databases.get("portal", ""))
    register = Node(
        homes["register"], "ID/GOV/REGISTER", address_port=address_port, database=databases.get("register", "")
    )
    found_network(authority, {portal: "CASES=dukcapil", register: f"CIVIL=dukcapil:{services}"})
    person, family = MAKE_PERSON.format(head=HEAD), MAKE_FAMILY.format(head=HEAD)
    portal.script(ADOPT_AGREEMENTS, person)
    register.script(ADOPT_AGREEMENTS, person, family)
    try:
        register.start()
        yield portal, register
    finally:
        register.kill()
