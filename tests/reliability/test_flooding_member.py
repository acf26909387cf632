"""A member that floods the message port is refused beyond its share; another one is answered, and waits less.

Compared within one run, round by round, with a register that sets no limits: a busy machine slows down both.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.reliability.two_nodes import ADOPT_AGREEMENTS, HEAD, MAKE_PERSON, ROOT, Node, found_network

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
ASKED, ROUNDS = 40, 2

# Asks once, so that the register knows it to be asking; then, when told, as often as is counted.
ASK = f"""
import django; django.setup()
import sys, time
from datetime import date
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
asked = EvidenceRequest("civil.person", "{HEAD}", "dukcapil", "CASE2", "UU 23/2006 Pasal 60", {{"en": "test"}},
    date(2026, 5, 4), frozenset({{"full_name"}}))
def ask():
    request_evidence(actor=system_actor("test"), request=asked, now=clock.now())
ask()
print("ready", flush=True)
sys.stdin.readline()
for _ in range({ASKED}):
    began = time.perf_counter()
    ask()
    print(time.perf_counter() - began)
    time.sleep(0.05)
"""
# Signed messages that an agreement covers, each as much work as an honest one: on eight connections, the next as soon
# as one is answered; says what came back, when its input ends. Who was refused pauses a moment: the flood is to use up
# the register, not this machine's processors, which on a network would be another machine's.
FLOOD = f"""
import django; django.setup()
import secrets, sys, threading, time
from collections import Counter
from datetime import date
from gapura.foundation import clock
from gapura.kernel.exchange.schemas import asked_evidence
from gapura.kernel.exchange.types import HOUSE, EvidenceRequest
from gapura.kernel.nodes.folder import get_registry, get_signer
from gapura.kernel.nodes.headers import request_envelope
from gapura.kernel.nodes.rules import message_path, parse_subsystem, signed_line
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import MessageRefused, OutgoingRequest
asked = EvidenceRequest("civil.person", "{HEAD}", "dukcapil", "CASE2", "UU 23/2006 Pasal 60", {{"en": "test"}},
    date(2026, 5, 4), frozenset({{"full_name"}}))
content = asked_evidence(asked, "flood", frozenset({{HOUSE}})).model_dump_json(exclude_none=True).encode()
shop, register = parse_subsystem("ID/GOV/SHOP/TILL"), parse_subsystem("ID/GOV/REGISTER/CIVIL")
holder, signer, goes_on, statuses = get_registry().members[register.member], get_signer(), True, Counter()
def flood():
    while goes_on:
        outgoing = OutgoingRequest(shop, register, "civil.person", content, secrets.token_hex(16))
        path = message_path(register, "civil.person")
        envelope = request_envelope(outgoing, path, secrets.token_urlsafe(18), clock.now())
        headers = {{**envelope.headers, "gapura-signature": signer.sign(signed_line(envelope))}}
        try:
            status = call_member(holder, "POST", path, headers, content, seconds=10)[0]
        except MessageRefused:
            status = "silence"
        statuses[status] += 1
        if status == 429:
            time.sleep(0.02)
threads = [threading.Thread(target=flood) for _ in range(8)]
for one in threads: one.start()
print("ready", flush=True)
sys.stdin.read()
goes_on = False
for one in threads: one.join()
print(statuses[200], statuses[429], sum(statuses.values()))
"""


@dataclass
class Tally:
    """What several rounds with the same limits gave: the seconds each honest answer took, and the flood's outcomes."""

    waits: list[float] = field(default_factory=list)
    answered: int = 0
    refused: int = 0
    sent: int = 0

    @property
    def wait(self) -> float:
        return statistics.median(self.waits)


@contextmanager
def running(node: Node, script: str) -> Iterator[subprocess.Popen[str]]:
    """The script at the node, from when it says that it is ready."""
    command, pipe = [sys.executable, "-c", script], subprocess.PIPE
    with subprocess.Popen(command, env=node.environment, cwd=ROOT, text=True, stdin=pipe, stdout=pipe) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def flood_while_asking(portal: Node, shop: Node, tally: Tally) -> None:
    """The flood lasts as long as the honest questions: who asks alone may use all of the register."""
    with running(portal, ASK) as asking, running(shop, FLOOD) as flooding:
        waits, _ = asking.communicate("go\n", timeout=120)
        outcomes, _ = flooding.communicate(timeout=60)
    tally.waits += map(float, waits.split())
    answered, refused, sent = map(int, outcomes.split())
    tally.answered, tally.refused, tally.sent = tally.answered + answered, tally.refused + refused, tally.sent + sent


def test_one_member_floods_and_another_hardly_notices(tmp_path: Path) -> None:
    names = ("authority", "portal", "shop", "register")
    for name in names:
        (tmp_path / name).mkdir()
    authority, portal, shop, register = (Node(tmp_path / name, f"ID/GOV/{name.upper()}") for name in names)
    members = {portal: "CASES=dukcapil", shop: "TILL=dukcapil", register: "CIVIL=dukcapil:civil.person"}
    found_network(authority, members)
    portal.script(ADOPT_AGREEMENTS)
    register.script(ADOPT_AGREEMENTS, MAKE_PERSON.format(head=HEAD))
    shared, unlimited = Tally(), Tally()
    for _ in range(ROUNDS):
        for register.limits, tally in (("1", shared), ("0", unlimited)):
            try:
                register.start()
                flood_while_asking(portal, shop, tally)
            finally:
                register.kill()
    print(shared.wait, unlimited.wait, shared, unlimited)
    assert len(shared.waits) == len(unlimited.waits) == ROUNDS * ASKED, "every honest question is answered"
    assert shared.refused > 0.05 * shared.sent, shared
    assert unlimited.refused == 0, unlimited
    assert unlimited.answered > 0.9 * unlimited.sent, "without limits the flood is let in"
    assert shared.wait < unlimited.wait, (shared, unlimited)
