"""A confidential node with the justice registers, the guard before it, and a house without them that asks there."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.reliability.two_nodes import ADOPT_AGREEMENTS, DROP_TABLES, ROOT, STARTING_SECONDS, Node, found_network

GROUND = "UU 6/2011 Pasal 91"
WANTED, UNKNOWN = "3171014205900001", "3171014205900099"
OPENING = {"consumers": ["ID/GOV/IMIGRASI/TRAVEL"], "questions": ["has-travel-bar"]}
MAKE_WARRANT = f"""
from gapura.sectors.justice.testing import make_warrant
make_warrant({WANTED!r})
"""
_ASK = """
import json
from datetime import date
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import ask_question, request_evidence
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal
def ask(consumer, ground, **asked):
    request = EvidenceRequest("justice.bar", {subject!r}, consumer, "CASE1", ground, {{"en": "test"}},
        date(2026, 5, 4), **asked)
    given = {{"actor": system_actor("test"), "request": request, "now": clock.now()}}
    return ask_question(**given).holds if request.question else request_evidence(**given).record
for how in {asked!r}:
    try:
        print(json.dumps(ask(**how)))
    except ExchangeRefusal as refusal:
        print(json.dumps(refusal.code))
"""

_MAKE_TRAVELERS = f"""
from datetime import date
from gapura.sectors.civil.testing import make_person, make_residence
from gapura.sectors.immigration.testing import make_crossing
for person in {(WANTED, UNKNOWN)!r}:
    make_person(person, "Siti Rahma"); make_residence(person); make_crossing(person, date(2026, 2, 1))
"""
# The certificate of crossings asks what the passport does.
_APPLY = """
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import check_case, submit_application
from gapura.kernel.cases.testing import resident
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import checking
passport = get_service("immigration.passport", on=clock.now().date())
(bar,) = (check for check in passport.checks if check.evidence_type == "justice.bar")
with checking("immigration.entry-exit", bar):
    case = submit_application(actor=resident({person!r}), service_code="immigration.entry-exit", subject={person!r},
        relation="self", answers={{}}, language="id", idempotency_key={person!r}, now=clock.now())
    case = check_case(actor=system_actor("test"), number=case.number, now=clock.now())
    print(case.status)
"""


def question(code: str, ground: str = GROUND, consumer: str = "imigrasi") -> dict[str, Any]:
    """What :meth:`ConfidentialNodes.ask` is given for a yes or no."""
    return {"consumer": consumer, "ground": ground, "question": code}


def fields(*codes: str, ground: str = GROUND, consumer: str = "imigrasi") -> dict[str, Any]:
    """What it is given for fields."""
    return {"consumer": consumer, "ground": ground, "fields": frozenset(codes)}


class ConfidentialNodes:
    """Immigration in the open network, the prosecution in the confidential one, and the guard between them.

    ``places``: host, port and namespace of ``immigration``, ``justice`` and ``guard``, where not this machine's own.
    """

    def __init__(self, folder: Path, places: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> None:
        self.folder = folder
        self.authority = Node(self._home("authority"), "")
        self.immigration = Node(self._home("immigration"), "ID/GOV/IMIGRASI", **places.get("immigration", {}))
        self.justice = Node(self._home("justice"), "ID/GOV/KEJAKSAAN", **places.get("justice", {}))
        self.guard = Node(self._home("guard"), "ID/GOV/GUARD", **places.get("guard", {}))
        self.policy = folder / "policy.signed"

    def _home(self, name: str) -> Path:
        home = self.folder / name
        home.mkdir()
        return home

    def found(self) -> None:
        """As docs/how-to/run-a-confidential-node.md says it."""
        subsystems = {
            self.immigration: "TRAVEL=imigrasi",
            self.justice: "BARS=kejaksaan:justice.bar",
            self.guard: "GUARD=kejaksaan",
        }
        found_network(self.authority, subsystems)
        self.sign_policy(OPENING)
        for node in subsystems:
            self._join(node)
        self.justice.script(ADOPT_AGREEMENTS, MAKE_WARRANT)
        self.immigration.script(ADOPT_AGREEMENTS, _MAKE_TRAVELERS, DROP_TABLES.format(sector="justice"))
        self.immigration.without = "justice"

    def sign_policy(self, opening: Mapping[str, Any]) -> None:
        """Let ``opening`` of justice.bar pass from the guard's next start on."""
        written = self.folder / "policy.yaml"
        policy = {
            "guard": self.guard.member,
            "guarded": self.justice.member,
            "inner": f"https://{self.justice.host}:{self.justice.port}",
            "a_minute": 60,
            "largest_question": 4096,
            "largest_answer": 512,
            "passes": {"justice.bar": dict(opening)},
        }
        written.write_text(yaml.safe_dump(policy))
        self.authority.script(
            f"call_command('guard_sign', {str(written)!r}, '--out={self.policy}')",
            f"call_command('node_authority', '--registry={self.folder / 'registry.signed'}')",
        )

    def _join(self, node: Node) -> None:
        node.script(f"call_command('node_join', '--registry={self.folder / 'registry.signed'}')")

    def start_justice(self) -> None:
        self._start(self.justice, "node_run", "--workers=1")

    def start_guard(self) -> None:
        self._start(self.guard, "guard_run", f"--policy={self.policy}")

    def _start(self, node: Node, *words: str) -> None:
        place = (f"--host={node.host}", f"--port={node.port}")
        command = [*node.within, sys.executable, "-m", "django", *words, *place]
        node.process = subprocess.Popen(command, env=node.environment, cwd=ROOT, start_new_session=True)
        listening = f"until (: >/dev/tcp/{node.host}/{node.port}) 2>/dev/null; do sleep 0.2; done"
        subprocess.run([*node.within, "bash", "-c", listening], check=True, timeout=STARTING_SECONDS)

    def ask(self, subject: str, *asked: Mapping[str, Any]) -> list[Any]:
        """What came of each of immigration's requests: yes, no, a record, or the code of the refusal."""
        script = _ASK.format(subject=subject, asked=asked)
        return [json.loads(line) for line in self.immigration.script(script).splitlines()]

    def apply(self, person: str) -> str:
        """How a person's application at immigration stands; told again, it is the same case, and taken up again."""
        return self.immigration.script(_APPLY.format(person=person)).splitlines()[-1]


@contextmanager
def running(nodes: ConfidentialNodes) -> Iterator[ConfidentialNodes]:
    """The confidential node and its guard, answering."""
    try:
        nodes.start_justice()
        nodes.start_guard()
        yield nodes
    finally:
        nodes.guard.kill()
        nodes.justice.kill()
