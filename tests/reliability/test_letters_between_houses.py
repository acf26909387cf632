"""Two houses, two databases, mutual TLS: a letter waits while the other is dead, and arrives once; so does the news."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.two_nodes import Node, found_network
from tools import fresh_house

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

SCENE = """
import json
from gapura.foundation import clock
from gapura.sectors.office import testing
from gapura.sectors.office.actions import accept_letter, dispatch_document, register_document
from gapura.sectors.office.actions.carrying import carry_dispatch, tell_sender
from gapura.sectors.office.models import Dispatch, IncomingLetter, OfficialDocument
from gapura.sectors.office.printing import seal_document
from gapura.sectors.office.tests.letters_between import APPLICATIONS, WORKER, make_offices
now = clock.now()
"""
SEND = """
analyst = make_offices().ministry.analyst
document = testing.make_document(analyst, direction="outgoing", now=now)
register_document(actor=analyst, document=document, now=now)
seal_document(document, now=now)
dispatch_document(actor=analyst, document=document, receivers=[APPLICATIONS], now=now)
"""
CARRY = """
code = Dispatch.objects.get().code
Dispatch.objects.update(next_try_at=now)
carry_dispatch(actor=WORKER, code=code, now=now)
"""
SHOW = """
one = Dispatch.objects.get()
marks = list(one.steps.order_by("pk").values_list("mark", flat=True))
print(json.dumps({"state": one.state, "problem": one.problem, "number": one.their_number, "marks": marks}))
"""
ACCEPT = """
letter = IncomingLetter.objects.get()
accept_letter(actor=registrar, code=letter.code, task_code="TU.01", now=now)
"""
TELL = """
letter = IncomingLetter.objects.get()
tell_sender(actor=WORKER, agency_code=letter.agency_code, code=letter.code, now=now)
letter.refresh_from_db()
print(json.dumps({"waits": letter.news_due_at is not None, "number": letter.document.number}))
"""


def ask(node: Node, *texts: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(node.script(SCENE, *texts).splitlines()[-1])
    return facts


def test_a_letter_crosses_between_two_houses_of_which_each_was_dead_once(tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("authority", "here", "there")}
    for home in homes.values():
        home.mkdir()
    here, there = Node(homes["here"], "ID/GOV/PANRB"), Node(homes["there"], "ID/GOV/KOMDIGI")
    network = {
        here: "OFFICE=kemenpan-rb:office.letters.kemenpan-rb",
        there: "OFFICE=komdigi:office.letters.komdigi",
    }
    found_network(Node(homes["authority"], ""), network)
    fresh_house.furnish(tmp_path / "keys")
    for node in network:
        shutil.rmtree(node.home / "pki", ignore_errors=True)
        shutil.copytree(tmp_path / "keys" / "pki", node.home / "pki")  # one national authority certified both seals
    try:
        there.script(SCENE, "make_offices()")
        dead = ask(here, SEND, CARRY, SHOW)
        assert (dead["state"], bool(dead["problem"])) == ("waiting", True)

        there.start()
        assert ask(here, CARRY, SHOW)["marks"] == ["waiting", "sent", "arrived"]
        there.kill()

        registrar = "from gapura.kernel.identity.queries import find_account, list_capacities\n"
        registrar += 'registrar = list_capacities(find_account("mailroom"), on=now.date())[-1].actor'
        assert ask(there, registrar, ACCEPT, TELL)["waits"] is True
        here.start()
        told = ask(there, TELL)
        assert told["waits"] is False
        known = ask(here, SHOW)
        assert (known["state"], known["number"]) == ("accepted", told["number"])
        assert known["marks"] == ["waiting", "sent", "arrived", "accepted"]
        assert ask(there, TELL)["waits"] is False
        assert ask(here, SHOW) == known
    finally:
        here.kill()
        there.kill()
