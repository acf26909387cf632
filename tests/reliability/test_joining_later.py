"""A member that joins while others run is asked by them, and one that is taken back is not answered any more."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.two_nodes import ADOPT_AGREEMENTS, HEAD, MAKE_PERSON, ROOT, Node, found_network

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

# One process from first to last; each line it reads is an order to ask once more.
ASK = f"""
import sys
import django; django.setup()
from datetime import date
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal
for order in sys.stdin:
    asked = EvidenceRequest("civil.person", "{HEAD}", "dukcapil", "CASE2", "UU 23/2006 Pasal 60", {{"en": "test"}},
        date(2026, 5, 4), frozenset({{"full_name"}}))
    try:
        print(request_evidence(actor=system_actor("test"), request=asked, now=clock.now()).record, flush=True)
    except ExchangeRefusal as refusal:
        print(refusal.code, flush=True)
"""


def ask(process: "subprocess.Popen[str]") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("ask\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_a_running_process_asks_a_member_that_joins_later(tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("authority", "portal", "register")}
    for home in homes.values():
        home.mkdir()
    authority, portal = Node(homes["authority"], ""), Node(homes["portal"], "ID/GOV/PORTAL")
    register = Node(homes["register"], "ID/GOV/REGISTER")
    found_network(authority, {portal: "CASES=dukcapil"})
    portal.script(ADOPT_AGREEMENTS)
    command = [sys.executable, "-c", ASK]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=portal.environment, cwd=ROOT, text=True, **pipes) as asker:  # type: ignore[call-overload]
        try:
            assert ask(asker) == "None", "its own register is empty"
            found_network(authority, {register: "CIVIL=dukcapil:civil.person"})
            register.script(ADOPT_AGREEMENTS, MAKE_PERSON.format(head=HEAD))
            register.start()
            newest = authority.home / "exchange-authority" / "registry.signed"
            portal.script(f"call_command('node_join', '--registry={newest}')")
            assert ask(asker) == "{'full_name': 'Siti Rahma'}"
            register.kill()
            assert ask(asker) == "provider-unavailable", "it was the other node that answered"
        finally:
            register.kill()
            asker.kill()
